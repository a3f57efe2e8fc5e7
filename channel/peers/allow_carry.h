/*
 * Carrying an allow-list from one server to another: out as text, in by merging.
 */
#ifndef GLASSBOX_ALLOW_CARRY_H
#define GLASSBOX_ALLOW_CARRY_H

#include "allow_list.h"

/* The list as CSV, whole or only the rows with these names or fingerprints (count 0: whole). The
 * caller frees *text. A name that is not in the list is a fault. */
bool allow_list_text(char **text, size_t *bytes, const char *path, const char *const words[],
                     size_t count, struct problem *problem) __attribute__((warn_unused_result));

enum allow_merged {
    ALLOW_MERGED_ADDED,   /* the key is new here */
    ALLOW_MERGED_SAME,    /* it is here, with the same name and rights */
    ALLOW_MERGED_CHANGED, /* it is here, and has the incoming name and rights now (`update`) */
    ALLOW_MERGED_REFUSED, /* the row cannot be taken: problem says why */
};
/* Tells of one row of the incoming list. entry and changes ("quota 1G instead of 2G", or "") are
 * there but for a row that is no good by itself; problem for ALLOW_MERGED_REFUSED. */
typedef void allow_merge_report(void *context, enum allow_merged what,
                                const struct allow_entry *entry, const char *changes,
                                const struct problem *problem);

/* Merges the list in text (file: its name for messages) into the one at path. Keys that are here
 * with another name or other rights are refused, or changed if `update`. The columns name, role,
 * quota, expires and comment are taken over, `added` is now, others are left behind. All rows are
 * told of (if some are no good by themselves, these alone); if one is refused nothing is written,
 * and the answer is false without a problem. */
bool allow_list_merge(const char *path, const char *file, const char *text, size_t bytes,
                      bool update, allow_merge_report *report, void *context,
                      struct problem *problem) __attribute__((warn_unused_result));

#endif

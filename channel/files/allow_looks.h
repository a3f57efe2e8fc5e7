/*
 * The names of an allow-list by what they look like.
 *
 * For allow_list.c and allow_edit.c; programs use allow_list.h.
 */
#ifndef GLASSBOX_ALLOW_LOOKS_H
#define GLASSBOX_ALLOW_LOOKS_H

#include "allow_list.h"

struct allow_looks;

/* Of these entries, which must outlive it. NULL without memory. */
struct allow_looks *allow_looks_new(const struct allow_entry *entries, size_t count);
void allow_looks_free(struct allow_looks *looks); /* NULL is fine */

/* An entry of that family, not `except` (may be NULL), whose name is alike or the same; or NULL. */
const struct allow_entry *allow_looks_find(const struct allow_looks *looks, const char *name,
                                           enum key_family family,
                                           const struct allow_entry *except);

/* Tells of each entry whose name is alike, but not equal, to that of one in an earlier line. */
typedef void allow_twin(void *context, const struct allow_entry *entry,
                        const struct allow_entry *earlier);
void allow_looks_twins(const struct allow_looks *looks, allow_twin *tell, void *context);

#endif

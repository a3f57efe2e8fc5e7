/*
 * The names of an allow-list by what they look like.
 *
 * For allow_list.c and allow_edit.c; programs use allow_list.h.
 */
#ifndef GLASSBOX_ALLOW_CONFUSABLES_H
#define GLASSBOX_ALLOW_CONFUSABLES_H

#include "allow_list.h"

struct allow_confusables;

/* Of these entries, which must outlive it. NULL without memory. */
struct allow_confusables *allow_confusables_new(const struct allow_entry *entries, size_t count);
void allow_confusables_free(struct allow_confusables *looks); /* NULL is fine */

/* An entry of that family, not `except` (may be NULL), whose name is alike or the same; or NULL. */
const struct allow_entry *allow_confusables_find(const struct allow_confusables *looks,
                                                 const char *name, enum key_family family,
                                                 const struct allow_entry *except);

/* Tells of each entry whose name is alike, but not equal, to that of one in an earlier line. */
typedef void allow_twin(void *context, const struct allow_entry *entry,
                        const struct allow_entry *earlier);
void allow_confusables_twins(const struct allow_confusables *looks, allow_twin *tell,
                             void *context);

#endif

/*
 * Changing allowed.csv: one edit is one or many changes, written together or not at all.
 *
 *     struct allow_edit *edit;
 *     bool done = allow_edit_begin(&edit, path, &problem) &&
 *                 allow_edit_add(edit, &anna, name, &problem) &&
 *                 allow_edit_set(edit, boris, &changes, ALLOW_SET_QUOTA, &problem) &&
 *                 allow_edit_write(edit, &problem);
 *     allow_edit_end(edit);
 *
 * An edit holds the file's lock from its beginning to its end, so nobody's change is lost. The
 * table is changed, not the list: unknown columns, the order of rows and cells we do not understand
 * survive. A change that cannot be made is an error and leaves the edit as it was; what is written
 * is a list that can be read again.
 */
#ifndef GLASSBOX_ALLOW_EDIT_H
#define GLASSBOX_ALLOW_EDIT_H

#include "allow_list.h"

struct allow_edit;

/* Locks and reads. path outlives the edit; no file is an empty list. */
bool allow_edit_begin(struct allow_edit **edit, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* Writes the changes; then the edit is to be ended. */
bool allow_edit_write(struct allow_edit *edit, struct problem *problem)
    __attribute__((warn_unused_result));
void allow_edit_end(struct allow_edit *edit); /* what was not written is forgotten; NULL is fine */

/* The list as it was at the beginning. */
const struct allow_list *allow_edit_before(const struct allow_edit *edit);

/* A row to be. */
struct allow_new {
    const struct rsa_key *key;
    const char *name;    /* NULL or "": none, see allow_list.h */
    const char *comment; /* NULL or "": none */
    const char *expires; /* a day or a time; NULL or "": never */
    enum allow_role role;
    enum key_family family;
    uint64_t quota; /* ALLOW_NO_QUOTA: none */
    /* Its origin, for messages about one added later; outlives the edit. NULL: its name. */
    const char *source;
};

/* Adds a row. Fails if the key already exists, if its family has this name or one that looks like
 * it, or if a text is not legal. name (KEY_NAME_BYTES, may be NULL): the name it goes by. */
bool allow_edit_add(struct allow_edit *edit, const struct allow_new *entry,
                    char name[KEY_NAME_BYTES], struct problem *problem)
    __attribute__((warn_unused_result));

/* Which fields of a struct allow_new count. */
enum allow_field {
    ALLOW_SET_NAME = 1,
    ALLOW_SET_ROLE = 2,
    ALLOW_SET_QUOTA = 4,
    ALLOW_SET_EXPIRES = 8,
    ALLOW_SET_COMMENT = 16,
    ALLOW_SET_FAMILY = 32,
};

/* Changes these fields (a sum of allow_field) of a row that was there at the beginning. */
bool allow_edit_set(struct allow_edit *edit, const struct allow_entry *entry,
                    const struct allow_new *values, unsigned fields, struct problem *problem)
    __attribute__((warn_unused_result));

/* Removes a row that was there at the beginning. */
void allow_edit_remove(struct allow_edit *edit, const struct allow_entry *entry);

/* --- one change by itself -------------------------------------------------------------------- */

bool allow_list_add(const char *path, const struct allow_new *entry, char name[KEY_NAME_BYTES],
                    struct problem *problem) __attribute__((warn_unused_result));

/* Says whose key of the list this is and, if its time is over, what lets it in again. */
void allow_say_listed(struct problem *problem, const struct allow_list *list,
                      const struct allow_entry *entry);

#endif

/*
 * One key file: rows of field,value. For key_store.c and key_formats.c; programs use those.
 */
#ifndef GLASSBOX_KEY_FILE_H
#define GLASSBOX_KEY_FILE_H

#include "csv_table.h"
#include "key_store.h"

/* Whether a table is such a file. */
bool key_file_is(const struct csv_table *table);

/* Reads what key_file_load reads, from a table already there. path: for messages; mode: of the
 * file, 0 where it does not count. */
bool key_file_read(struct stored_key *key, const struct csv_table *table, const char *path,
                   mode_t mode, enum key_part part, const struct key_access *access,
                   struct problem *problem) __attribute__((warn_unused_result));

/* Whether a key from this file may be used as asked: others cannot read it, the wanted half is
 * there, it is neither published nor made from a seed nor weak on purpose, and it is of the right
 * family. */
bool key_file_check_use(const struct stored_key *key, bool private, mode_t mode, enum key_part part,
                        const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* What goes into NAME.key.csv (part KEY_PRIVATE) or NAME.pub.csv. */
struct key_file {
    const struct rsa_key *key;
    enum key_part part;
    const char *name, *created; /* "" where there is none */
    struct key_marks marks;
    const struct key_protection *protection; /* of the private part; NULL: none */
};

/* The table that is written. NULL on failure. path: for messages. */
struct csv_table *key_file_table(const char *path, const struct key_file *file,
                                 struct problem *problem) __attribute__((warn_unused_result));
bool key_file_write(const struct file_lock *lock, const char *path, const struct key_file *file,
                    struct problem *problem) __attribute__((warn_unused_result));

/* Takes the private numbers of the pair out of its table, and puts them in under the protection. */
bool key_file_protect(struct csv_table *table, const struct rsa_key *pair,
                      const struct key_protection *protection, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

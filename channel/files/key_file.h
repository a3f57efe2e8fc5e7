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
                   mode_t mode, enum key_part part, unsigned flags, struct problem *problem)
    __attribute__((warn_unused_result));

/* May a key from this file be used as it is asked for: are others kept out, is the half there that
 * is wanted, has it not been published? */
bool key_file_check_use(const struct stored_key *key, bool private, mode_t mode, enum key_part part,
                        unsigned flags, struct problem *problem)
    __attribute__((warn_unused_result));

/* The table that is written. NULL on failure. path: for messages. */
struct csv_table *key_file_table(const char *path, const char *name, const struct rsa_key *key,
                                 enum key_part part, bool published, const char *created,
                                 struct problem *problem) __attribute__((warn_unused_result));

/* Writes NAME.key.csv (part KEY_PRIVATE) or NAME.pub.csv. */
bool key_file_write(const struct file_lock *lock, const char *path, const char *name,
                    const struct rsa_key *key, enum key_part part, bool published,
                    const char *created, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

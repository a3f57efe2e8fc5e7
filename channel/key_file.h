/*
 * One key file: rows of field,value. For key_store.c; programs use key_store.h.
 */
#ifndef GLASSBOX_KEY_FILE_H
#define GLASSBOX_KEY_FILE_H

#include "key_store.h"
#include "whole_file.h"

/* Writes NAME.key.csv (part KEY_PRIVATE) or NAME.pub.csv. */
bool key_file_write(const struct file_lock *lock, const char *path, const char *name,
                    const struct rsa_key *key, enum key_part part, bool published,
                    const char *created, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

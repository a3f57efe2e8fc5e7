/*
 * Groups of Diffie-Hellman as people name them: by a name, by two numbers, by a file.
 *
 * The file is CSV, rows of field,value as key files have them (docs/formats.md): type dh-group, bits,
 * p, g. There is nothing secret in it, and nothing that is not judged anew.
 */
#ifndef GLASSBOX_GROUP_FILE_H
#define GLASSBOX_GROUP_FILE_H

#include "dh.h"
#include "problem.h"

#include <stddef.h>

/* "ffdhe2048", "23,5" (dh_group_parse), or the path of a file: a word with a / in it or .csv at its
 * end. The caller frees *group. */
bool group_find(struct dh_group **group, const char *text, struct problem *problem)
    __attribute__((warn_unused_result));

/* The file as text, without a 0 behind it; the caller frees it. NULL on failure. */
char *group_file_text(size_t *bytes, const struct dh_group *group, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

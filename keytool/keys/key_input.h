/*
 * Keys from a file or from stdin ("-"), in any format: what import and allow add take in.
 */
#ifndef GLASSBOX_KEYTOOL_KEY_INPUT_H
#define GLASSBOX_KEYTOOL_KEY_INPUT_H

#include "key_formats.h"

#include <sys/stat.h>

/* Reads all keys of the file. mode (may be NULL): its permission bits, 0 of stdin. */
bool key_input_read(struct key_finds *finds, mode_t *mode, const char *path,
                    const struct key_access *access, struct problem *problem)
    __attribute__((warn_unused_result));

/* The name that an imported key of this file goes by: its own; if it has none and is the only one,
 * that of the file up to its first dot; else "key-" and the start of its fingerprint's SHA-256. */
void key_input_name(char name[KEY_NAME_BYTES], const struct key_finds *finds, size_t index,
                    const char *path);

/* "anna" of "class/anna.pub"; false if that is no name. */
bool key_input_file_name(char name[KEY_NAME_BYTES], const char *path);

#endif

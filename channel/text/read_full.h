/*
 * read(2) and write(2) until all is done, whatever signals come.
 */
#ifndef GLASSBOX_READ_FULL_H
#define GLASSBOX_READ_FULL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads until `bytes` are there or the input ends: how many; -1 and errno on failure. */
ssize_t read_full(int descriptor, void *out, size_t bytes);

/* Writes all of it; false and errno on failure. */
bool write_full(int descriptor, const void *data, size_t bytes);

#endif

/*
 * read(2) until all is there.
 */
#ifndef GLASSBOX_READ_FULL_H
#define GLASSBOX_READ_FULL_H

#include <stdint.h>
#include <sys/types.h>

/* Reads until `bytes` are there or the input ends: how many; -1 and errno on failure. */
ssize_t read_full(int descriptor, uint8_t *out, size_t bytes);

#endif

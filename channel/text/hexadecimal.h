/*
 * Bytes as hexadecimal, two digits each. Keys pass through here, so that digits are found by
 * arithmetic, not by a branch or in a table.
 */
#ifndef GLASSBOX_HEXADECIMAL_H
#define GLASSBOX_HEXADECIMAL_H

#include <stddef.h>
#include <stdint.h>

/* Writes 2 * bytes lower-case digits, without a 0 at the end; returns where they end. CT: bytes. */
char *hex_write(char *at, const uint8_t *data, size_t bytes);

/* The same with a 0 at the end, as a new string; NULL without memory. CT: bytes. */
char *hex_string(const uint8_t *data, size_t bytes);

/* The byte that the two digits at `at` stand for, in letters of either case; -1 if they are none.
 * CT: whether they are. */
int hex_byte(const void *at);

#endif

/*
 * Hexadecimal for tests.
 */
#ifndef GLASSBOX_TESTS_HEX_H
#define GLASSBOX_TESTS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Reads hex digits, skipping spaces; returns a new buffer (free it) and its size. Fails the running
 * test on anything else. */
uint8_t *hex_decode(const char *text, size_t *bytes);
/* A new string of lower-case hex. */
char *hex_encode(const void *data, size_t bytes);

#endif

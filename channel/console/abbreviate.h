/*
 * Long values for people: folded to their ends.
 *
 *     DB = lHash || PS || 01 || M
 *         e3b0c44298fc1c149afbf4c8...0a1b2c3d (223 bytes)
 *
 * Numbers below 2^64 are decimal, larger ones hexadecimal with their size in bits.
 */
#ifndef GLASSBOX_ABBREVIATE_H
#define GLASSBOX_ABBREVIATE_H

#include "rsa_listener.h"

#include <gmp.h>
#include <stdio.h>

/* full: nothing is folded. */
void abbreviate_number(FILE *out, mpz_srcptr number, bool full);
/* "0b1c... (32 bytes)" */
void abbreviate_bytes(FILE *out, const uint8_t *bytes, size_t count, bool full);
/* The same of a big-endian integer. */
void abbreviate_integer(FILE *out, const uint8_t *bytes, size_t count, bool full);

/* How bytes are made up: a table of one row, each box with its label, its size and its ends; each
 * line begins with indent. boxes end with a NULL label or after RSA_MAX_BOXES. */
void abbreviate_boxes(FILE *out, const char *indent, const struct rsa_box *boxes,
                      const uint8_t *bytes);

#endif

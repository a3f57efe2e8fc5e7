/*
 * One reader for all test vectors: text files of records, each with a source and a result.
 *
 *     # RFC 8439 section 2.8.2          a comment; "# source:" is quoted by failures
 *     # source: RFC 8439 2.8.2
 *     name   = sunscreen                a field: name = value, to the end of the line
 *     key    = 808182...                hex as written in the standard; spaces are skipped
 *     plain  = "Ladies and Gentlemen"   or text between double quotes
 *     repeat plain 1000000              the value so far, this many times
 *     result = valid
 *                                       an empty line ends the record
 *
 * A field not given in a record is absent; the same name twice in a record is an error.
 */
#ifndef GLASSBOX_TESTS_VECTORS_H
#define GLASSBOX_TESTS_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct vectors; /* an open file */

/* Opens tests/vectors/NAME. Fails the running test, naming the file, if it cannot be read. */
struct vectors *vectors_open(const char *name);
/* Likewise NAME of the large sets that Debian's python3-cryptography-vectors installs, or that are
 * in the folder CRYPTOGRAPHY_VECTORS. A heading such as [L = 32] makes its own record there. */
struct vectors *vectors_open_installed(const char *name);
/* Moves to the next record; false at the end. Fails the test on a malformed line, naming it. */
bool vectors_next(struct vectors *file);
/* Closes; fails the test if the file held no record at all. */
void vectors_close(struct vectors *file);

/* "FILE:LINE name (source)" of this record, for the message of a failed assertion. */
const char *vectors_where(const struct vectors *file);

/* The fields of this record. Bytes and text are owned by the file, valid until vectors_next. */
bool vectors_has(const struct vectors *file, const char *field);
const uint8_t *vectors_bytes(const struct vectors *file, const char *field, size_t *bytes);
const char *vectors_text(const struct vectors *file, const char *field); /* the value as written */
unsigned long vectors_number(const struct vectors *file, const char *field);

/* Asserts got equals want, printing where and both in hex. */
void vectors_expect(const struct vectors *file, const char *what, const void *got, size_t got_bytes,
                    const char *field);

#endif

/*
 * The published RSA answers as Debian's python3-cryptography-vectors installs them, in two shapes:
 *
 *     # Modulus:                     PKCS #1's: a label in a comment, hex below
 *     a8 b3 b2 84 ...
 *     Msg = cfaecfe138c2...          NIST's: name = hex
 *
 * Each name keeps its last value, so a key given once serves all the examples below it.
 */
#ifndef GLASSBOX_TESTS_RSA_ANSWERS_H
#define GLASSBOX_TESTS_RSA_ANSWERS_H

#include "rsa_key.h"

struct answers;

/* Opens NAME below asymmetric/RSA of the package, or of the directory in CRYPTOGRAPHY_VECTORS.
 * Fails the running test if it is not there. */
struct answers *answers_open(const char *name);
void answers_close(struct answers *answers);

/* Reads on until the field `last` was read; false at the end of the file. */
bool answers_until(struct answers *answers, const char *last);

/* "FILE:LINE" for the message of a failed assertion. */
const char *answers_where(const struct answers *answers);

/* The last value of a field: as written, without spaces; or its bytes, a new buffer. Fails the test
 * if there is none. */
const char *answers_text(const struct answers *answers, const char *name);
uint8_t *answers_bytes(const struct answers *answers, const char *name, size_t *bytes);

/* The key of the fields read last, in either shape; a pair or its public half. */
struct rsa_key *answers_pair(const struct answers *answers);
struct rsa_key *answers_public(const struct answers *answers);

#endif

/*
 * The hashes that the RSA tests hand to the paddings, with their prefixes of RFC 8017 9.2 note 1.
 */
#ifndef GLASSBOX_TESTS_RSA_HASHES_H
#define GLASSBOX_TESTS_RSA_HASHES_H

#include "rsa_padding.h"

extern const struct rsa_hash test_sha1, test_sha256;

/* The digest of one message. */
void test_digest(uint8_t *out, const struct rsa_hash *hash, const void *message, size_t bytes);

#endif

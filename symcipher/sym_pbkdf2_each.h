/*
 * PBKDF2 of several passphrases at once (RFC 8018 5.2): what as many calls of sym_pbkdf2 give. One
 * key is a chain of hashes, each waiting for the one before; chains of several stand side by side.
 * CT: lengths, count and iterations.
 */
#ifndef GLASSBOX_SYM_PBKDF2_EACH_H
#define GLASSBOX_SYM_PBKDF2_EACH_H

#include "sym_sha256.h"

#define SYM_PBKDF2_EACH 8 /* at most */

struct sym_passphrase {
    const void *data;
    size_t bytes;
};

/* A key of 32 bytes from each of `count` passphrases, 0 to SYM_PBKDF2_EACH, under the same salt. */
void sym_pbkdf2_each(uint8_t keys[][SYM_SHA256_BYTES], const struct sym_passphrase *passphrases,
                     size_t count, const void *salt, size_t salt_bytes, uint32_t iterations);

#endif

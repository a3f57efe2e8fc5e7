/*
 * The block of PKCS #1 v1.5, RFC 8017 9.2, as a number: for the attacks that know what was signed.
 */
#ifndef GLASSBOX_RSA_BLOCK_H
#define GLASSBOX_RSA_BLOCK_H

#include "rsa_break.h"
#include "rsa_padding.h"

#define RSA_BLOCK_LEAST_PADDING 8 /* bytes ff */

/* 00 01 ff ... 00 DigestInfo digest, with so many bytes ff, as a number. How many bytes it has is
 * returned. */
size_t rsa_block_begin(mpz_t number, size_t padding, const struct rsa_hash *hash,
                       const uint8_t *digest);

/* The whole block under n, as a signer makes it. False: n is too short. */
bool rsa_block_whole(mpz_t number, const mpz_t n, const struct rsa_hash *hash,
                     const uint8_t *digest);

#endif

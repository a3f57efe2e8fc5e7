/*
 * MGF1, RFC 8017 B.2.1: a mask of any length out of a hash. Internal.
 */
#ifndef GLASSBOX_RSA_MGF1_H
#define GLASSBOX_RSA_MGF1_H

#include "rsa_padding.h"

/* data ^= MGF1(seed). Seed and data must not overlap. CT: sizes. */
void rsa_mgf1_xor(uint8_t *data, size_t bytes, const struct rsa_hash *hash, const uint8_t *seed,
                  size_t seed_bytes);

#endif

/*
 * MGF1, RFC 8017 B.2.1: Hash(seed || 0) || Hash(seed || 1) || ...
 */
#include "rsa_mgf1.h"

#include <string.h>

void rsa_mgf1_xor(uint8_t *data, size_t bytes, const struct rsa_hash *hash, const uint8_t *seed,
                  size_t seed_bytes)
{
    uint8_t block[RSA_MAX_HASH_BYTES];
    uint32_t counter = 0;
    for (size_t done = 0; done < bytes; done += hash->bytes, counter++) {
        const uint8_t c[4] = {(uint8_t)(counter >> 24), (uint8_t)(counter >> 16),
                              (uint8_t)(counter >> 8), (uint8_t)counter};
        const struct rsa_part parts[] = {{seed, seed_bytes}, {c, sizeof(c)}};
        hash->digest(block, parts, 2);
        for (size_t i = 0; i < hash->bytes && done + i < bytes; i++)
            data[done + i] ^= block[i];
    }
    explicit_bzero(block, sizeof(block));
}

/*
 * HMAC-SHA-256, RFC 2104 section 2: H(K xor opad, H(K xor ipad, text)). The hash is taken twice so
 * that nobody can append to the text and go on hashing from the tag.
 */
#include "sym_hmac.h"

#include "sym_memory.h"

#include <string.h>

#define BLOCK SYM_SHA256_BLOCK_BYTES /* RFC 2104 calls it B */
#define IPAD  0x36
#define OPAD  0x5c

static void absorb_key(struct sym_sha256 *hash, const uint8_t key[BLOCK], uint8_t pad)
{
    uint8_t padded[BLOCK];
    for (size_t i = 0; i < BLOCK; i++)
        padded[i] = key[i] ^ pad;
    sym_sha256_init(hash);
    sym_sha256_update(hash, padded, BLOCK);
    sym_wipe(padded, sizeof(padded));
}

void sym_hmac_init(struct sym_hmac *state, const void *key, size_t key_bytes)
{
    /* RFC 2104 2: a longer key is hashed first, a shorter one is filled up with zeros. */
    uint8_t block[BLOCK] = {0};
    if (key_bytes > BLOCK)
        sym_sha256(block, key, key_bytes);
    else if (key_bytes > 0)
        memcpy(block, key, key_bytes);
    absorb_key(&state->inner, block, IPAD);
    absorb_key(&state->outer, block, OPAD);
    sym_wipe(block, sizeof(block));
}

void sym_hmac_update(struct sym_hmac *state, const void *data, size_t bytes)
{
    sym_sha256_update(&state->inner, data, bytes);
}

void sym_hmac_final(uint8_t tag[SYM_HMAC_BYTES], struct sym_hmac *state)
{
    uint8_t inner[SYM_SHA256_BYTES];
    sym_sha256_final(inner, &state->inner);
    sym_sha256_update(&state->outer, inner, sizeof(inner));
    sym_sha256_final(tag, &state->outer);
    sym_wipe(inner, sizeof(inner));
}

void sym_hmac(uint8_t tag[SYM_HMAC_BYTES], const void *key, size_t key_bytes, const void *data,
              size_t bytes)
{
    struct sym_hmac state;
    sym_hmac_init(&state, key, key_bytes);
    sym_hmac_update(&state, data, bytes);
    sym_hmac_final(tag, &state);
}

/*
 * PBKDF2 with HMAC-SHA-256, RFC 8018 5.2: T[i] = U1 xor U2 xor ... with U1 = PRF(P, S || i) and
 * U[j] = PRF(P, U[j-1]). The passphrase is hashed into the two states of HMAC once, and copied.
 */
#include "sym_pbkdf2.h"

#include "sym_hmac.h"
#include "sym_implementations.h"
#include "sym_memory.h"
#include "sym_words.h"

#define HASH  SYM_SHA256_BYTES
#define BLOCK SYM_SHA256_BLOCK_BYTES

/* The second and last block of a hash whose first one was the padded key: 32 bytes, then the
 * padding of FIPS 180-4 5.1.1. It is the same for all of them, so it is made once. */
static void pad_second_block(uint8_t second[BLOCK])
{
    memset(second, 0, BLOCK);
    second[HASH] = 0x80;
    sym_store64_be(second + BLOCK - 8, 8 * (BLOCK + HASH));
}

/* H(key block || second). It is written over the first half of second. */
static void hash_second_block(uint8_t second[BLOCK], const struct sym_sha256 *keyed)
{
    uint32_t h[8];
    memcpy(h, keyed->h, sizeof(h));
    sym_sha256_absorb(h, second, 1);
    for (int i = 0; i < 8; i++)
        sym_store32_be(second + 4 * i, h[i]);
}

/* 5.2 step 3: the function F. HMAC of 32 bytes is two such hashes. */
static void block(uint8_t out[HASH], const struct sym_hmac *keyed, const void *salt,
                  size_t salt_bytes, uint32_t index, uint32_t iterations)
{
    struct sym_hmac state = *keyed;
    uint8_t number[4], link[BLOCK];
    sym_store32_be(number, index);
    sym_hmac_update(&state, salt, salt_bytes);
    sym_hmac_update(&state, number, sizeof(number));
    pad_second_block(link);
    sym_hmac_final(link, &state);
    memcpy(out, link, HASH);
    for (uint32_t j = 1; j < iterations; j++) {
        hash_second_block(link, &keyed->inner);
        hash_second_block(link, &keyed->outer);
        sym_xor_bytes(out, out, link, HASH);
    }
    sym_wipe(link, sizeof(link));
}

void sym_pbkdf2(uint8_t *out, size_t out_bytes, const void *passphrase, size_t passphrase_bytes,
                const void *salt, size_t salt_bytes, uint32_t iterations)
{
    struct sym_hmac keyed;
    uint8_t whole[SYM_HMAC_BYTES];
    sym_hmac_init(&keyed, passphrase, passphrase_bytes);
    for (uint32_t index = 1; out_bytes > 0; index++) {
        size_t part = out_bytes < sizeof(whole) ? out_bytes : sizeof(whole);
        block(whole, &keyed, salt, salt_bytes, index, iterations);
        memcpy(out, whole, part);
        out += part;
        out_bytes -= part;
    }
    sym_wipe(&keyed, sizeof(keyed));
    sym_wipe(whole, sizeof(whole));
}

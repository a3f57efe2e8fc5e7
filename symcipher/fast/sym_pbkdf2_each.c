/*
 * PBKDF2 of several passphrases, round by round: see sym_pbkdf2_each.h; sym_pbkdf2.c is the one to
 * read first. All is in words, lane after lane, so that nothing is turned around between hashes.
 */
#include "sym_pbkdf2_each.h"

#include "sym_hmac.h"
#include "sym_implementations.h"
#include "sym_memory.h"
#include "sym_words.h"

#define LANES       SYM_PBKDF2_EACH
#define HASH_WORDS  8
#define BLOCK_WORDS 16

_Static_assert(LANES == SYM_SHA256_LANES, "one lane for each passphrase");

/* The second and last block of a hash whose first one was the padded key: FIPS 180-4 5.1.1. */
static void pad(uint32_t block[BLOCK_WORDS])
{
    memset(block + HASH_WORDS, 0, (BLOCK_WORDS - HASH_WORDS) * sizeof(*block));
    block[HASH_WORDS] = 0x80000000;
    block[BLOCK_WORDS - 1] = 8 * (SYM_SHA256_BLOCK_BYTES + SYM_SHA256_BYTES);
}

/* By one hash after the other, where an implementation has nothing for several. */
static void absorb_each(uint32_t h[][HASH_WORDS], uint32_t block[][BLOCK_WORDS], size_t count)
{
    const struct sym_sha256_implementation *with = sym_sha256_best();
    uint8_t bytes[SYM_SHA256_BLOCK_BYTES];
    if (with->absorb_each) {
        with->absorb_each(h, block, count);
        return;
    }
    for (size_t lane = 0; lane < count; lane++) {
        for (size_t i = 0; i < BLOCK_WORDS; i++)
            sym_store32_be(bytes + 4 * i, block[lane][i]);
        with->absorb(h[lane], bytes, 1);
    }
    sym_wipe(bytes, sizeof(bytes));
}

/* U1 of 5.2 step 3, in words. */
static void first_link(uint32_t link[HASH_WORDS], const struct sym_hmac *keyed, const void *salt,
                       size_t salt_bytes)
{
    const uint8_t index[4] = {0, 0, 0, 1};
    uint8_t tag[SYM_HMAC_BYTES];
    struct sym_hmac state = *keyed;
    sym_hmac_update(&state, salt, salt_bytes);
    sym_hmac_update(&state, index, sizeof(index));
    sym_hmac_final(tag, &state);
    for (size_t i = 0; i < HASH_WORDS; i++)
        link[i] = sym_load32_be(tag + 4 * i);
    sym_wipe(tag, sizeof(tag));
}

void sym_pbkdf2_each(uint8_t keys[][SYM_SHA256_BYTES], const struct sym_passphrase *passphrases,
                     size_t count, const void *salt, size_t salt_bytes, uint32_t iterations)
{
    struct sym_hmac keyed;
    struct {
        uint32_t inner[LANES][HASH_WORDS], outer[LANES][HASH_WORDS], h[LANES][HASH_WORDS];
        uint32_t link[LANES][BLOCK_WORDS], sum[LANES][HASH_WORDS];
    } each = {0};
    for (size_t i = 0; i < count; i++) {
        sym_hmac_init(&keyed, passphrases[i].data, passphrases[i].bytes);
        memcpy(each.inner[i], keyed.inner.h, sizeof(each.inner[i]));
        memcpy(each.outer[i], keyed.outer.h, sizeof(each.outer[i]));
        first_link(each.link[i], &keyed, salt, salt_bytes);
        pad(each.link[i]);
        memcpy(each.sum[i], each.link[i], sizeof(each.sum[i]));
    }
    for (uint32_t j = 1; j < iterations; j++) {
        memcpy(each.h, each.inner, sizeof(each.h));
        absorb_each(each.h, each.link, count);
        for (size_t i = 0; i < count; i++)
            memcpy(each.link[i], each.h[i], sizeof(each.h[i]));
        memcpy(each.h, each.outer, sizeof(each.h));
        absorb_each(each.h, each.link, count);
        for (size_t i = 0; i < count; i++) {
            memcpy(each.link[i], each.h[i], sizeof(each.h[i]));
            for (size_t word = 0; word < HASH_WORDS; word++)
                each.sum[i][word] ^= each.h[i][word];
        }
    }
    for (size_t i = 0; i < count; i++)
        for (size_t word = 0; word < HASH_WORDS; word++)
            sym_store32_be(keys[i] + 4 * word, each.sum[i][word]);
    sym_wipe(&keyed, sizeof(keyed));
    sym_wipe(&each, sizeof(each));
}

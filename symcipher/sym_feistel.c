/* A Feistel block cipher of our own, for teaching: see sym_feistel.h. */
#include "sym_feistel.h"

#include "sym_words.h"

#include <stddef.h>

/* 2^64 divided by the golden ratio: a number with nothing up its sleeve. */
#define GOLDEN ((uint64_t)0x9e3779b97f4a7c15)

/* Three steps, one idea each. The sums are modulo 2^64; their carries are what keeps the cipher
 * from being linear, which XORs and rotations alone would be. */
uint64_t sym_feistel_round_function(uint64_t half, uint64_t round_key)
{
    uint64_t x = half + round_key;                            /* mix in the key */
    x ^= sym_rotate_left64(x, 19) ^ sym_rotate_left64(x, 41); /* spread each bit to three places */
    return x + sym_rotate_left64(x, 31);                      /* mix the distant bits by carries */
}

/* The cipher itself runs over the key, with multiples of a public constant as its round keys; each
 * right half is a round key. The constants differ, so no two rounds are alike. */
void sym_feistel_init(struct sym_feistel *cipher, const uint8_t key[SYM_FEISTEL_KEY_BYTES])
{
    uint64_t left = sym_load64_be(key), right = sym_load64_be(key + 8);
    for (unsigned i = 0; i < SYM_FEISTEL_ROUNDS; i++) {
        uint64_t next = left ^ sym_feistel_round_function(right, (i + 1) * GOLDEN);
        left = right;
        right = next;
        cipher->round_keys[i] = right;
    }
}

enum direction { FORWARDS, BACKWARDS };

static void run(uint8_t out[SYM_FEISTEL_BLOCK_BYTES], const struct sym_feistel *cipher,
                const uint8_t in[SYM_FEISTEL_BLOCK_BYTES], enum direction direction,
                sym_feistel_watch *watch, void *context)
{
    uint64_t left = sym_load64_be(in), right = sym_load64_be(in + 8);
    if (watch)
        watch(context, 0, 0, left, right);
    for (unsigned i = 0; i < SYM_FEISTEL_ROUNDS; i++) {
        unsigned number = direction == FORWARDS ? i : SYM_FEISTEL_ROUNDS - 1 - i;
        uint64_t round_key = cipher->round_keys[number];
        uint64_t next = left ^ sym_feistel_round_function(right, round_key);
        left = right;
        right = next;
        if (watch)
            watch(context, i + 1, round_key, left, right);
    }
    /* The last swap is taken back: only then are the same rounds their own way back. */
    sym_store64_be(out, right);
    sym_store64_be(out + 8, left);
}

void sym_feistel_encrypt(uint8_t out[SYM_FEISTEL_BLOCK_BYTES], const struct sym_feistel *cipher,
                         const uint8_t in[SYM_FEISTEL_BLOCK_BYTES])
{
    run(out, cipher, in, FORWARDS, NULL, NULL);
}

void sym_feistel_decrypt(uint8_t out[SYM_FEISTEL_BLOCK_BYTES], const struct sym_feistel *cipher,
                         const uint8_t in[SYM_FEISTEL_BLOCK_BYTES])
{
    run(out, cipher, in, BACKWARDS, NULL, NULL);
}

void sym_feistel_encrypt_watched(uint8_t out[SYM_FEISTEL_BLOCK_BYTES],
                                 const struct sym_feistel *cipher,
                                 const uint8_t in[SYM_FEISTEL_BLOCK_BYTES],
                                 sym_feistel_watch *watch, void *context)
{
    run(out, cipher, in, FORWARDS, watch, context);
}

void sym_feistel_decrypt_watched(uint8_t out[SYM_FEISTEL_BLOCK_BYTES],
                                 const struct sym_feistel *cipher,
                                 const uint8_t in[SYM_FEISTEL_BLOCK_BYTES],
                                 sym_feistel_watch *watch, void *context)
{
    run(out, cipher, in, BACKWARDS, watch, context);
}

/*
 * The rounds of the ciphers as their standards write them: nothing but readable, and written without
 * a look at symcipher, which they are held against.
 */
#ifndef GLASSBOX_CIPHER_ROUNDS_H
#define GLASSBOX_CIPHER_ROUNDS_H

#include "sym_aes.h"
#include "sym_chacha20.h"
#include "sym_feistel.h"

#define ROUNDS_MOST       20
#define ROUNDS_STATE_MOST 64

/* FIPS 197 5.1. Of round 0 there is start, the input, and key alone; mix is not in the last. The
 * output is behind the last round. */
struct aes_round {
    uint8_t start[SYM_AES_BLOCK_BYTES], sub[SYM_AES_BLOCK_BYTES], shift[SYM_AES_BLOCK_BYTES],
        mix[SYM_AES_BLOCK_BYTES], key[SYM_AES_BLOCK_BYTES];
};
struct aes_rounds {
    unsigned count;
    struct aes_round round[SYM_AES_MAX_ROUNDS + 1];
    uint8_t out[SYM_AES_BLOCK_BYTES];
};
void aes_rounds(struct aes_rounds *rounds, const uint8_t *key, size_t key_bytes,
                const uint8_t in[SYM_AES_BLOCK_BYTES]);

/* docs/symcipher.md. */
struct feistel_rounds {
    uint64_t key[SYM_FEISTEL_ROUNDS + 1], left[SYM_FEISTEL_ROUNDS + 1],
        right[SYM_FEISTEL_ROUNDS + 1]; /* 0: before the first; key[0] is 0 */
    uint8_t out[SYM_FEISTEL_BLOCK_BYTES];
};
void feistel_rounds(struct feistel_rounds *rounds, const uint8_t key[SYM_FEISTEL_KEY_BYTES],
                    const uint8_t in[SYM_FEISTEL_BLOCK_BYTES]);

/* RFC 8439 2.1 and 2.3. */
#define CHACHA20_ROUNDS 20
struct chacha20_rounds {
    uint32_t state[CHACHA20_ROUNDS + 1][16]; /* 0: before the first round */
    uint8_t out[SYM_CHACHA20_BLOCK_BYTES];
};
void chacha20_quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d);
/* The four places that quarter round `which` of a round takes: columns, then diagonals. */
void chacha20_places(unsigned places[4], unsigned round, unsigned which);
void chacha20_rounds(struct chacha20_rounds *rounds, const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                     const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter);

#endif

/* The Feistel cipher and ChaCha20 by the book: see rounds.h. */
#include "rounds.h"

#include <string.h>

/* --- the Feistel cipher, docs/symcipher.md ---------------------------------------------------- */

#define GOLDEN ((uint64_t)0x9e3779b97f4a7c15) /* 2^64 divided by the golden ratio */

static uint64_t turn(uint64_t word, unsigned by)
{
    return word << by | word >> (64 - by);
}

static uint64_t round_function(uint64_t half, uint64_t key)
{
    uint64_t x = half + key;
    x ^= turn(x, 19) ^ turn(x, 41);
    return x + turn(x, 31);
}

static uint64_t from_bytes(const uint8_t bytes[8])
{
    uint64_t word = 0;
    for (size_t i = 0; i < 8; i++)
        word = word << 8 | bytes[i];
    return word;
}

static void to_bytes(uint8_t bytes[8], uint64_t word)
{
    for (size_t i = 8; i > 0; i--, word >>= 8)
        bytes[i - 1] = (uint8_t)word;
}

void feistel_rounds(struct feistel_rounds *rounds, const uint8_t key[SYM_FEISTEL_KEY_BYTES],
                    const uint8_t in[SYM_FEISTEL_BLOCK_BYTES])
{
    uint64_t left = from_bytes(key), right = from_bytes(key + 8);
    rounds->key[0] = 0;
    for (unsigned i = 1; i <= SYM_FEISTEL_ROUNDS; i++) {
        uint64_t next = left ^ round_function(right, i * GOLDEN);
        left = right;
        right = rounds->key[i] = next;
    }
    rounds->left[0] = from_bytes(in);
    rounds->right[0] = from_bytes(in + 8);
    for (unsigned i = 1; i <= SYM_FEISTEL_ROUNDS; i++) {
        rounds->left[i] = rounds->right[i - 1];
        rounds->right[i] = rounds->left[i - 1] ^
                           round_function(rounds->right[i - 1], rounds->key[i]);
    }
    to_bytes(rounds->out, rounds->right[SYM_FEISTEL_ROUNDS]); /* the last swap is taken back */
    to_bytes(rounds->out + 8, rounds->left[SYM_FEISTEL_ROUNDS]);
}

/* --- ChaCha20, RFC 8439 ----------------------------------------------------------------------- */

static uint32_t turn32(uint32_t word, unsigned by)
{
    return word << by | word >> (32 - by);
}

void chacha20_quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b;
    *d = turn32(*d ^ *a, 16);
    *c += *d;
    *b = turn32(*b ^ *c, 12);
    *a += *b;
    *d = turn32(*d ^ *a, 8);
    *c += *d;
    *b = turn32(*b ^ *c, 7);
}

void chacha20_places(unsigned places[4], unsigned round, unsigned which)
{
    for (unsigned row = 0; row < 4; row++)
        places[row] = 4 * row + (round % 2 == 0 ? which : (which + row) % 4);
}

static uint32_t little_endian(const uint8_t bytes[4])
{
    return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

void chacha20_rounds(struct chacha20_rounds *rounds, const uint8_t key[SYM_CHACHA20_KEY_BYTES],
                     const uint8_t nonce[SYM_CHACHA20_NONCE_BYTES], uint32_t counter)
{
    static const uint8_t constants[] = "expand 32-byte k";
    uint32_t *first = rounds->state[0];
    for (size_t i = 0; i < 4; i++)
        first[i] = little_endian(constants + 4 * i);
    for (size_t i = 0; i < 8; i++)
        first[4 + i] = little_endian(key + 4 * i);
    first[12] = counter;
    for (size_t i = 0; i < 3; i++)
        first[13 + i] = little_endian(nonce + 4 * i);
    for (unsigned round = 0; round < CHACHA20_ROUNDS; round++) {
        uint32_t *state = rounds->state[round + 1];
        memcpy(state, rounds->state[round], sizeof(rounds->state[0]));
        for (unsigned which = 0; which < 4; which++) {
            unsigned at[4];
            chacha20_places(at, round, which);
            chacha20_quarter_round(&state[at[0]], &state[at[1]], &state[at[2]], &state[at[3]]);
        }
    }
    for (size_t i = 0; i < 16; i++) {
        uint32_t word = rounds->state[CHACHA20_ROUNDS][i] + first[i];
        for (size_t j = 0; j < 4; j++, word >>= 8)
            rounds->out[4 * i + j] = (uint8_t)word;
    }
}

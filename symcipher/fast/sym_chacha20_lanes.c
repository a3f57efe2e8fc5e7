/*
 * ChaCha20 on vectors of 16 words, for long messages: word i of sixteen blocks, whose counters
 * follow each other, lies in one vector. So a quarter round is the one of sym_chacha20.c, done to
 * sixteen blocks at once, and diagonals cost no more than columns.
 *
 * The price is paid at the end, where words that lie side by side belong to different blocks and
 * must be turned into key stream, as a matrix is transposed (xy: word x of block y):
 *
 *     v[0]    00 01 02 .. 0f            00 10 20 .. f0    block 0
 *     v[1]    10 11 12 .. 1f     ->     01 11 21 .. f1    block 1
 *     ...                               ...
 *
 * in two steps: four words to a row of a block, four rows to a block.
 */
#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS

#define BLOCK         SYM_CHACHA20_BLOCK_BYTES
#define WORDS         SYM_CHACHA20_STATE_WORDS
#define LANES         16
#define SIXTEEN_BYTES ((size_t)LANES * BLOCK)
#define INLINE        static inline __attribute__((always_inline, target("avx512f")))

typedef uint32_t lanes __attribute__((vector_size(4 * LANES)));
typedef uint64_t pairs __attribute__((vector_size(4 * LANES))); /* the same, two by two */

#define ROTATE_LEFT(v, by) ((v) << (by) | (v) >> (32 - (by)))

/* RFC 8439 2.1, of sixteen blocks. */
INLINE void quarter_round(lanes v[WORDS], int a, int b, int c, int d)
{
    v[a] += v[b];
    v[d] = ROTATE_LEFT(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = ROTATE_LEFT(v[b] ^ v[c], 12);
    v[a] += v[b];
    v[d] = ROTATE_LEFT(v[d] ^ v[a], 8);
    v[c] += v[d];
    v[b] = ROTATE_LEFT(v[b] ^ v[c], 7);
}

/* RFC 8439 2.3: columns, then diagonals. */
INLINE void double_round(lanes v[WORDS])
{
    quarter_round(v, 0, 4, 8, 12);
    quarter_round(v, 1, 5, 9, 13);
    quarter_round(v, 2, 6, 10, 14);
    quarter_round(v, 3, 7, 11, 15);
    quarter_round(v, 0, 5, 10, 15);
    quarter_round(v, 1, 6, 11, 12);
    quarter_round(v, 2, 7, 8, 13);
    quarter_round(v, 3, 4, 9, 14);
}

/* A word of the first state in each lane; the counter goes up from lane to lane. */
INLINE lanes spread(const uint32_t state[WORDS], int word)
{
    const lanes number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    lanes same = (lanes){0} + state[word];
    return word == SYM_CHACHA20_COUNTER ? same + number : same;
}

/* Within each quarter of a vector: words or pairs of a and b in turn, of its first or last half. */
#define WORDS_1(a, b)                                                                              \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define WORDS_2(a, b)                                                                              \
    __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define PAIRS_1(a, b) __builtin_shufflevector((pairs)(a), (pairs)(b), 0, 8, 2, 10, 4, 12, 6, 14)
#define PAIRS_2(a, b) __builtin_shufflevector((pairs)(a), (pairs)(b), 1, 9, 3, 11, 5, 13, 7, 15)
/* Quarters: the first or last two of both; the even or odd ones of both. */
#define FIRST(a, b) __builtin_shufflevector((pairs)(a), (pairs)(b), 0, 1, 2, 3, 8, 9, 10, 11)
#define LAST(a, b)  __builtin_shufflevector((pairs)(a), (pairs)(b), 4, 5, 6, 7, 12, 13, 14, 15)
#define EVEN(a, b)  __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13)
#define ODD(a, b)   __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15)

/* v[0 .. 3], the same row of all blocks: quarter q of v[i] becomes the row of block 4 * q + i. */
INLINE void words_to_rows(lanes v[4])
{
    lanes a = WORDS_1(v[0], v[1]), b = WORDS_2(v[0], v[1]);
    lanes c = WORDS_1(v[2], v[3]), d = WORDS_2(v[2], v[3]);
    v[0] = (lanes)PAIRS_1(a, c);
    v[1] = (lanes)PAIRS_2(a, c);
    v[2] = (lanes)PAIRS_1(b, d);
    v[3] = (lanes)PAIRS_2(b, d);
}

/* RFC 8439 2.4: out = in xor key stream, one block. */
INLINE void put_block(uint8_t *out, const uint8_t *in, pairs stream)
{
    pairs text;
    memcpy(&text, in, BLOCK);
    text ^= stream;
    memcpy(out, &text, BLOCK);
}

/* Quarter q of v[0], v[4], v[8] and v[12] are the four rows of block 4 * q. */
INLINE void put_every_fourth(uint8_t *out, const uint8_t *in, const lanes v[WORDS - 3])
{
    pairs a = FIRST(v[0], v[4]), b = LAST(v[0], v[4]);
    pairs c = FIRST(v[8], v[12]), d = LAST(v[8], v[12]);
    put_block(out, in, EVEN(a, c));
    put_block(out + 4 * BLOCK, in + 4 * BLOCK, ODD(a, c));
    put_block(out + 8 * BLOCK, in + 8 * BLOCK, EVEN(b, d));
    put_block(out + 12 * BLOCK, in + 12 * BLOCK, ODD(b, d));
}

/* RFC 8439 2.3 and 2.4, sixteen times. All loops but the rounds are for the compiler to unroll:
 * then v stays in registers. */
INLINE void sixteen_blocks(uint8_t *out, const uint8_t *in, const uint32_t state[WORDS])
{
    lanes v[WORDS];
#pragma GCC unroll 16
    for (int i = 0; i < WORDS; i++)
        v[i] = spread(state, i);
    for (int pair = 0; pair < 10; pair++)
        double_round(v);
#pragma GCC unroll 16
    for (int i = 0; i < WORDS; i++)
        v[i] += spread(state, i);
#pragma GCC unroll 4
    for (int row = 0; row < WORDS; row += 4)
        words_to_rows(v + row);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        put_every_fourth(out + i * BLOCK, in + i * BLOCK, v + i);
}

/* What is shorter than sixteen blocks goes by rows. */
__attribute__((target("avx512f"))) static void apply(uint8_t *out, const uint8_t *in, size_t bytes,
                                                     const uint32_t first[WORDS])
{
    uint32_t state[WORDS];
    memcpy(state, first, sizeof(state));
    for (; bytes >= SIXTEEN_BYTES; bytes -= SIXTEEN_BYTES) {
        sixteen_blocks(out, in, state);
        state[SYM_CHACHA20_COUNTER] += LANES;
        out += SIXTEEN_BYTES;
        in += SIXTEEN_BYTES;
    }
    sym_chacha20_vector16.apply(out, in, bytes, state);
    sym_wipe(state, sizeof(state));
}

const struct sym_chacha20_implementation sym_chacha20_lanes16 = {"16 lanes (AVX-512)",
                                                                 sym_has_avx512f, apply};

#endif

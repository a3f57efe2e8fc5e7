/*
 * ChaCha20 on vectors, for long messages: a template, included by sym_chacha20_lanes.c once for each
 * width. Inside the library. It is given
 *
 *     LANES           words in a vector, 8 or 16, and so blocks of key stream made at once
 *     TARGET          the attribute that lets the compiler use the instructions for that width
 *     NAMED(name)     the name with a suffix of its own
 *     ROTATE_BYTES    how a vector is turned by 8 or 16: sym_chacha20_rotate.h
 *     LAST_ROWS       the implementation of what is shorter than LANES blocks
 *
 * Word i of all these blocks, whose counters follow each other, lies in one vector. So a quarter
 * round is the one of sym_chacha20.c, done to all blocks at once, and diagonals cost no more than
 * columns.
 *
 * The price is paid at the end, where words that lie side by side belong to different blocks and
 * must be turned into key stream, as a matrix is transposed (xy: word x of block y; here sixteen):
 *
 *     v[0]    00 01 02 .. 0f            00 10 20 .. f0    block 0
 *     v[1]    10 11 12 .. 1f     ->     01 11 21 .. f1    block 1
 *     ...                               ...
 *
 * in two steps: four words to a row of a block, four rows to a block.
 */

typedef uint32_t NAMED(lanes) __attribute__((vector_size(4 * LANES)));
typedef uint64_t NAMED(pairs) __attribute__((vector_size(4 * LANES))); /* the same, two by two */

#define VECTOR      NAMED(lanes)
#define PAIRS       NAMED(pairs)
#define INLINE      TARGET static inline __attribute__((always_inline))
#define GROUP_BYTES ((size_t)LANES * BLOCK)

/* RFC 8439 2.1, of all blocks. */
INLINE void NAMED(quarter_round)(VECTOR v[WORDS], int a, int b, int c, int d)
{
    v[a] += v[b];
    v[d] = ROTATE_BYTES(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = ROTATE_LEFT(v[b] ^ v[c], 12);
    v[a] += v[b];
    v[d] = ROTATE_BYTES(v[d] ^ v[a], 8);
    v[c] += v[d];
    v[b] = ROTATE_LEFT(v[b] ^ v[c], 7);
}

/* RFC 8439 2.3: columns, then diagonals. */
INLINE void NAMED(double_round)(VECTOR v[WORDS])
{
    NAMED(quarter_round)(v, 0, 4, 8, 12);
    NAMED(quarter_round)(v, 1, 5, 9, 13);
    NAMED(quarter_round)(v, 2, 6, 10, 14);
    NAMED(quarter_round)(v, 3, 7, 11, 15);
    NAMED(quarter_round)(v, 0, 5, 10, 15);
    NAMED(quarter_round)(v, 1, 6, 11, 12);
    NAMED(quarter_round)(v, 2, 7, 8, 13);
    NAMED(quarter_round)(v, 3, 4, 9, 14);
}

/* A word of the first state in each lane; the counter goes up from lane to lane. */
INLINE VECTOR NAMED(spread)(const uint32_t state[WORDS], int word)
{
#if LANES == 8
    const VECTOR number = {0, 1, 2, 3, 4, 5, 6, 7};
#else
    const VECTOR number = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#endif
    VECTOR same = (VECTOR){0} + state[word];
    return word == SYM_CHACHA20_COUNTER ? same + number : same;
}

/* Within each quarter of sixteen bytes: words or pairs of a and b in turn, of its first or last
 * half. Then quarters: the first or last half of both; the even or odd ones of both. */
#if LANES == 8
#define WORDS_1(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define WORDS_2(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define PAIRS_1(a, b) __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 0, 4, 2, 6)
#define PAIRS_2(a, b) __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 1, 5, 3, 7)
#define FIRST(a, b)   __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 0, 1, 4, 5)
#define LAST(a, b)    __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 2, 3, 6, 7)
#else
#define WORDS_1(a, b)                                                                              \
    __builtin_shufflevector(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define WORDS_2(a, b)                                                                              \
    __builtin_shufflevector(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define PAIRS_1(a, b) __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 0, 8, 2, 10, 4, 12, 6, 14)
#define PAIRS_2(a, b) __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 1, 9, 3, 11, 5, 13, 7, 15)
#define FIRST(a, b)   __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 0, 1, 2, 3, 8, 9, 10, 11)
#define LAST(a, b)    __builtin_shufflevector((PAIRS)(a), (PAIRS)(b), 4, 5, 6, 7, 12, 13, 14, 15)
#define EVEN(a, b)    __builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13)
#define ODD(a, b)     __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15)
#endif

/* v[0 .. 3], the same row of all blocks: quarter q of v[i] becomes the row of block 4 * q + i. */
INLINE void NAMED(words_to_rows)(VECTOR v[4])
{
    VECTOR a = WORDS_1(v[0], v[1]), b = WORDS_2(v[0], v[1]);
    VECTOR c = WORDS_1(v[2], v[3]), d = WORDS_2(v[2], v[3]);
    v[0] = (VECTOR)PAIRS_1(a, c);
    v[1] = (VECTOR)PAIRS_2(a, c);
    v[2] = (VECTOR)PAIRS_1(b, d);
    v[3] = (VECTOR)PAIRS_2(b, d);
}

/* RFC 8439 2.4: out = in xor key stream, one vector of it: a block, or half of one. */
INLINE void NAMED(put)(uint8_t *out, const uint8_t *in, PAIRS stream)
{
    PAIRS text;
    memcpy(&text, in, sizeof(text));
    text ^= stream;
    memcpy(out, &text, sizeof(text));
}

/* Quarter q of v[0], v[4], v[8] and v[12] are the four rows of block 4 * q. */
INLINE void NAMED(put_every_fourth)(uint8_t *out, const uint8_t *in, const VECTOR v[WORDS - 3])
{
    PAIRS a = FIRST(v[0], v[4]), b = LAST(v[0], v[4]);
    PAIRS c = FIRST(v[8], v[12]), d = LAST(v[8], v[12]);
#if LANES == 8
    NAMED(put)(out, in, a);
    NAMED(put)(out + BLOCK / 2, in + BLOCK / 2, c);
    NAMED(put)(out + 4 * BLOCK, in + 4 * BLOCK, b);
    NAMED(put)(out + 4 * BLOCK + BLOCK / 2, in + 4 * BLOCK + BLOCK / 2, d);
#else
    NAMED(put)(out, in, EVEN(a, c));
    NAMED(put)(out + 4 * BLOCK, in + 4 * BLOCK, ODD(a, c));
    NAMED(put)(out + 8 * BLOCK, in + 8 * BLOCK, EVEN(b, d));
    NAMED(put)(out + 12 * BLOCK, in + 12 * BLOCK, ODD(b, d));
#endif
}

/* RFC 8439 2.3 and 2.4, LANES times. All loops but the rounds are for the compiler to unroll: then
 * v stays in registers, if there are enough. */
INLINE void NAMED(group)(uint8_t *out, const uint8_t *in, const uint32_t state[WORDS])
{
    VECTOR v[WORDS];
#pragma GCC unroll 16
    for (int i = 0; i < WORDS; i++)
        v[i] = NAMED(spread)(state, i);
    for (int pair = 0; pair < 10; pair++)
        NAMED(double_round)(v);
#pragma GCC unroll 16
    for (int i = 0; i < WORDS; i++)
        v[i] += NAMED(spread)(state, i);
#pragma GCC unroll 4
    for (int row = 0; row < WORDS; row += 4)
        NAMED(words_to_rows)(v + row);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++)
        NAMED(put_every_fourth)(out + i * BLOCK, in + i * BLOCK, v + i);
}

TARGET static void NAMED(apply)(uint8_t *out, const uint8_t *in, size_t bytes,
                                const uint32_t first[WORDS])
{
    uint32_t state[WORDS];
    memcpy(state, first, sizeof(state));
    for (; bytes >= GROUP_BYTES; bytes -= GROUP_BYTES) {
        NAMED(group)(out, in, state);
        state[SYM_CHACHA20_COUNTER] += LANES;
        out += GROUP_BYTES;
        in += GROUP_BYTES;
    }
    LAST_ROWS.apply(out, in, bytes, state);
    sym_wipe(state, sizeof(state));
}

#undef VECTOR
#undef PAIRS
#undef INLINE
#undef GROUP_BYTES
#undef WORDS_1
#undef WORDS_2
#undef PAIRS_1
#undef PAIRS_2
#undef FIRST
#undef LAST
#undef EVEN
#undef ODD

/*
 * ChaCha20 on vectors: a template, included by sym_chacha20_vector.c once for each width. Inside
 * the library. It is given
 *
 *     BLOCKS          blocks of key stream that lie side by side in one vector: 1, 2 or 4
 *     TARGET          the attribute that lets the compiler use the instructions for that width
 *     NAMED(name)     the name with a suffix of its own
 *     ROTATE_BYTES    how a vector is turned by 8 or 16: sym_chacha20_rotate.h
 *
 * The square of RFC 8439 2.3 has four rows; a vector holds the same row of BLOCKS blocks whose
 * counters follow each other, four words of each (here: two blocks, vectors of eight words):
 *
 *     a    0  1  2  3 |  0  1  2  3       constants
 *     b    4  5  6  7 |  4  5  6  7       key
 *     c    8  9 10 11 |  8  9 10 11       key
 *     d   12 13 14 15 | 12 13 14 15       counter, nonce | counter + 1, nonce
 *
 * One quarter round on whole rows is that of all columns of all blocks at once. Turning b, c and d
 * by one, two and three places puts the diagonals into columns; turning them on, home again.
 */

typedef uint32_t NAMED(row) __attribute__((vector_size(16 * BLOCKS)));

struct NAMED(square) {
    NAMED(row) a, b, c, d;
};

#define ROW          NAMED(row)
#define INLINE       TARGET static inline __attribute__((always_inline))
#define SQUARE       struct NAMED(square)
#define SQUARE_BYTES ((size_t)BLOCK * BLOCKS)

/* EACH: words w, x, y, z of each block of v. */
#if BLOCKS == 1
#define EACH(v, w, x, y, z) __builtin_shufflevector(v, v, w, x, y, z)
#define REPEAT(v)           (v)
#elif BLOCKS == 2
#define EACH(v, w, x, y, z) __builtin_shufflevector(v, v, w, x, y, z, 4 + w, 4 + x, 4 + y, 4 + z)
#define REPEAT(v)           __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3)
#else
#define EACH(v, w, x, y, z)                                                                        \
    __builtin_shufflevector(v, v, w, x, y, z, 4 + w, 4 + x, 4 + y, 4 + z, 8 + w, 8 + x, 8 + y,     \
                            8 + z, 12 + w, 12 + x, 12 + y, 12 + z)
#define REPEAT(v) __builtin_shufflevector(v, v, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3)
#endif

/* RFC 8439 2.1, for all columns. */
TARGET static inline void NAMED(quarter_round)(SQUARE *s)
{
    s->a += s->b;
    s->d = ROTATE_BYTES(s->d ^ s->a, 16);
    s->c += s->d;
    s->b = ROTATE_LEFT(s->b ^ s->c, 12);
    s->a += s->b;
    s->d = ROTATE_BYTES(s->d ^ s->a, 8);
    s->c += s->d;
    s->b = ROTATE_LEFT(s->b ^ s->c, 7);
}

/* RFC 8439 2.3: columns, then diagonals. */
TARGET static inline void NAMED(double_round)(SQUARE *s)
{
    NAMED(quarter_round)(s);
    s->b = EACH(s->b, 1, 2, 3, 0);
    s->c = EACH(s->c, 2, 3, 0, 1);
    s->d = EACH(s->d, 3, 0, 1, 2);
    NAMED(quarter_round)(s);
    s->b = EACH(s->b, 3, 0, 1, 2);
    s->c = EACH(s->c, 2, 3, 0, 1);
    s->d = EACH(s->d, 1, 2, 3, 0);
}

/* RFC 8439 2.3: adds the first state; 2.4: XORs the text, row after row of each block. */
INLINE void NAMED(finish)(uint8_t *out, const uint8_t *in, const SQUARE *stirred,
                          const SQUARE *first)
{
    uint64_t stream[4][2 * BLOCKS], text[2];
    const SQUARE s = {stirred->a + first->a, stirred->b + first->b, stirred->c + first->c,
                      stirred->d + first->d};
    memcpy(stream, &s, sizeof(stream));
    for (int block = 0; block < BLOCKS; block++) {
        for (int row = 0; row < 4; row++, in += 16, out += 16) {
            memcpy(text, in, 16);
            text[0] ^= stream[row][2 * block];
            text[1] ^= stream[row][2 * block + 1];
            memcpy(out, text, 16);
        }
    }
}

/* The same of less than a square: through a square of key stream. */
INLINE void NAMED(finish_part)(uint8_t *out, const uint8_t *in, size_t bytes, const SQUARE *stirred,
                               const SQUARE *first)
{
    uint8_t stream[SQUARE_BYTES] = {0};
    NAMED(finish)(stream, stream, stirred, first);
    sym_xor_bytes(out, in, stream, bytes);
    sym_wipe(stream, sizeof(stream));
}

/* `count` squares (1 to 4, known to the compiler) at once, so that the processor has other work
 * while one waits for itself. bytes: what they are for; the last one may be too much. *next moves on
 * behind them. */
INLINE void NAMED(squares)(uint8_t *out, const uint8_t *in, size_t bytes, SQUARE *next,
                           const int count)
{
    SQUARE first[4], s[4];
    ROW step = {0};
    for (int block = 0; block < BLOCKS; block++)
        step[4 * block] = BLOCKS;
#pragma GCC unroll 4
    for (int i = 0; i < count; i++) {
        first[i] = s[i] = *next;
        next->d += step;
    }
    for (int pair = 0; pair < 10; pair++) {
#pragma GCC unroll 4
        for (int i = 0; i < count; i++)
            NAMED(double_round)(&s[i]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < count; i++, out += SQUARE_BYTES, in += SQUARE_BYTES)
        if (i < count - 1 || bytes == (size_t)count * SQUARE_BYTES)
            NAMED(finish)(out, in, &s[i], &first[i]);
        else
            NAMED(finish_part)(out, in, bytes - (size_t)i * SQUARE_BYTES, &s[i], &first[i]);
}

/* The state of BLOCKS blocks, their counters in a row. */
TARGET static inline SQUARE NAMED(spread)(const uint32_t state[SYM_CHACHA20_STATE_WORDS])
{
    words row[4];
    SQUARE s;
    memcpy(row, state, sizeof(row));
    s = (SQUARE){REPEAT(row[0]), REPEAT(row[1]), REPEAT(row[2]), REPEAT(row[3])};
    for (uint32_t block = 0; block < BLOCKS; block++)
        s.d[4 * block] += block;
    return s;
}

/* What is left, in one go: several shorter ones would each wait for themselves. */
TARGET static void NAMED(last_squares)(uint8_t *out, const uint8_t *in, size_t bytes, SQUARE *next)
{
    switch ((bytes + SQUARE_BYTES - 1) / SQUARE_BYTES) {
    case 0:
        return;
    case 1:
        NAMED(squares)(out, in, bytes, next, 1);
        return;
    case 2:
        NAMED(squares)(out, in, bytes, next, 2);
        return;
    case 3:
        NAMED(squares)(out, in, bytes, next, 3);
        return;
    default:
        NAMED(squares)(out, in, bytes, next, 4);
        return;
    }
}

TARGET static void NAMED(apply)(uint8_t *out, const uint8_t *in, size_t bytes,
                                const uint32_t state[SYM_CHACHA20_STATE_WORDS])
{
    SQUARE next = NAMED(spread)(state);
    for (; bytes > 4 * SQUARE_BYTES; bytes -= 4 * SQUARE_BYTES) {
        NAMED(squares)(out, in, 4 * SQUARE_BYTES, &next, 4);
        out += 4 * SQUARE_BYTES;
        in += 4 * SQUARE_BYTES;
    }
    NAMED(last_squares)(out, in, bytes, &next);
    sym_wipe(&next, sizeof(next));
}

#undef ROW
#undef SQUARE
#undef INLINE
#undef SQUARE_BYTES
#undef EACH
#undef REPEAT

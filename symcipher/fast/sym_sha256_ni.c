/*
 * SHA-256 by the processor's own instructions (SHA-NI): see sym_implementations.h. Constant time,
 * for there is no table in memory and no branch but on the count of blocks.
 *
 * sha256rnds2 does two rounds of FIPS 180-4 6.2.2 step 3. It wants a to h as two vectors of four
 * words, highest first: a b e f, which every round changes, and c d g h, which the next two rounds
 * need no more, and so get the new a b e f in its place. The schedule (step 1) is four words of W
 * at a time: sha256msg1 adds sigma0 of the words after them, sha256msg2 sigma1 of the words just
 * made.
 */
#include "sym_implementations.h"

#if SYM_HAS_X86_TARGETS
#include <immintrin.h>

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

/* Step 1: W[t] to W[t + 3] from the sixteen words before them. */
TARGET static inline __m128i schedule(__m128i w16, __m128i w12, __m128i w8, __m128i w4)
{
    const __m128i seventh = _mm_alignr_epi8(w4, w8, 4); /* W[t - 7] to W[t - 4] */
    return _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w16, w12), seventh), w4);
}

struct state {
    __m128i abef, cdgh;
};

TARGET static inline __m128i load(const void *four_words)
{
    return _mm_loadu_si128((const __m128i *)four_words);
}

/* Steps 2 to 4 for `count` blocks (1 or 2, known to the compiler), each into a state of its own: two
 * take little longer than one, whose rounds wait for each other. w: their words. */
TARGET static inline __attribute__((always_inline)) void compress(struct state *states,
                                                                  __m128i w[][4], const int count)
{
    struct state s[2];
#pragma GCC unroll 2
    for (int i = 0; i < count; i++)
        s[i] = states[i];
#pragma GCC unroll 16
    for (int t = 0; t < 16; t++) {
        const __m128i k = load(sym_sha256_K + 4 * t);
#pragma GCC unroll 2
        for (int i = 0; i < count; i++) {
            if (t >= 4)
                w[i][t % 4] = schedule(w[i][t % 4], w[i][(t + 1) % 4], w[i][(t + 2) % 4],
                                       w[i][(t + 3) % 4]);
            const __m128i sum = _mm_add_epi32(w[i][t % 4], k);
            s[i].cdgh = _mm_sha256rnds2_epu32(s[i].cdgh, s[i].abef, sum);
            s[i].abef = _mm_sha256rnds2_epu32(s[i].abef, s[i].cdgh, _mm_shuffle_epi32(sum, 0x0e));
        }
    }
#pragma GCC unroll 2
    for (int i = 0; i < count; i++) {
        states[i].abef = _mm_add_epi32(states[i].abef, s[i].abef);
        states[i].cdgh = _mm_add_epi32(states[i].cdgh, s[i].cdgh);
    }
}

TARGET static inline struct state load_state(const uint32_t h[8])
{
    const __m128i ab = _mm_shuffle_epi32(load(h), 0xb1), ef = _mm_shuffle_epi32(load(h + 4), 0x1b);
    return (struct state){_mm_alignr_epi8(ab, ef, 8), _mm_blend_epi16(ef, ab, 0xf0)};
}

TARGET static inline void store_state(uint32_t h[8], struct state s)
{
    const __m128i feba = _mm_shuffle_epi32(s.abef, 0x1b), dchg = _mm_shuffle_epi32(s.cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)h, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

TARGET static void absorb(uint32_t h[8], const uint8_t *blocks, size_t count)
{
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    struct state state = load_state(h);
    for (; count > 0; count--, blocks += SYM_SHA256_BLOCK_BYTES) {
        __m128i w[1][4];
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++)
            w[0][i] = _mm_shuffle_epi8(load(blocks + 16 * i), big_endian);
        compress(&state, w, 1);
    }
    store_state(h, state);
}

TARGET static inline __attribute__((always_inline)) void
absorb_some(uint32_t h[][8], uint32_t block[][16], const int count)
{
    struct state states[2];
    __m128i w[2][4];
#pragma GCC unroll 2
    for (int i = 0; i < count; i++) {
        states[i] = load_state(h[i]);
#pragma GCC unroll 4
        for (int j = 0; j < 4; j++)
            w[i][j] = load(block[i] + 4 * j);
    }
    compress(states, w, count);
#pragma GCC unroll 2
    for (int i = 0; i < count; i++)
        store_state(h[i], states[i]);
}

TARGET static void absorb_each(uint32_t h[][8], uint32_t block[][16], size_t count)
{
    size_t i = 0;
    for (; i + 2 <= count; i += 2)
        absorb_some(h + i, block + i, 2);
    if (i < count)
        absorb_some(h + i, block + i, 1);
}

const struct sym_sha256_implementation sym_sha256_ni = {"SHA-NI", sym_has_sha, absorb, absorb_each};
#endif

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

/* Steps 2 to 4 for one block. */
TARGET static void compress(__m128i *abef, __m128i *cdgh, const uint8_t *block)
{
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    __m128i w[4], first = *abef, second = *cdgh;
#pragma GCC unroll 16
    for (int t = 0; t < 16; t++) {
        if (t < 4)
            w[t] = _mm_shuffle_epi8(
                _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * t)), big_endian);
        else
            w[t % 4] = schedule(w[t % 4], w[(t + 1) % 4], w[(t + 2) % 4], w[(t + 3) % 4]);
        const __m128i k = _mm_loadu_si128((const __m128i *)(const void *)(sym_sha256_K + 4 * t));
        const __m128i sum = _mm_add_epi32(w[t % 4], k);
        second = _mm_sha256rnds2_epu32(second, first, sum);
        first = _mm_sha256rnds2_epu32(first, second, _mm_shuffle_epi32(sum, 0x0e));
    }
    *abef = _mm_add_epi32(*abef, first);
    *cdgh = _mm_add_epi32(*cdgh, second);
}

TARGET static void absorb(uint32_t h[8], const uint8_t *blocks, size_t count)
{
    const __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)h);
    const __m128i hgfe = _mm_loadu_si128((const __m128i *)(const void *)(h + 4));
    const __m128i ab = _mm_shuffle_epi32(dcba, 0xb1), ef = _mm_shuffle_epi32(hgfe, 0x1b);
    __m128i abef = _mm_alignr_epi8(ab, ef, 8), cdgh = _mm_blend_epi16(ef, ab, 0xf0);
    for (; count > 0; count--, blocks += SYM_SHA256_BLOCK_BYTES)
        compress(&abef, &cdgh, blocks);
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)h, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(h + 4), _mm_alignr_epi8(dchg, feba, 8));
}

const struct sym_sha256_implementation sym_sha256_ni = {"SHA-NI", sym_has_sha, absorb};
#endif

/*
 * ML-KEM's polynomials from bytes and to bytes, several coefficients at once: see
 * mlkem_implementations.h. mlkem_ring.c and mlkem_bytes.c are the ones to read first. Constant time,
 * but for sampling the public matrix.
 */
#include "mlkem_implementations.h"

#ifdef __x86_64__
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2,popcnt")))
#define INLINE static inline __attribute__((always_inline))

#define N MLKEM_N
#define Q MLKEM_Q

/* --- sampling --------------------------------------------------------------------------------- */

/* Which of four words are taken, as a number of four bits, to the bytes of those words; what stands
 * behind them is overwritten by the next. */
#define TWO(word)         2 * (word), 2 * (word) + 1
#define WORDS(a, b, c, d) TWO(a), TWO(b), TWO(c), TWO(d)
static const uint8_t places[16][8] = {
    {WORDS(0, 0, 0, 0)}, {WORDS(0, 0, 0, 0)}, {WORDS(1, 0, 0, 0)}, {WORDS(0, 1, 0, 0)},
    {WORDS(2, 0, 0, 0)}, {WORDS(0, 2, 0, 0)}, {WORDS(1, 2, 0, 0)}, {WORDS(0, 1, 2, 0)},
    {WORDS(3, 0, 0, 0)}, {WORDS(0, 3, 0, 0)}, {WORDS(1, 3, 0, 0)}, {WORDS(0, 1, 3, 0)},
    {WORDS(2, 3, 0, 0)}, {WORDS(0, 2, 3, 0)}, {WORDS(1, 2, 3, 0)}, {WORDS(0, 1, 2, 3)},
};

/* Twelve bytes to eight numbers of 12 bits. Words of the bytes 0 1, 1 2, 3 4, 4 5, ...: the number is
 * in the lower or in the upper bits of its word, in turn. */
TARGET INLINE __m128i eight_numbers(const uint8_t bytes[12])
{
    const __m128i pairs = _mm_setr_epi8(0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
    uint32_t last;
    memcpy(&last, bytes + 8, sizeof(last));
    const __m128i twelve = _mm_insert_epi32(_mm_loadl_epi64((const __m128i *)(const void *)bytes),
                                            (int)last, 2);
    const __m128i words = _mm_shuffle_epi8(twelve, pairs);
    return _mm_blend_epi16(_mm_and_si128(words, _mm_set1_epi16(0xfff)), _mm_srli_epi16(words, 4),
                           0xaa);
}

/* Writes four words from `to` on, of which those in `taken` are of use; their count. */
TARGET INLINE int take_four(uint16_t *to, __m128i numbers, unsigned taken)
{
    const __m128i order = _mm_loadl_epi64((const __m128i *)(const void *)places[taken]);
    _mm_storel_epi64((__m128i *)(void *)to, _mm_shuffle_epi8(numbers, order));
    return __builtin_popcount(taken);
}

/* FIPS 203 algorithm 7. Bytes that do not suffice, and a remainder of less than twelve, are left to
 * the readable code. */
TARGET static bool sample_uniform(struct mlkem_poly *a, const uint8_t *bytes, size_t count)
{
    uint16_t f[N + 7];
    int taken = 0;
    for (size_t i = 0; i + 12 <= count && taken < N; i += 12) {
        const __m128i numbers = eight_numbers(bytes + i);
        const __m128i below = _mm_cmpgt_epi16(_mm_set1_epi16(Q), numbers);
        const unsigned which = (unsigned)_mm_movemask_epi8(_mm_packs_epi16(below, below)) & 255;
        taken += take_four(f + taken, numbers, which & 15);
        taken += take_four(f + taken, _mm_srli_si128(numbers, 8), which >> 4);
    }
    if (taken < N)
        return mlkem_bytes_reference.sample_uniform(a, bytes, count);
    memcpy(a->f, f, sizeof(a->f));
    return true;
}

/* Sixteen bytes from -2 to 2 to their least residues. */
TARGET INLINE void store_sixteen(uint16_t *to, __m128i bytes)
{
    const __m256i words = _mm256_cvtepi8_epi16(bytes);
    const __m256i q = _mm256_and_si256(_mm256_srai_epi16(words, 15), _mm256_set1_epi16(Q));
    _mm256_storeu_si256((__m256i *)(void *)to, _mm256_add_epi16(words, q));
}

/* FIPS 203 algorithm 8. The sums of each two bits stand beside each other: x and y of a byte's first
 * number, then of its second. */
TARGET static void sample_noise(struct mlkem_poly *a, const uint8_t bytes[128])
{
    const __m128i odd = _mm_set1_epi8(0x55), two = _mm_set1_epi8(3);
    for (int i = 0; i < 128; i += 16) {
        const __m128i bits = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        const __m128i sums = _mm_add_epi8(_mm_and_si128(bits, odd),
                                          _mm_and_si128(_mm_srli_epi16(bits, 1), odd));
        const __m128i first = _mm_sub_epi8(_mm_and_si128(sums, two),
                                           _mm_and_si128(_mm_srli_epi16(sums, 2), two));
        const __m128i second = _mm_sub_epi8(_mm_and_si128(_mm_srli_epi16(sums, 4), two),
                                            _mm_and_si128(_mm_srli_epi16(sums, 6), two));
        store_sixteen(a->f + 2 * i, _mm_unpacklo_epi8(first, second));
        store_sixteen(a->f + 2 * i + 16, _mm_unpackhi_epi8(first, second));
    }
}

/* --- bytes ------------------------------------------------------------------------------------ */

#define LOW(bits) ((UINT64_C(1) << (bits)) - 1)

/* Four coefficients of d bits, d even, in words of 16 bits: pairs are pushed together, then both
 * pairs. 4 d bits are d / 2 bytes. */
INLINE void encode_fours(uint8_t *bytes, const struct mlkem_poly *a, unsigned d)
{
    for (int i = 0; i < N; i += 4, bytes += d / 2) {
        uint64_t four;
        memcpy(&four, a->f + i, sizeof(four));
        four = (four & 0x0000ffff0000ffff) | (four & 0xffff0000ffff0000) >> (16 - d);
        four = (four & LOW(32)) | four >> 32 << 2 * d;
        memcpy(bytes, &four, d / 2);
    }
}

/* Two, five or six of them. */
INLINE uint64_t load_bytes(const uint8_t *bytes, unsigned count)
{
    uint16_t two;
    uint32_t four;
    if (count == 2) {
        memcpy(&two, bytes, sizeof(two));
        return two;
    }
    memcpy(&four, bytes, sizeof(four));
    return four | (uint64_t)bytes[4] << 32 | (count == 6 ? (uint64_t)bytes[5] << 40 : 0);
}

INLINE void decode_fours(struct mlkem_poly *a, const uint8_t *bytes, unsigned d)
{
    const uint64_t low = LOW(d) | LOW(d) << 32;
    for (int i = 0; i < N; i += 4, bytes += d / 2) {
        uint64_t four = load_bytes(bytes, d / 2);
        four = (four & LOW(2 * d)) | four >> 2 * d << 32;
        four = (four & low) | (four << (16 - d) & low << 16);
        memcpy(a->f + i, &four, sizeof(four));
    }
}

/* The d of vectors and of ciphertexts; others seldom come. */
static void encode(uint8_t *bytes, const struct mlkem_poly *a, unsigned d)
{
    if (d == 12)
        encode_fours(bytes, a, 12);
    else if (d == 10)
        encode_fours(bytes, a, 10);
    else if (d == 4)
        encode_fours(bytes, a, 4);
    else
        mlkem_bytes_reference.encode(bytes, a, d);
}

static void decode(struct mlkem_poly *a, const uint8_t *bytes, unsigned d)
{
    if (d == 12)
        decode_fours(a, bytes, 12);
    else if (d == 10)
        decode_fours(a, bytes, 10);
    else if (d == 4)
        decode_fours(a, bytes, 4);
    else
        mlkem_bytes_reference.decode(a, bytes, d);
}

const struct mlkem_bytes mlkem_bytes_avx2 = {encode, decode, sample_uniform, sample_noise};
#endif

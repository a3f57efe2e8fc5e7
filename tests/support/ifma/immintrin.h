/*
 * Two instructions of AVX-512 IFMA in plain C, as Intel documents them, so that the very sources
 * bignum_rsa/fast/rsa_lanes_ifma.c and symcipher/fast/sym_poly1305_ifma.c run on every machine.
 * Found in place of the compiler's header in this folder alone.
 *
 *     VPMADD52LUQ: in each lane  sum += the lower 52 bits of (a's lower 52 bits) (b's lower 52 bits)
 *     VPMADD52HUQ: in each lane  sum += the upper 52 bits of that product of 104 bits
 *
 * (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, under these names.) The
 * product is made of halves of 26 bits, not of the compiler's 128-bit integers: rsa_lanes_portable.c
 * does it that way, and one mistake should not be made in both.
 */
#ifndef GLASSBOX_TESTS_IMMINTRIN_H
#define GLASSBOX_TESTS_IMMINTRIN_H

#include <stdbool.h>
#include <stdint.h>

typedef long long __m512i __attribute__((vector_size(64)));

static inline void ifma_add(__m512i *sum, const __m512i *a, const __m512i *b, bool upper)
{
    const uint64_t half = (1ULL << 26) - 1;
    for (int lane = 0; lane < 8; lane++) {
        const uint64_t x = (uint64_t)(*a)[lane], y = (uint64_t)(*b)[lane];
        const uint64_t x0 = x & half, x1 = x >> 26 & half, y0 = y & half, y1 = y >> 26 & half;
        const uint64_t middle = x0 * y1 + x1 * y0;
        const uint64_t low = x0 * y0 + ((middle & half) << 26);
        const uint64_t high = x1 * y1 + (middle >> 26) + (low >> 52);
        const uint64_t part = upper ? high : low & ((1ULL << 52) - 1);
        (*sum)[lane] = (long long)((uint64_t)(*sum)[lane] + part);
    }
}

/* A statement in an expression (GNU C): vectors so wide are no arguments without AVX-512. */
#define ifma(sum, a, b, upper)                                                                     \
    __extension__({                                                                                \
        __m512i sum_ = (sum), a_ = (a), b_ = (b);                                                  \
        ifma_add(&sum_, &a_, &b_, upper);                                                          \
        sum_;                                                                                      \
    })
#define _mm512_madd52lo_epu64(sum, a, b) ifma(sum, a, b, false)
#define _mm512_madd52hi_epu64(sum, a, b) ifma(sum, a, b, true)

/* No instruction is asked for, so no processor is asked. */
#define target(instructions)             unused
#define __builtin_cpu_supports(features) true

#endif

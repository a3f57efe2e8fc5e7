/*
 * Numbers modulo p = 2^255 - 19 in five limbs of 51 bits, for machines that multiply 64 by 64 bits:
 * 25 products instead of 256. Inside the library; x25519.c is the one to read first.
 *
 * A limb has room to spare. Carried limbs, as multiply, square, scale and load give them, are below
 * 2^51 + 2^18; what goes into a product may be anything below 2^54. So one add or subtract of
 * carried numbers, or of such sums, needs no carry after it.
 */
#ifndef GLASSBOX_X25519_LIMBS_H
#define GLASSBOX_X25519_LIMBS_H

#include "x25519_internal.h"

#include <string.h>

#ifdef __SIZEOF_INT128__

#define LIMB_BITS 51
#define LIMB_MASK (((uint64_t)1 << LIMB_BITS) - 1)
#define INLINE    static inline __attribute__((always_inline))

typedef struct {
    uint64_t limb[5];
} limbs;
__extension__ typedef unsigned __int128 wide;

static inline uint64_t load64_le(const uint8_t in[8])
{
    uint64_t word = 0;
    for (int i = 7; i >= 0; i--)
        word = word << 8 | in[i];
    return word;
}

static inline void store64_le(uint8_t out[8], uint64_t word)
{
    for (int i = 0; i < 8; i++, word >>= 8)
        out[i] = (uint8_t)word;
}

/* decodeUCoordinate: the top bit is left out; the number may be p or more. */
static inline limbs load(const uint8_t bytes[X25519_BYTES])
{
    const uint64_t w0 = load64_le(bytes), w1 = load64_le(bytes + 8), w2 = load64_le(bytes + 16),
                   w3 = load64_le(bytes + 24);
    return (limbs){{w0 & LIMB_MASK, (w0 >> 51 | w1 << 13) & LIMB_MASK,
                    (w1 >> 38 | w2 << 26) & LIMB_MASK, (w2 >> 25 | w3 << 39) & LIMB_MASK,
                    w3 >> 12 & LIMB_MASK}};
}

INLINE limbs add(limbs a, limbs b)
{
    return (limbs){{a.limb[0] + b.limb[0], a.limb[1] + b.limb[1], a.limb[2] + b.limb[2],
                    a.limb[3] + b.limb[3], a.limb[4] + b.limb[4]}};
}

/* a + 2 p - b. b is carried. */
INLINE limbs subtract(limbs a, limbs b)
{
    const uint64_t low = 2 * (LIMB_MASK - 18), high = 2 * LIMB_MASK;
    return (limbs){{a.limb[0] + low - b.limb[0], a.limb[1] + high - b.limb[1],
                    a.limb[2] + high - b.limb[2], a.limb[3] + high - b.limb[3],
                    a.limb[4] + high - b.limb[4]}};
}

/* Sums of products, each taken 2^13 times, so that 51 bits of them lie in the lower word and the
 * carry is the upper one: no shift over both is needed. (Such a shift is slow on some processors,
 * and twenty percent of the whole.) 2^255 is 19: what leaves the highest limb comes back so often.
 *
 * A sum is below 2^128: 2^13 (1 + 4 * 19) 2^54 2^54 < 2^127.3. The highest has no factor 19, so 19
 * times its carry stays below 2^63.6. The second carry of each limb is below 2^13. */
INLINE limbs carry(wide s0, wide s1, wide s2, wide s3, wide s4)
{
    const uint64_t r0 = ((uint64_t)s0 >> 13) + 19 * (uint64_t)(s4 >> 64),
                   r1 = ((uint64_t)s1 >> 13) + (uint64_t)(s0 >> 64),
                   r2 = ((uint64_t)s2 >> 13) + (uint64_t)(s1 >> 64),
                   r3 = ((uint64_t)s3 >> 13) + (uint64_t)(s2 >> 64),
                   r4 = ((uint64_t)s4 >> 13) + (uint64_t)(s3 >> 64);
    return (limbs){{(r0 & LIMB_MASK) + 19 * (r4 >> LIMB_BITS), (r1 & LIMB_MASK) + (r0 >> LIMB_BITS),
                    (r2 & LIMB_MASK) + (r1 >> LIMB_BITS), (r3 & LIMB_MASK) + (r2 >> LIMB_BITS),
                    (r4 & LIMB_MASK) + (r3 >> LIMB_BITS)}};
}

/* The 2^13 of carry: 2^10 on one side, 2^3 on the other. */
INLINE limbs multiply(limbs a, limbs b)
{
    const uint64_t a0 = a.limb[0] << 10, a1 = a.limb[1] << 10, a2 = a.limb[2] << 10,
                   a3 = a.limb[3] << 10, a4 = a.limb[4] << 10;
    const uint64_t b0 = b.limb[0] << 3, b1 = b.limb[1] << 3, b2 = b.limb[2] << 3,
                   b3 = b.limb[3] << 3, b4 = b.limb[4] << 3;
    const uint64_t c1 = 19 * b1, c2 = 19 * b2, c3 = 19 * b3, c4 = 19 * b4;
    return carry((wide)a0 * b0 + (wide)a1 * c4 + (wide)a2 * c3 + (wide)a3 * c2 + (wide)a4 * c1,
                 (wide)a0 * b1 + (wide)a1 * b0 + (wide)a2 * c4 + (wide)a3 * c3 + (wide)a4 * c2,
                 (wide)a0 * b2 + (wide)a1 * b1 + (wide)a2 * b0 + (wide)a3 * c4 + (wide)a4 * c3,
                 (wide)a0 * b3 + (wide)a1 * b2 + (wide)a2 * b1 + (wide)a3 * b0 + (wide)a4 * c4,
                 (wide)a0 * b4 + (wide)a1 * b3 + (wide)a2 * b2 + (wide)a3 * b1 + (wide)a4 * b0);
}

/* Each product of two different limbs once, and doubled: d is 2 b, c is 19 b, e is 38 b. */
INLINE limbs square(limbs a)
{
    const uint64_t a0 = a.limb[0] << 10, a1 = a.limb[1] << 10, a2 = a.limb[2] << 10,
                   a3 = a.limb[3] << 10, a4 = a.limb[4] << 10;
    const uint64_t b0 = a.limb[0] << 3, b1 = a.limb[1] << 3, b2 = a.limb[2] << 3,
                   b3 = a.limb[3] << 3, b4 = a.limb[4] << 3;
    const uint64_t d1 = 2 * b1, d2 = 2 * b2, d3 = 2 * b3, d4 = 2 * b4;
    const uint64_t c3 = 19 * b3, c4 = 19 * b4, e3 = 2 * c3, e4 = 2 * c4;
    return carry((wide)a0 * b0 + (wide)a1 * e4 + (wide)a2 * e3,
                 (wide)a0 * d1 + (wide)a2 * e4 + (wide)a3 * c3,
                 (wide)a0 * d2 + (wide)a1 * b1 + (wide)a3 * e4,
                 (wide)a0 * d3 + (wide)a1 * d2 + (wide)a4 * c4,
                 (wide)a0 * d4 + (wide)a1 * d3 + (wide)a2 * b2);
}

/* a taken `times` times, below 2^20. */
INLINE limbs scale(limbs a, uint64_t times)
{
    times <<= 13;
    return carry((wide)a.limb[0] * times, (wide)a.limb[1] * times, (wide)a.limb[2] * times,
                 (wide)a.limb[3] * times, (wide)a.limb[4] * times);
}

/* Exchanges a and b if swap is 1, and not if it is 0. */
INLINE void cswap(uint64_t swap, limbs *a, limbs *b)
{
    const uint64_t mask = 0 - swap;
#pragma GCC unroll 5
    for (int i = 0; i < 5; i++) {
        const uint64_t differs = mask & (a->limb[i] ^ b->limb[i]);
        a->limb[i] ^= differs;
        b->limb[i] ^= differs;
    }
}

/* a^(2^times) * b */
static inline limbs square_often(limbs a, int times, limbs b)
{
    for (int i = 0; i < times; i++)
        a = square(a);
    return multiply(a, b);
}

/* 1 / a = a^(p - 2). p - 2 = 2^255 - 21 = 2^5 (2^250 - 1) + 11. Below, ones_n is a^(2^n - 1), so
 * ones_(m + n) = ones_m^(2^n) * ones_n. */
static limbs invert(limbs a)
{
    const limbs a2 = square(a), a9 = square_often(a2, 2, a), a11 = multiply(a9, a2);
    const limbs ones_5 = square_often(a11, 1, a9);
    const limbs ones_10 = square_often(ones_5, 5, ones_5);
    const limbs ones_20 = square_often(ones_10, 10, ones_10);
    const limbs ones_40 = square_often(ones_20, 20, ones_20);
    const limbs ones_50 = square_often(ones_40, 10, ones_10);
    const limbs ones_100 = square_often(ones_50, 50, ones_50);
    const limbs ones_200 = square_often(ones_100, 100, ones_100);
    const limbs ones_250 = square_often(ones_200, 50, ones_50);
    return square_often(ones_250, 5, a11);
}

/* Limbs back to 51 bits. Those of carried numbers may need it twice. */
static inline limbs carry_limbs(limbs a)
{
    for (int i = 0; i < 4; i++) {
        a.limb[i + 1] += a.limb[i] >> LIMB_BITS;
        a.limb[i] &= LIMB_MASK;
    }
    a.limb[0] += 19 * (a.limb[4] >> LIMB_BITS);
    a.limb[4] &= LIMB_MASK;
    return a;
}

/* The least residue of a carried number. */
static inline void store(uint8_t bytes[X25519_BYTES], limbs a)
{
    uint64_t above = 19;
    a = carry_limbs(carry_limbs(a));
    /* below 2^255 now: a >= p just if a + 19 reaches 2^255; then 19 - 2^255 is added. */
    for (int i = 0; i < 5; i++)
        above = (a.limb[i] + above) >> LIMB_BITS;
    a.limb[0] += 19 * above;
    a = carry_limbs(a);
    a.limb[0] -= 19 * above; /* that carry_limbs brought back */
    store64_le(bytes, a.limb[0] | a.limb[1] << 51);
    store64_le(bytes + 8, a.limb[1] >> 13 | a.limb[2] << 38);
    store64_le(bytes + 16, a.limb[2] >> 26 | a.limb[3] << 25);
    store64_le(bytes + 24, a.limb[3] >> 39 | a.limb[4] << 12);
}

#endif
#endif

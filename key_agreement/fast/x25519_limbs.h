/*
 * Numbers modulo p = 2^255 - 19 in four words of 64 bits, for machines that multiply 64 by 64 bits:
 * 16 products instead of 256. Inside the library; x25519.c is the one to read first.
 *
 * Any four words will do: a number may be p or more, and only its bytes are the least residue. What
 * leaves the highest word comes back below: 2^256 is 2 p + 38. Operands go by address: a copy of
 * four words is what compilers make badly, and costs a tenth of all time.
 */
#ifndef GLASSBOX_X25519_LIMBS_H
#define GLASSBOX_X25519_LIMBS_H

#include "x25519_internal.h"

#ifdef __SIZEOF_INT128__
#ifdef __x86_64__
#include <immintrin.h>
#endif

#define LOW_63_BITS (~(word)0 >> 1)
#define INLINE      static inline __attribute__((always_inline))

typedef unsigned long long word;
typedef struct {
    word word[4];
} limbs;
__extension__ typedef unsigned __int128 wide;

/* --- carries ---------------------------------------------------------------------------------- */

/* *out = a + b + carry, and *out = a - b - borrow; what is returned goes to the next word. A compiler
 * keeps it in the processor's flag if it is asked by the name of the instruction. */
#ifdef __x86_64__
#define add_carry       _addcarry_u64
#define subtract_borrow _subborrow_u64
#else
INLINE unsigned char add_carry(unsigned char carry, word a, word b, word *out)
{
    const bool first = __builtin_add_overflow(a, b, out);
    return first | __builtin_add_overflow(*out, (word)carry, out);
}

INLINE unsigned char subtract_borrow(unsigned char borrow, word a, word b, word *out)
{
    const bool first = __builtin_sub_overflow(a, b, out);
    return first | __builtin_sub_overflow(*out, (word)borrow, out);
}
#endif

/* Four words and a fifth, below 2^58, that counts 38. If that overflows, little is left: so the
 * second 38 does not. */
INLINE limbs fold(word a0, word a1, word a2, word a3, word above)
{
    limbs r;
    unsigned char carry = add_carry(0, a0, 38 * above, &r.word[0]);
    carry = add_carry(carry, a1, 0, &r.word[1]);
    carry = add_carry(carry, a2, 0, &r.word[2]);
    carry = add_carry(carry, a3, 0, &r.word[3]);
    r.word[0] += 38 & -(word)carry;
    return r;
}

/* --- the field -------------------------------------------------------------------------------- */

INLINE limbs add(const limbs *a, const limbs *b)
{
    word r0, r1, r2, r3;
    unsigned char carry = add_carry(0, a->word[0], b->word[0], &r0);
    carry = add_carry(carry, a->word[1], b->word[1], &r1);
    carry = add_carry(carry, a->word[2], b->word[2], &r2);
    carry = add_carry(carry, a->word[3], b->word[3], &r3);
    return fold(r0, r1, r2, r3, carry);
}

INLINE limbs subtract(const limbs *a, const limbs *b)
{
    limbs r;
    unsigned char borrow = subtract_borrow(0, a->word[0], b->word[0], &r.word[0]);
    borrow = subtract_borrow(borrow, a->word[1], b->word[1], &r.word[1]);
    borrow = subtract_borrow(borrow, a->word[2], b->word[2], &r.word[2]);
    borrow = subtract_borrow(borrow, a->word[3], b->word[3], &r.word[3]);
    borrow = subtract_borrow(0, r.word[0], 38 & -(word)borrow, &r.word[0]);
    borrow = subtract_borrow(borrow, r.word[1], 0, &r.word[1]);
    borrow = subtract_borrow(borrow, r.word[2], 0, &r.word[2]);
    borrow = subtract_borrow(borrow, r.word[3], 0, &r.word[3]);
    r.word[0] -= 38 & -(word)borrow;
    return r;
}

/* a * b: the lower word, and the upper one. */
INLINE word product(word a, word b, word *high)
{
    const wide p = (wide)a * b;
    *high = (word)(p >> 64);
    return (word)p;
}

/* out = sum + a * b, four words; returns the fifth. */
INLINE word add_row(word out[4], const word sum[4], word a, const word b[4])
{
    word h0, h1, h2, h3;
    word l0 = product(a, b[0], &h0), l1 = product(a, b[1], &h1), l2 = product(a, b[2], &h2),
         l3 = product(a, b[3], &h3);
    unsigned char carry = add_carry(0, l1, h0, &l1);
    carry = add_carry(carry, l2, h1, &l2);
    carry = add_carry(carry, l3, h2, &l3);
    h3 += carry;
    carry = add_carry(0, sum[0], l0, &out[0]);
    carry = add_carry(carry, sum[1], l1, &out[1]);
    carry = add_carry(carry, sum[2], l2, &out[2]);
    carry = add_carry(carry, sum[3], l3, &out[3]);
    return h3 + carry;
}

/* Eight words back to four. */
INLINE limbs reduce(const word t[8])
{
    word r[4];
    const word above = add_row(r, t, 38, t + 4);
    return fold(r[0], r[1], r[2], r[3], above);
}

/* out = a * b, four words; returns the fifth. */
INLINE word row(word out[4], word a, const word b[4])
{
    word h0, h1, h2, h3;
    out[0] = product(a, b[0], &h0);
    const word l1 = product(a, b[1], &h1), l2 = product(a, b[2], &h2), l3 = product(a, b[3], &h3);
    unsigned char carry = add_carry(0, l1, h0, &out[1]);
    carry = add_carry(carry, l2, h1, &out[2]);
    carry = add_carry(carry, l3, h2, &out[3]);
    return h3 + carry;
}

INLINE limbs multiply(const limbs *a, const limbs *b)
{
    word t[8];
    t[4] = row(t, a->word[0], b->word);
    t[5] = add_row(t + 1, t + 1, a->word[1], b->word);
    t[6] = add_row(t + 2, t + 2, a->word[2], b->word);
    t[7] = add_row(t + 3, t + 3, a->word[3], b->word);
    return reduce(t);
}

/* a taken `times` times; times is below 2^58. */
INLINE limbs scale(const limbs *a, word times)
{
    word r[4];
    const word above = row(r, times, a->word);
    return fold(r[0], r[1], r[2], r[3], above);
}

/* The products of two different words once, doubled; then the squares. */
INLINE limbs square(const limbs *a)
{
    const word a0 = a->word[0], a1 = a->word[1], a2 = a->word[2], a3 = a->word[3];
    word t[8], h01, h02, h03, h12, h13, h00, h11, h22, h33;
    t[1] = product(a0, a1, &h01);
    t[2] = product(a0, a2, &h02);
    t[3] = product(a0, a3, &h03);
    t[4] = product(a1, a3, &h13);
    t[5] = product(a2, a3, &t[6]);
    unsigned char carry = add_carry(0, t[2], h01, &t[2]);
    carry = add_carry(carry, t[3], h02, &t[3]);
    carry = add_carry(carry, t[4], h03, &t[4]);
    carry = add_carry(carry, t[5], h13, &t[5]);
    t[6] += carry;
    carry = add_carry(0, t[3], product(a1, a2, &h12), &t[3]);
    carry = add_carry(carry, t[4], h12, &t[4]);
    carry = add_carry(carry, t[5], 0, &t[5]);
    t[6] += carry;
    carry = add_carry(0, t[1], t[1], &t[1]);
    carry = add_carry(carry, t[2], t[2], &t[2]);
    carry = add_carry(carry, t[3], t[3], &t[3]);
    carry = add_carry(carry, t[4], t[4], &t[4]);
    carry = add_carry(carry, t[5], t[5], &t[5]);
    carry = add_carry(carry, t[6], t[6], &t[6]);
    t[7] = carry;
    t[0] = product(a0, a0, &h00);
    const word l11 = product(a1, a1, &h11), l22 = product(a2, a2, &h22),
               l33 = product(a3, a3, &h33);
    carry = add_carry(0, t[1], h00, &t[1]);
    carry = add_carry(carry, t[2], l11, &t[2]);
    carry = add_carry(carry, t[3], h11, &t[3]);
    carry = add_carry(carry, t[4], l22, &t[4]);
    carry = add_carry(carry, t[5], h22, &t[5]);
    carry = add_carry(carry, t[6], l33, &t[6]);
    t[7] += h33 + carry;
    return reduce(t);
}

/* Exchanges a and b if swap is 1, and not if it is 0. */
INLINE void cswap(uint64_t swap, limbs *a, limbs *b)
{
    const uint64_t mask = 0 - swap;
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        const uint64_t differs = mask & (a->word[i] ^ b->word[i]);
        a->word[i] ^= differs;
        b->word[i] ^= differs;
    }
}

/* a^(2^times) * b */
static inline limbs square_often(limbs a, int times, limbs b)
{
    for (int i = 0; i < times; i++)
        a = square(&a);
    return multiply(&a, &b);
}

/* 1 / a = a^(p - 2). p - 2 = 2^255 - 21 = 2^5 (2^250 - 1) + 11. Below, ones_n is a^(2^n - 1), so
 * ones_(m + n) = ones_m^(2^n) * ones_n. */
static limbs invert(const limbs *a)
{
    const limbs a2 = square(a), a9 = square_often(a2, 2, *a), a11 = multiply(&a9, &a2);
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

/* --- bytes ------------------------------------------------------------------------------------ */

/* decodeUCoordinate: the top bit is masked. */
static inline limbs load(const uint8_t bytes[X25519_BYTES])
{
    limbs a = {0};
    for (int i = X25519_BYTES - 1; i >= 0; i--)
        a.word[i / 8] = a.word[i / 8] << 8 | bytes[i];
    a.word[3] &= LOW_63_BITS;
    return a;
}

/* a without its highest bit, and 19 if there was one: 2^255 is p + 19. */
static inline limbs fold_bit(limbs a)
{
    const uint64_t top = a.word[3] >> 63;
    unsigned char carry = add_carry(0, a.word[0], 19 * top, &a.word[0]);
    a.word[3] &= LOW_63_BITS;
    for (int i = 1; i < 4; i++)
        carry = add_carry(carry, a.word[i], 0, &a.word[i]);
    return a;
}

/* The least residue. */
static inline void store(uint8_t bytes[X25519_BYTES], const limbs *number)
{
    unsigned char carry;
    limbs a = fold_bit(*number); /* below 2^255 + 19, so p can be taken away once at most; */
    limbs more = a;              /* and it can if a + 19 reaches 2^255 */
    carry = add_carry(0, more.word[0], 19, &more.word[0]);
    for (int i = 1; i < 4; i++)
        carry = add_carry(carry, more.word[i], 0, &more.word[i]);
    cswap(more.word[3] >> 63, &a, &more);
    a.word[3] &= LOW_63_BITS;
    for (int i = 0; i < X25519_BYTES; i++)
        bytes[i] = (uint8_t)(a.word[i / 8] >> i % 8 * 8);
}

#endif
#endif

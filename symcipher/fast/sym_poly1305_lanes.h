/*
 * Poly1305 on vectors: a template, included by sym_poly1305_vector.c once for each width. Inside
 * the library. It is given
 *
 *     LANES             numbers that lie side by side in a vector of 64-bit words: 4 or 8
 *     TARGET            the attribute that lets the compiler use the instructions for that width
 *     NAMED(name)       the name with a suffix of its own
 *     MULTIPLY(a, b)    in each word, the product of the lower 32 bits of both
 *
 * With four lanes, every fourth block goes to the same lane, and each lane evaluates a polynomial
 * of its own in r^4. The last multiplication is by a different power in each, and the sum of the
 * lanes is what one after the other would have given:
 *
 *     lane 0    ((h + c1) * r^4 + c5) * r^4
 *     lane 1          (c2 * r^4 + c6) * r^3
 *     lane 2          (c3 * r^4 + c7) * r^2
 *     lane 3          (c4 * r^4 + c8) * r
 *
 * Two groups of blocks go at once: (h * r^4 + c1) * r^4 + c2 is written out as h * r^8 + c1 * r^4 +
 * c2, so that only the first product waits for the group before, and both are carried once.
 *
 * Limbs have 26 bits, as in sym_poly1305.c, since vectors multiply 32 by 32 bits.
 */

typedef uint64_t NAMED(lanes) __attribute__((vector_size(8 * LANES)));

#define VECTOR      NAMED(lanes)
#define FACTORS     struct NAMED(factors)
#define POWERS      struct NAMED(powers)
#define GROUP_BYTES (LANES * BLOCK)
#define INLINE      TARGET static inline __attribute__((always_inline))

#if LANES == 4
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7)
#else
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#endif

/* One block in each lane: its 16 bytes and the bit above them (RFC 8439 2.5.1). */
INLINE void NAMED(load)(VECTOR number[LIMBS], const uint8_t *blocks)
{
    VECTOR half[2], low, high;
    /* One by one: GCC copies both as eight pieces, and reading them as two would wait for these. */
    memcpy(&half[0], blocks, sizeof(half[0]));
    memcpy(&half[1], blocks + sizeof(half[0]), sizeof(half[1]));
    low = EVEN(half[0], half[1]);
    high = ODD(half[0], half[1]);
    number[0] = low & LIMB26_MASK;
    number[1] = low >> 26 & LIMB26_MASK;
    number[2] = (low >> 52 | high << 12) & LIMB26_MASK;
    number[3] = high >> 14 & LIMB26_MASK;
    number[4] = high >> 40 | (uint64_t)1 << 24;
}

/* Limbs of 26 bits, limb 1 a little more. */
INLINE void NAMED(carry_number)(VECTOR sum[LIMBS])
{
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS - 1; i++) {
        sum[i + 1] += sum[i] >> 26;
        sum[i] &= LIMB26_MASK;
    }
    sum[0] += (sum[4] >> 26) + (sum[4] >> 26 << 2);
    sum[4] &= LIMB26_MASK;
    sum[1] += sum[0] >> 26;
    sum[0] &= LIMB26_MASK;
}

/* A number to multiply by, and 5 times its limbs, for products that fall above limb 4. */
FACTORS
{
    VECTOR r[LIMBS], r5[LIMBS];
};

/* sum += h * r modulo 2^130 - 5. h < 2^28 a limb, r < 2^27, five products with 5 * r below 2^60; two
 * such sums below 2^61. */
INLINE void NAMED(add_product)(VECTOR sum[LIMBS], const VECTOR h[LIMBS], const FACTORS *by)
{
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            sum[i] += MULTIPLY(h[j], j <= i ? by->r[i - j] : by->r5[LIMBS + i - j]);
}

INLINE void NAMED(multiply)(VECTOR h[LIMBS], const FACTORS *by)
{
    VECTOR sum[LIMBS] = {{0}};
    NAMED(add_product)(sum, h, by);
    NAMED(carry_number)(sum);
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        h[i] = sum[i];
}

INLINE void NAMED(add_blocks)(VECTOR h[LIMBS], const uint8_t *blocks)
{
    VECTOR block[LIMBS];
    NAMED(load)(block, blocks);
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        h[i] += block[i];
}

INLINE void NAMED(make_factors)(FACTORS *out, const VECTOR r[LIMBS])
{
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
        out->r[i] = r[i];
        out->r5[i] = r[i] + (r[i] << 2);
    }
}

/* What a group is multiplied by when one, when two follow; and at the end, where the lane of the
 * first block takes r^LANES, that of the last r. */
POWERS
{
    FACTORS by_one, by_two, last;
};

TARGET static void NAMED(make_powers)(POWERS *powers, struct sym_poly1305 *state)
{
    uint64_t power[LANES][LIMBS];
    VECTOR same[LIMBS], falling[LIMBS];
    need_powers(state, LANES);
#pragma GCC unroll 8
    for (int lane = 0; lane < LANES; lane++)
        to_26_bits(power[lane], state->powers[LANES - 1 - lane]);
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
        same[i] = (VECTOR){0} + power[0][i];
#if LANES == 4
        falling[i] = (VECTOR){power[0][i], power[1][i], power[2][i], power[3][i]};
#else
        falling[i] = (VECTOR){power[0][i], power[1][i], power[2][i], power[3][i],
                              power[4][i], power[5][i], power[6][i], power[7][i]};
#endif
    }
    NAMED(make_factors)(&powers->by_one, same);
    NAMED(make_factors)(&powers->last, falling);
    NAMED(multiply)(same, &powers->by_one);
    NAMED(make_factors)(&powers->by_two, same);
    sym_wipe(power, sizeof(power));
}

/* The sum of all lanes. */
INLINE limbs NAMED(add_lanes)(const VECTOR h[LIMBS])
{
    uint64_t total[LIMBS] = {0};
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
#pragma GCC unroll 8
        for (int lane = 0; lane < LANES; lane++)
            total[i] += h[i][lane];
    return from_26_bits(total);
}

/* `groups` of LANES blocks, at least one. */
TARGET static void NAMED(absorb_groups)(struct sym_poly1305 *state, const uint8_t *blocks,
                                        size_t groups)
{
    POWERS powers;
    VECTOR h[LIMBS], block[LIMBS], sum[LIMBS];
    uint64_t first[LIMBS];
    NAMED(make_powers)(&powers, state);
    NAMED(load)(h, blocks);
    to_26_bits(first, state->wide_h);
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        h[i] += (VECTOR){first[i]};
    for (; groups > 2; groups -= 2) {
#pragma GCC unroll 5
        for (int i = 0; i < LIMBS; i++)
            sum[i] = (VECTOR){0};
        NAMED(load)(block, blocks + GROUP_BYTES);
        NAMED(add_product)(sum, block, &powers.by_one);
        NAMED(add_product)(sum, h, &powers.by_two);
        NAMED(carry_number)(sum);
        blocks += 2 * GROUP_BYTES;
        NAMED(load)(block, blocks);
#pragma GCC unroll 5
        for (int i = 0; i < LIMBS; i++)
            h[i] = sum[i] + block[i];
    }
    if (groups > 1) {
        NAMED(multiply)(h, &powers.by_one);
        NAMED(add_blocks)(h, blocks + GROUP_BYTES);
    }
    NAMED(multiply)(h, &powers.last);
    state->wide_h = NAMED(add_lanes)(h);
    sym_wipe(&powers, sizeof(powers));
}

TARGET static void NAMED(absorb)(struct sym_poly1305 *state, const uint8_t *blocks, size_t count,
                                 uint64_t top)
{
    if (count * BLOCK >= MIN_BYTES) {
        NAMED(absorb_groups)(state, blocks, count / LANES);
        blocks += count / LANES * GROUP_BYTES;
        count %= LANES;
    }
    sym_poly1305_wide.absorb(state, blocks, count, top);
}

#undef VECTOR
#undef FACTORS
#undef POWERS
#undef INLINE
#undef GROUP_BYTES
#undef EVEN
#undef ODD

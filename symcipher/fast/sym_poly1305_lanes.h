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
 * Limbs have 26 bits, as in sym_poly1305.c, since vectors multiply 32 by 32 bits.
 */

typedef uint64_t NAMED(lanes) __attribute__((vector_size(8 * LANES)));

struct NAMED(number) {
    NAMED(lanes) limb[LIMBS];
};

#define NUMBER      struct NAMED(number)
#define GROUP_BYTES (LANES * BLOCK)

#if LANES == 4
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6)
#define ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7)
#else
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b)  __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#endif

/* One block in each lane: its 16 bytes and the bit above them (RFC 8439 2.5.1). */
TARGET static inline NUMBER NAMED(load)(const uint8_t *blocks)
{
    NAMED(lanes) half[2], low, high;
    memcpy(half, blocks, sizeof(half));
    low = EVEN(half[0], half[1]);
    high = ODD(half[0], half[1]);
    return (NUMBER){{low & LIMB26_MASK, low >> 26 & LIMB26_MASK,
                     (low >> 52 | high << 12) & LIMB26_MASK, high >> 14 & LIMB26_MASK,
                     high >> 40 | (uint64_t)1 << 24}};
}

/* Each lane its own number. */
TARGET static inline NUMBER NAMED(spread)(uint64_t numbers[LANES][LIMBS])
{
    NUMBER out;
    for (int i = 0; i < LIMBS; i++)
        for (int lane = 0; lane < LANES; lane++)
            out.limb[i][lane] = numbers[lane][i];
    return out;
}

/* h * r modulo 2^130 - 5, carried; r5 is 5 * r. h < 2^28 a limb, r < 2^27, five products with
 * 5 * r below 2^60. */
TARGET static inline NUMBER NAMED(product)(NUMBER h, const NUMBER *r, const NUMBER *r5)
{
    NUMBER sum;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
        sum.limb[i] = MULTIPLY(h.limb[0], r->limb[i]);
#pragma GCC unroll 5
        for (int j = 1; j < LIMBS; j++)
            sum.limb[i] += MULTIPLY(h.limb[j], j <= i ? r->limb[i - j] : r5->limb[LIMBS + i - j]);
    }
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS - 1; i++) {
        sum.limb[i + 1] += sum.limb[i] >> 26;
        sum.limb[i] &= LIMB26_MASK;
    }
    sum.limb[0] += (sum.limb[4] >> 26) + (sum.limb[4] >> 26 << 2);
    sum.limb[4] &= LIMB26_MASK;
    sum.limb[1] += sum.limb[0] >> 26;
    sum.limb[0] &= LIMB26_MASK;
    return sum;
}

TARGET static inline NUMBER NAMED(five_times)(const NUMBER *r)
{
    NUMBER out;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        out.limb[i] = r->limb[i] + (r->limb[i] << 2);
    return out;
}

/* The powers of r: the same one in each lane, and then r^LANES in the first to r in the last. */
TARGET static inline void NAMED(powers)(NUMBER *step, NUMBER *last, struct sym_poly1305 *state)
{
    uint64_t same[LANES][LIMBS], falling[LANES][LIMBS];
    need_powers(state, LANES);
    for (int lane = 0; lane < LANES; lane++) {
        to_26_bits(same[lane], state->powers[LANES - 1]);
        to_26_bits(falling[lane], state->powers[LANES - 1 - lane]);
    }
    *step = NAMED(spread)(same);
    *last = NAMED(spread)(falling);
    sym_wipe(same, sizeof(same));
    sym_wipe(falling, sizeof(falling));
}

/* `groups` of LANES blocks, at least one. */
TARGET static void NAMED(absorb_groups)(struct sym_poly1305 *state, const uint8_t *blocks,
                                        size_t groups)
{
    NUMBER step, step5, last, last5, h = NAMED(load)(blocks), block;
    uint64_t first[LIMBS], total[LIMBS] = {0};
    NAMED(powers)(&step, &last, state);
    step5 = NAMED(five_times)(&step);
    last5 = NAMED(five_times)(&last);
    to_26_bits(first, state->wide_h);
    for (int i = 0; i < LIMBS; i++)
        h.limb[i][0] += first[i];
    for (; groups > 1; groups--) {
        blocks += GROUP_BYTES;
        block = NAMED(load)(blocks);
        h = NAMED(product)(h, &step, &step5);
#pragma GCC unroll 5
        for (int i = 0; i < LIMBS; i++)
            h.limb[i] += block.limb[i];
    }
    h = NAMED(product)(h, &last, &last5);
    for (int i = 0; i < LIMBS; i++)
        for (int lane = 0; lane < LANES; lane++)
            total[i] += h.limb[i][lane];
    state->wide_h = from_26_bits(total);
    sym_wipe(&step, sizeof(step));
    sym_wipe(&step5, sizeof(step5));
    sym_wipe(&last, sizeof(last));
    sym_wipe(&last5, sizeof(last5));
}

TARGET static void NAMED(absorb)(struct sym_poly1305 *state, const uint8_t *blocks, size_t count,
                                 uint64_t top)
{
    if (count >= MIN_GROUPS * LANES) {
        NAMED(absorb_groups)(state, blocks, count / LANES);
        blocks += count / LANES * GROUP_BYTES;
        count %= LANES;
    }
    sym_poly1305_wide.absorb(state, blocks, count, top);
}

#undef NUMBER
#undef GROUP_BYTES
#undef EVEN
#undef ODD

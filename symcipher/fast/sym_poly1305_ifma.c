/*
 * Poly1305 on vectors of 8 words that multiply 52 by 52 bits (AVX-512 IFMA), for long messages: the
 * eight polynomials of sym_poly1305_lanes.h with the three limbs of sym_poly1305_limbs.h, nine
 * products where there are twenty-five; the two to read first.
 *
 * The instructions add the lower 52 bits of a product, or those above them. What is above 52 bits
 * in limb i is worth 2^8 in limb i + 1, as limbs have 44 bits.
 *
 * Two groups of eight blocks go at once: (h * r^8 + c1) * r^8 + c2 is written out as
 * h * r^16 + c1 * r^8 + c2, so that only the first product waits for the group before, and both are
 * carried once.
 */
#include "sym_poly1305_limbs.h"

#if SYM_HAS_VECTORS && SYM_HAS_X86_TARGETS && SYM_HAS_POLY1305_WIDE

#include <immintrin.h>

#define BLOCK       SYM_POLY1305_BLOCK_BYTES
#define LANES       8
#define GROUP_BYTES ((size_t)LANES * BLOCK)
#define MIN_GROUPS  4 /* of input, to be worth the setting up */
#define TARGET      __attribute__((target("avx512f,avx512ifma")))
#define INLINE      static inline __attribute__((always_inline)) TARGET

typedef uint64_t lanes __attribute__((vector_size(8 * LANES)));

/* A number in each lane. */
struct numbers {
    lanes low, middle, high;
};

/* Numbers to multiply by, and 20 times their limbs, for products that fall above the high limb. */
struct factors {
    struct numbers r;
    lanes middle20, high20;
};

/* The sum of products: their lower 52 bits, and what is above. */
struct sums {
    struct numbers lower, upper;
};

/* The block that lane i takes: two shuffles of whole vectors load them in this order. */
static const int block_of_lane[LANES] = {0, 4, 1, 5, 2, 6, 3, 7};

/* One block in each lane: its 16 bytes and the bit above them (RFC 8439 2.5.1). */
INLINE struct numbers load_blocks(const uint8_t *blocks)
{
    lanes half[2], first, second;
    memcpy(half, blocks, sizeof(half));
    first = __builtin_shufflevector(half[0], half[1], 0, 8, 2, 10, 4, 12, 6, 14);
    second = __builtin_shufflevector(half[0], half[1], 1, 9, 3, 11, 5, 13, 7, 15);
    return (struct numbers){first & LIMB_MASK, (first >> 44 | second << 20) & LIMB_MASK,
                            second >> 24 | (uint64_t)1 << 40};
}

INLINE struct numbers add_numbers(struct numbers a, struct numbers b)
{
    return (struct numbers){a.low + b.low, a.middle + b.middle, a.high + b.high};
}

INLINE void multiply_add(lanes *lower, lanes *upper, lanes a, lanes b)
{
    *lower = (lanes)_mm512_madd52lo_epu64((__m512i)*lower, (__m512i)a, (__m512i)b);
    *upper = (lanes)_mm512_madd52hi_epu64((__m512i)*upper, (__m512i)a, (__m512i)b);
}

/* sums += h * r modulo 2^130 - 5; as product() of sym_poly1305_limbs.h. h < 2^46 a limb,
 * 20 * r < 2^49: both below the 52 bits that are multiplied; an upper part is below 2^43. */
INLINE void add_products(struct sums *sums, struct numbers h, const struct factors *r)
{
    struct numbers *lower = &sums->lower, *upper = &sums->upper;
    multiply_add(&lower->low, &upper->low, h.high, r->middle20);
    multiply_add(&lower->low, &upper->low, h.middle, r->high20);
    multiply_add(&lower->low, &upper->low, h.low, r->r.low);
    multiply_add(&lower->middle, &upper->middle, h.high, r->high20);
    multiply_add(&lower->middle, &upper->middle, h.middle, r->r.low);
    multiply_add(&lower->middle, &upper->middle, h.low, r->r.middle);
    multiply_add(&lower->high, &upper->high, h.high, r->r.low);
    multiply_add(&lower->high, &upper->high, h.middle, r->r.middle);
    multiply_add(&lower->high, &upper->high, h.low, r->r.high);
}

/* Six products a limb: lower parts below 2^55, upper ones below 2^46, those of the high limb, which
 * has no 20 in it, below 2^41; so no sum here reaches 2^56. The low limb is left a little above
 * 44 bits. */
INLINE struct numbers carry_sums(const struct sums *sums)
{
    struct numbers h = sums->lower;
    const struct numbers *upper = &sums->upper;
    h.low += (upper->high << 12) + (upper->high << 10); /* 20 * 2^8 */
    h.middle += upper->low << 8;
    h.high += upper->middle << 8;
    h.middle += h.low >> LIMB_BITS;
    h.high += h.middle >> LIMB_BITS;
    h.low = (h.low & LIMB_MASK) + (h.high >> HIGH_BITS) + (h.high >> HIGH_BITS << 2);
    h.middle &= LIMB_MASK;
    h.high &= HIGH_MASK;
    return h;
}

INLINE struct numbers multiply(struct numbers h, const struct factors *r)
{
    struct sums sums = {0};
    add_products(&sums, h, r);
    return carry_sums(&sums);
}

INLINE struct factors make_factors(struct numbers r)
{
    return (struct factors){r, (r.middle << 4) + (r.middle << 2), (r.high << 4) + (r.high << 2)};
}

/* What a group is multiplied by when one, when two follow; and at the end, where the lane of the
 * first block takes r^8, that of the last r. */
struct powers {
    struct factors by_one, by_two, last;
};

static inline void set_lane(struct numbers *numbers, int lane, limbs number)
{
    numbers->low[lane] = number.low;
    numbers->middle[lane] = number.middle;
    numbers->high[lane] = number.high;
}

TARGET static void make_powers(struct powers *powers, struct sym_poly1305 *state)
{
    struct numbers same, falling;
    need_powers(state, LANES);
    for (int lane = 0; lane < LANES; lane++) {
        set_lane(&same, lane, state->powers[LANES - 1]);
        set_lane(&falling, lane, state->powers[LANES - 1 - block_of_lane[lane]]);
    }
    powers->by_one = make_factors(same);
    powers->by_two = make_factors(multiply(same, &powers->by_one));
    powers->last = make_factors(falling);
    sym_wipe(&same, sizeof(same));
    sym_wipe(&falling, sizeof(falling));
}

/* The sum of all lanes, carried. */
INLINE limbs add_lanes(struct numbers h)
{
    struct sum sum = {0};
    for (int lane = 0; lane < LANES; lane++)
        sum = (struct sum){sum.low + h.low[lane], sum.middle + h.middle[lane],
                           sum.high + h.high[lane]};
    return carry(sum);
}

/* `groups` of LANES blocks, at least one. */
TARGET static void absorb_groups(struct sym_poly1305 *state, const uint8_t *blocks, size_t groups)
{
    struct powers powers;
    struct numbers h = load_blocks(blocks);
    make_powers(&powers, state);
    h.low[0] += state->wide_h.low;
    h.middle[0] += state->wide_h.middle;
    h.high[0] += state->wide_h.high;
    for (; groups > 2; groups -= 2) {
        struct sums sums = {0};
        add_products(&sums, load_blocks(blocks + GROUP_BYTES), &powers.by_one);
        add_products(&sums, h, &powers.by_two);
        blocks += 2 * GROUP_BYTES;
        h = add_numbers(carry_sums(&sums), load_blocks(blocks));
    }
    if (groups > 1)
        h = add_numbers(multiply(h, &powers.by_one), load_blocks(blocks + GROUP_BYTES));
    state->wide_h = add_lanes(multiply(h, &powers.last));
    sym_wipe(&powers, sizeof(powers));
}

TARGET static void absorb(struct sym_poly1305 *state, const uint8_t *blocks, size_t count,
                          uint64_t top)
{
    if (count >= MIN_GROUPS * LANES) {
        absorb_groups(state, blocks, count / LANES);
        blocks += count / LANES * GROUP_BYTES;
        count %= LANES;
    }
    sym_poly1305_wide.absorb(state, blocks, count, top);
}

static void init(struct sym_poly1305 *state, const uint8_t r[BLOCK])
{
    sym_poly1305_wide.init(state, r);
}

static void reduce(uint64_t sum[2], struct sym_poly1305 *state)
{
    sym_poly1305_wide.reduce(sum, state);
}

const struct sym_poly1305_implementation sym_poly1305_ifma = {"8 lanes (IFMA)", sym_has_avx512ifma,
                                                              init, absorb, reduce};

_Static_assert(SYM_POLY1305_POWERS >= LANES, "one power of r for each lane");

#endif

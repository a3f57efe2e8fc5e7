/*
 * Poly1305 with limbs of 44, 44 and 42 bits, for machines that multiply 64 by 64 bits: nine
 * products a block instead of twenty-five. sym_poly1305.c is the one to read first.
 *
 * Four blocks are taken at a time: ((((h + c1) * r + c2) * r + c3) * r + c4) * r is written out as
 *
 *     (h + c1) * r^4 + c2 * r^3 + c3 * r^2 + c4 * r
 *
 * whose products do not wait for each other, and are carried once for all four.
 */
#include "sym_implementations.h"
#include "sym_words.h"

#if SYM_HAS_POLY1305_WIDE

#define BLOCK      SYM_POLY1305_BLOCK_BYTES
#define AT_ONCE    4
#define MIN_BLOCKS (2 * AT_ONCE) /* of input, for the powers of r to be worth their making */

#define LIMB_BITS 44
#define HIGH_BITS 42
#define LIMB_MASK (((uint64_t)1 << LIMB_BITS) - 1)
#define HIGH_MASK (((uint64_t)1 << HIGH_BITS) - 1)

typedef struct sym_poly1305_limbs limbs;
__extension__ typedef unsigned __int128 wide;

/* The sum of products, before it is carried. */
struct sum {
    wide low, middle, high;
};

/* 16 bytes, little-endian, as limbs; the bit `top` goes above their 128. */
static inline limbs load(const uint8_t bytes[BLOCK], uint64_t top)
{
    uint64_t first = sym_load64_le(bytes), second = sym_load64_le(bytes + 8);
    return (limbs){first & LIMB_MASK, (first >> 44 | second << 20) & LIMB_MASK,
                   second >> 24 | top << 40};
}

static inline limbs add(limbs a, limbs b)
{
    return (limbs){a.low + b.low, a.middle + b.middle, a.high + b.high};
}

/* h * r modulo 2^130 - 5. What falls above the high limb comes back 20 times: the limbs hold 132
 * bits, 2^132 is 4 * 2^130, and 2^130 is 5.
 * h < 2^46 a limb and 20 * r < 2^49: three products are below 2^97, four blocks' below 2^99. */
static inline struct sum product(limbs h, limbs r)
{
    uint64_t middle20 = 20 * r.middle, high20 = 20 * r.high;
    return (struct sum){
        (wide)h.low * r.low + (wide)h.middle * high20 + (wide)h.high * middle20,
        (wide)h.low * r.middle + (wide)h.middle * r.low + (wide)h.high * high20,
        (wide)h.low * r.high + (wide)h.middle * r.middle + (wide)h.high * r.low,
    };
}

static inline struct sum add_product(struct sum sum, limbs h, limbs r)
{
    struct sum more = product(h, r);
    return (struct sum){sum.low + more.low, sum.middle + more.middle, sum.high + more.high};
}

/* The middle limb is left at 44 bits and a little. */
static inline limbs carry(struct sum sum)
{
    limbs h;
    sum.middle += (uint64_t)(sum.low >> LIMB_BITS);
    sum.high += (uint64_t)(sum.middle >> LIMB_BITS);
    h.low = ((uint64_t)sum.low & LIMB_MASK) + 5 * (uint64_t)(sum.high >> HIGH_BITS);
    h.middle = ((uint64_t)sum.middle & LIMB_MASK) + (h.low >> LIMB_BITS);
    h.high = (uint64_t)sum.high & HIGH_MASK;
    h.low &= LIMB_MASK;
    return h;
}

/* RFC 8439 2.5.1: clamps r. */
static void init(struct sym_poly1305 *state, const uint8_t r[BLOCK])
{
    uint8_t clamped[BLOCK];
    sym_store64_le(clamped, sym_load64_le(r) & 0x0ffffffc0fffffff);
    sym_store64_le(clamped + 8, sym_load64_le(r + 8) & 0x0ffffffc0ffffffc);
    state->powers[0] = load(clamped, 0);
    state->has_powers = false;
    state->wide_h = (limbs){0};
    sym_wipe(clamped, sizeof(clamped));
}

/* powers[i] = r^(i + 1). */
static void make_powers(limbs powers[AT_ONCE])
{
    for (int i = 1; i < AT_ONCE; i++)
        powers[i] = carry(product(powers[i - 1], powers[0]));
}

static limbs absorb_fours(limbs h, const limbs powers[AT_ONCE], const uint8_t *blocks, size_t fours)
{
    limbs r = powers[0], r2 = powers[1], r3 = powers[2], r4 = powers[3];
    for (; fours > 0; fours--, blocks += AT_ONCE * BLOCK) {
        struct sum sum = product(add(h, load(blocks, 1)), r4);
        sum = add_product(sum, load(blocks + BLOCK, 1), r3);
        sum = add_product(sum, load(blocks + 2 * BLOCK, 1), r2);
        sum = add_product(sum, load(blocks + 3 * BLOCK, 1), r);
        h = carry(sum);
    }
    return h;
}

static void absorb(struct sym_poly1305 *state, const uint8_t *blocks, size_t count, uint64_t top)
{
    limbs h = state->wide_h, r = state->powers[0];
    if (count >= MIN_BLOCKS) {
        if (!state->has_powers)
            make_powers(state->powers);
        state->has_powers = true;
        h = absorb_fours(h, state->powers, blocks, count / AT_ONCE);
        blocks += count / AT_ONCE * AT_ONCE * BLOCK;
        count %= AT_ONCE;
    }
    for (; count > 0; count--, blocks += BLOCK)
        h = carry(product(add(h, load(blocks, top)), r));
    state->wide_h = h;
}

/* As in sym_poly1305.c: h - p is h + 5 without the bit 2^130 that it reaches if h >= p. */
static void reduce(uint64_t sum[2], struct sym_poly1305 *state)
{
    limbs h = state->wide_h, less;
    uint64_t is_less;
    for (int i = 0; i < 2; i++)
        h = carry((struct sum){h.low, h.middle, h.high});
    less.low = h.low + 5;
    less.middle = h.middle + (less.low >> LIMB_BITS);
    less.high = h.high + (less.middle >> LIMB_BITS);
    is_less = 0 - (less.high >> HIGH_BITS);
    h.low ^= (h.low ^ less.low) & is_less & LIMB_MASK;
    h.middle ^= (h.middle ^ less.middle) & is_less & LIMB_MASK;
    h.high ^= (h.high ^ less.high) & is_less & HIGH_MASK;
    sum[0] = h.low | h.middle << 44;
    sum[1] = h.middle >> 20 | h.high << 24;
}

static bool everywhere(void)
{
    return true;
}

const struct sym_poly1305_implementation sym_poly1305_wide = {"44-bit limbs", everywhere, init,
                                                              absorb, reduce};

#endif

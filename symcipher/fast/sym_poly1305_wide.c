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
#include "sym_poly1305_limbs.h"

#if SYM_HAS_POLY1305_WIDE

#define BLOCK      SYM_POLY1305_BLOCK_BYTES
#define AT_ONCE    4
#define MIN_BLOCKS (2 * AT_ONCE) /* of input, for the powers of r to be worth their making */

/* RFC 8439 2.5.1: clamps r. */
static void init(struct sym_poly1305 *state, const uint8_t r[BLOCK])
{
    uint8_t clamped[BLOCK];
    sym_store64_le(clamped, sym_load64_le(r) & 0x0ffffffc0fffffff);
    sym_store64_le(clamped + 8, sym_load64_le(r + 8) & 0x0ffffffc0ffffffc);
    state->powers[0] = load(clamped, 0);
    state->powers_made = 1;
    state->wide_h = (limbs){0};
    sym_wipe(clamped, sizeof(clamped));
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
        need_powers(state, AT_ONCE);
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

const struct sym_poly1305_implementation sym_poly1305_wide = {"44-bit limbs", sym_everywhere, init,
                                                              absorb, reduce};

#endif

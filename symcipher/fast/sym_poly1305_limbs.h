/*
 * Numbers modulo 2^130 - 5 in limbs of 44, 44 and 42 bits, for machines that multiply 64 by 64
 * bits: nine products a block instead of twenty-five. Inside the library; sym_poly1305.c is the one
 * to read first.
 */
#ifndef GLASSBOX_SYM_POLY1305_LIMBS_H
#define GLASSBOX_SYM_POLY1305_LIMBS_H

#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#if SYM_HAS_POLY1305_WIDE

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
static inline limbs load(const uint8_t bytes[SYM_POLY1305_BLOCK_BYTES], uint64_t top)
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

/* And five limbs of 26 bits, for vectors, which multiply 32 by 32 bits. */
#define LIMBS       5
#define LIMB26_MASK ((uint64_t)0x3ffffff)

/* 44, 44 and 42 bits to five times 26. */
static inline void to_26_bits(uint64_t out[LIMBS], limbs in)
{
    in.high += in.middle >> LIMB_BITS;
    in.middle &= LIMB_MASK;
    out[0] = in.low & LIMB26_MASK;
    out[1] = (in.low >> 26 | in.middle << 18) & LIMB26_MASK;
    out[2] = in.middle >> 8 & LIMB26_MASK;
    out[3] = (in.middle >> 34 | in.high << 10) & LIMB26_MASK;
    out[4] = in.high >> 16;
}

/* And back, from sums of up to eight limbs: below 2^29, limb 1 a little above. */
static inline limbs from_26_bits(const uint64_t in[LIMBS])
{
    return carry((struct sum){in[0] + (in[1] << 26), (in[2] << 8) + (in[3] << 34), in[4] << 16});
}

/* powers[i] is r^(i + 1); made as they are needed, `count` of them. Each is the product of two from
 * the middle of those before, so that eight of them are three steps of waiting and not seven. */
static inline void need_powers(struct sym_poly1305 *state, size_t count)
{
    limbs *powers = state->powers;
    for (size_t made; (made = state->powers_made) < count; state->powers_made++)
        powers[made] = carry(product(powers[made / 2], powers[(made - 1) / 2]));
}

#endif
#endif

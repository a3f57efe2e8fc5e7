/*
 * Poly1305, RFC 8439 section 2.5: the readable reference, and what all implementations share.
 *
 * The message is cut into blocks of 16 bytes, each read as a number with a one in front; they are
 * the coefficients of a polynomial, evaluated at the secret point r modulo the prime 2^130 - 5:
 *
 *     tag = ((c1 * r^n + c2 * r^(n-1) + ... + cn * r) mod 2^130 - 5) + s    mod 2^128
 *
 * Here a number of 130 bits is five limbs of 26 bits, so that a product of limbs and the sums of
 * such products fit 64 bits on any machine, and carries can wait.
 */
#include "sym_poly1305.h"

#include "sym_implementations.h"
#include "sym_words.h"

#include <string.h>

#define BLOCK     SYM_POLY1305_BLOCK_BYTES
#define LIMBS     5
#define LIMB_BITS 26
#define LIMB_MASK ((uint64_t)0x3ffffff)

/* 16 bytes, little-endian, as limbs; the bit `top` goes above their 128. */
static void load(uint64_t limbs[LIMBS], const uint8_t bytes[BLOCK], uint64_t top)
{
    limbs[0] = sym_load32_le(bytes) & LIMB_MASK;
    limbs[1] = sym_load32_le(bytes + 3) >> 2 & LIMB_MASK;
    limbs[2] = sym_load32_le(bytes + 6) >> 4 & LIMB_MASK;
    limbs[3] = sym_load32_le(bytes + 9) >> 6 & LIMB_MASK;
    limbs[4] = sym_load32_le(bytes + 12) >> 8 | top << 24;
}

/* Each limb keeps 26 bits and hands the rest on. What leaves the last limb is worth 2^130, which is
 * 5 modulo the prime. Limb 1 is left at 26 bits and a little, the others at 26. */
static void carry(uint64_t limbs[LIMBS])
{
    for (int i = 0; i < LIMBS - 1; i++) {
        limbs[i + 1] += limbs[i] >> LIMB_BITS;
        limbs[i] &= LIMB_MASK;
    }
    limbs[0] += 5 * (limbs[4] >> LIMB_BITS);
    limbs[4] &= LIMB_MASK;
    limbs[1] += limbs[0] >> LIMB_BITS;
    limbs[0] &= LIMB_MASK;
}

/* h = h * r: school multiplication; a product that falls above limb 4 comes back five times.
 * h < 2^28 a limb, 5 * r < 2^29, and five such products: below 2^60. */
static void multiply(uint64_t h[LIMBS], const uint64_t r[LIMBS])
{
    uint64_t product[LIMBS] = {0};
    for (int i = 0; i < LIMBS; i++)
        for (int j = 0; j < LIMBS; j++)
            product[i] += h[j] * (j <= i ? r[i - j] : 5 * r[LIMBS + i - j]);
    carry(product);
    memcpy(h, product, sizeof(product));
}

/* RFC 8439 2.5.1: clearing 22 bits of r, as the specification asks ("clamp"). */
static void init(struct sym_poly1305 *state, const uint8_t r[BLOCK])
{
    static const uint8_t clamp[BLOCK] = {0xff, 0xff, 0xff, 0x0f, 0xfc, 0xff, 0xff, 0x0f,
                                         0xfc, 0xff, 0xff, 0x0f, 0xfc, 0xff, 0xff, 0x0f};
    uint8_t clamped[BLOCK];
    for (int i = 0; i < BLOCK; i++)
        clamped[i] = r[i] & clamp[i];
    load(state->r, clamped, 0);
    memset(state->h, 0, sizeof(state->h));
    sym_wipe(clamped, sizeof(clamped));
}

/* RFC 8439 2.5.1: accumulator = (accumulator + block) * r. */
static void absorb(struct sym_poly1305 *state, const uint8_t *blocks, size_t count, uint64_t top)
{
    uint64_t block[LIMBS];
    for (; count > 0; count--, blocks += BLOCK) {
        load(block, blocks, top);
        for (int i = 0; i < LIMBS; i++)
            state->h[i] += block[i];
        multiply(state->h, state->r);
    }
    sym_wipe(block, sizeof(block));
}

/* The accumulator may be the prime or a little more. h + 5 reaches 2^130 exactly then, and is
 * h - p once that bit is gone; both are computed, and a mask takes one. */
static void reduce(uint64_t sum[2], struct sym_poly1305 *state)
{
    uint64_t *h = state->h, less[LIMBS], is_less;
    carry(h);
    carry(h);
    memcpy(less, h, sizeof(less));
    less[0] += 5;
    for (int i = 0; i < LIMBS - 1; i++) {
        less[i + 1] += less[i] >> LIMB_BITS;
        less[i] &= LIMB_MASK;
    }
    is_less = 0 - (less[4] >> LIMB_BITS);
    for (int i = 0; i < LIMBS; i++)
        h[i] ^= (h[i] ^ less[i]) & is_less;
    sum[0] = h[0] | h[1] << 26 | h[2] << 52;
    sum[1] = h[2] >> 12 | h[3] << 14 | h[4] << 40;
    sym_wipe(less, sizeof(less));
}

const struct sym_poly1305_implementation sym_poly1305_reference = {"reference", sym_everywhere,
                                                                   init, absorb, reduce};

/* --- what all implementations share: buffering, padding, and the addition of s ---------------- */

void sym_poly1305_init_with(struct sym_poly1305 *state,
                            const struct sym_poly1305_implementation *implementation,
                            const uint8_t key[SYM_POLY1305_KEY_BYTES])
{
    state->implementation = implementation;
    state->filled = 0;
    implementation->init(state, key);
    state->s[0] = sym_load64_le(key + 16);
    state->s[1] = sym_load64_le(key + 24);
}

void sym_poly1305_init(struct sym_poly1305 *state, const uint8_t key[SYM_POLY1305_KEY_BYTES])
{
    sym_poly1305_init_with(state, sym_poly1305_best(), key);
}

void sym_poly1305_update(struct sym_poly1305 *state, const void *data, size_t bytes)
{
    const uint8_t *in = data;
    if (state->filled > 0) {
        size_t room = BLOCK - state->filled, taken = bytes < room ? bytes : room;
        if (taken > 0)
            memcpy(state->block + state->filled, in, taken);
        state->filled += taken;
        if (state->filled < BLOCK)
            return;
        state->implementation->absorb(state, state->block, 1, 1);
        in += taken;
        bytes -= taken;
    }
    if (bytes >= BLOCK)
        state->implementation->absorb(state, in, bytes / BLOCK, 1);
    state->filled = bytes % BLOCK;
    if (state->filled > 0)
        memcpy(state->block, in + bytes - state->filled, state->filled);
}

void sym_poly1305_final(uint8_t tag[SYM_POLY1305_TAG_BYTES], struct sym_poly1305 *state)
{
    uint64_t sum[2];
    /* RFC 8439 2.5.1: a short last block gets its one right behind it, then zeros. */
    if (state->filled > 0) {
        state->block[state->filled++] = 1;
        memset(state->block + state->filled, 0, BLOCK - state->filled);
        state->implementation->absorb(state, state->block, 1, 0);
    }
    state->implementation->reduce(sum, state);
    /* RFC 8439 2.5.1: adds s, modulo 2^128. */
    sum[0] += state->s[0];
    sum[1] += state->s[1] + (sum[0] < state->s[0]);
    sym_store64_le(tag, sum[0]);
    sym_store64_le(tag + 8, sum[1]);
    sym_wipe(state, sizeof(*state));
}

void sym_poly1305(uint8_t tag[SYM_POLY1305_TAG_BYTES], const uint8_t key[SYM_POLY1305_KEY_BYTES],
                  const void *data, size_t bytes)
{
    struct sym_poly1305 state;
    sym_poly1305_init(&state, key);
    sym_poly1305_update(&state, data, bytes);
    sym_poly1305_final(tag, &state);
}

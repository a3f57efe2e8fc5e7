/*
 * The Feistel cipher of sym_feistel.h with fewer rounds than it has: which ones fall, and to what.
 *
 *     L1 = R0,  R1 = L0 xor F(R0, k1)        out of r rounds: R[r], L[r], written crosswise
 *
 * 1 round   the right half of the text is the right half of the ciphertext, as it is.
 * 2 rounds  the right half of the ciphertext is R1 = L0 xor F(R0, k1). Two blocks with equal R0 give
 *           away L0 xor L0', as a pad used twice does; and one known block gives F(R0, k1), from
 *           there k1 (F can be turned around when its input is known), then F(R1, k2) and k2.
 * 3 rounds  two chosen blocks, with equal R0 and L0' = not L0: the sum of R1 and k2 is known for
 *           both, their difference gives F(R0, k1), and with it all keys.
 * 4 and up  what is here does not read it. A bit that is flipped in the text still shows a trace of
 *           itself for some rounds (sym_feistel_distinguish).
 *
 * Two round keys that follow each other give all others, and the key of 16 bytes itself: the key
 * schedule runs backwards as well. So what falls here is the key, not only a block.
 */
#ifndef GLASSBOX_SYM_BREAK_FEISTEL_H
#define GLASSBOX_SYM_BREAK_FEISTEL_H

#include "sym_feistel.h"
#include "sym_verdict.h"

#include <stddef.h>

#define SYM_FEISTEL_MAX_SUMS 8 /* so many x can have one F */

/* The cipher with so many of its 16 rounds: the first ones. */
void sym_feistel_encrypt_rounds(uint8_t out[SYM_FEISTEL_BLOCK_BYTES],
                                const struct sym_feistel *cipher, unsigned rounds,
                                const uint8_t in[SYM_FEISTEL_BLOCK_BYTES]);

/* All x = half + round key (mod 2^64) for which F gives this value; returns how many. */
unsigned sym_feistel_turn_around(uint64_t sums[SYM_FEISTEL_MAX_SUMS], uint64_t value);

/* The 16 bytes from which the schedule makes these first two round keys. */
void sym_feistel_key_from_rounds(uint8_t key[SYM_FEISTEL_KEY_BYTES], uint64_t k1, uint64_t k2);

struct sym_feistel_pair {
    uint8_t plain[SYM_FEISTEL_BLOCK_BYTES], sealed[SYM_FEISTEL_BLOCK_BYTES];
};

struct sym_feistel_found {
    enum sym_verdict verdict;
    const char *why; /* a half sentence, unless broken */
    uint64_t k1, k2;
    uint8_t key[SYM_FEISTEL_KEY_BYTES];
    unsigned candidates; /* keys that were tried */
    unsigned keys;       /* that fit all pairs; the last one is given */
    uint64_t work;       /* round functions computed */
};

/* Known blocks of a cipher of 1 to 16 rounds. Three rounds need two of them that were chosen so
 * (sym_feistel_choose). With one round only k1 can be found, and that is no key: not applicable. */
void sym_break_feistel(struct sym_feistel_found *found, const struct sym_feistel_pair *pairs,
                       size_t count, unsigned rounds);

/* The second block for three rounds: the same right half, all bits of the left one flipped. */
void sym_feistel_choose(uint8_t second[SYM_FEISTEL_BLOCK_BYTES],
                        const uint8_t first[SYM_FEISTEL_BLOCK_BYTES]);

/* Encrypts pairs of blocks that differ in one bit, the highest, and counts for each bit of the
 * ciphertext how often it differs: half of the time for a cipher that hides. `blocks` in pairs, which
 * the caller draws at random (pairs[i].plain); .sealed is used. */
struct sym_feistel_trace {
    enum sym_verdict verdict; /* broken: told from a random one */
    unsigned still;           /* bits that never or always differ */
    double furthest;          /* of any bit from one half, in standard deviations */
    uint64_t work;            /* blocks encrypted */
};
#define SYM_FEISTEL_FAR 7. /* standard deviations: of 128 fair bits one goes so far once in 10^10 */
void sym_feistel_distinguish(struct sym_feistel_trace *trace, struct sym_feistel_pair *pairs,
                             size_t count, const struct sym_feistel *cipher, unsigned rounds);

#endif

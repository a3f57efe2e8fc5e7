/*
 * Blocks that come twice: what a block cipher shows that is used block by block (ECB).
 *
 * Equal blocks of text are equal blocks of ciphertext. In CBC, or under a cipher that hides, two
 * blocks among n are equal by chance once in 2^129 / n^2 tries; so one repeat says that this is ECB,
 * and where the text repeats itself. It says no more: the text is not read.
 */
#ifndef GLASSBOX_SYM_BREAK_ECB_H
#define GLASSBOX_SYM_BREAK_ECB_H

#include "sym_verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYM_ECB_MAX_BLOCK_BYTES 64

struct sym_ecb_found {
    enum sym_verdict verdict;
    const char *why; /* not applicable: a half sentence */
    size_t blocks;   /* looked at: whole ones */
    size_t kinds;    /* different ones */
    size_t repeated; /* blocks whose like was there before */
    /* The block that comes most often, how often, and where first. */
    size_t most, most_at;
    double chance_log2; /* of so many repeats among random blocks, at most */
};

/* label: for each whole block, which kind it is, numbered from 0 in the order in which they first
 * come. False without memory. */
bool sym_break_ecb(struct sym_ecb_found *found, size_t *label, const uint8_t *sealed, size_t bytes,
                   size_t block_bytes) __attribute__((warn_unused_result));

#endif

/*
 * Chaining over a mere XOR, undone without a key:
 *
 *     C[i] = P[i] xor C[i-1] xor K        C[i] xor C[i-1] = P[i] xor K
 *
 * Each block and its neighbour cancel the chain, and the IV with it. What is left is the text under
 * K again and again, a repeating XOR (sym_break_xor.h) whose length is known. One thing is left that
 * says whether the key is right: the padding of each message (RFC 5652 6.3).
 */
#ifndef GLASSBOX_SYM_XOR_CBC_H
#define GLASSBOX_SYM_XOR_CBC_H

#include "sym_break_xor.h"
#include "sym_cbc.h"

#define SYM_XOR_CBC_BLOCK_BYTES SYM_CBC_BLOCK_BYTES

/* C[i] xor C[i-1] for all blocks but the IV: bytes - 16 of them. In place is fine. */
void sym_xor_cbc_cancel(uint8_t *out, const uint8_t *sealed, size_t bytes);

/* Key from ciphertexts (with their IVs) alone; the model should know paddings, too
 * (sym_xor_cbc_paddings). *padded: how many of them end in a right padding under that key. Broken
 * only if all do. Not applicable to what is no whole number of blocks, at least two. False without
 * memory. */
bool sym_break_xor_cbc(struct sym_xor_found *found, size_t *padded, const struct sym_bytes *texts,
                       size_t count, struct sym_byte_model *model)
    __attribute__((warn_unused_result));

/* What ends a padded text, for the model to be counted from: all 16 paddings, several times each. */
#define SYM_XOR_CBC_PADDINGS_BYTES (4 * (1 + 16) * 16 / 2 + 4 * 16)
struct sym_bytes sym_xor_cbc_paddings(uint8_t out[SYM_XOR_CBC_PADDINGS_BYTES]);

#endif

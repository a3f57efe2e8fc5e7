/*
 * A Feistel block cipher of our own, for teaching: 128-bit block, 128-bit key, 16 rounds.
 *
 * Built like DES, but of 64-bit words: the block is two halves; each round passes one half through
 * a round function with that round's key, XORs the result into the other, and swaps them.
 *
 *     left' = right        right' = left xor F(right, round key)
 *
 * Going back needs no inverse of F: the same rounds with the keys in reverse order undo it all.
 * Nobody has tried to break this cipher, and that is exactly why it protects nothing: trust in a
 * cipher is the sum of failed attacks. For secrets there is sym_aead.h.
 *
 * docs/symcipher.md writes it out for pencil and paper. CT: nothing leaks, as of every function
 * made of additions, XORs and fixed rotations; but see sym_cbc.h about padding.
 */
#ifndef GLASSBOX_SYM_FEISTEL_H
#define GLASSBOX_SYM_FEISTEL_H

#include <stdbool.h>
#include <stdint.h>

#define SYM_FEISTEL_BLOCK_BYTES 16
#define SYM_FEISTEL_KEY_BYTES   16
#define SYM_FEISTEL_ROUNDS      16

struct sym_feistel {
    uint64_t round_keys[SYM_FEISTEL_ROUNDS];
};

/* The key schedule. The state is a secret: wipe it after use. */
void sym_feistel_init(struct sym_feistel *cipher, const uint8_t key[SYM_FEISTEL_KEY_BYTES]);

/* One block by itself (ECB). In place is fine. */
void sym_feistel_encrypt(uint8_t out[SYM_FEISTEL_BLOCK_BYTES], const struct sym_feistel *cipher,
                         const uint8_t in[SYM_FEISTEL_BLOCK_BYTES]);
void sym_feistel_decrypt(uint8_t out[SYM_FEISTEL_BLOCK_BYTES], const struct sym_feistel *cipher,
                         const uint8_t in[SYM_FEISTEL_BLOCK_BYTES]);

/* F, the round function, to be looked at alone. */
uint64_t sym_feistel_round_function(uint64_t half, uint64_t round_key);

/* What a watcher is told: before the first round (round 0, round_key 0) and after each of them. */
typedef void sym_feistel_watch(void *context, unsigned round, uint64_t round_key, uint64_t left,
                               uint64_t right);

/* The same as encrypt or decrypt, round by round under the eyes of a watcher. */
void sym_feistel_encrypt_watched(uint8_t out[SYM_FEISTEL_BLOCK_BYTES],
                                 const struct sym_feistel *cipher,
                                 const uint8_t in[SYM_FEISTEL_BLOCK_BYTES],
                                 sym_feistel_watch *watch, void *context);
void sym_feistel_decrypt_watched(uint8_t out[SYM_FEISTEL_BLOCK_BYTES],
                                 const struct sym_feistel *cipher,
                                 const uint8_t in[SYM_FEISTEL_BLOCK_BYTES],
                                 sym_feistel_watch *watch, void *context);

#endif

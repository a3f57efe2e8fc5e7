/*
 * Caesar's and Vigenere's ciphers on the letters of an alphabet (sym_alphabet.h).
 *
 *     C[i] = P[i] + k[i mod n]        modulo the size of the alphabet
 *
 * i counts letters alone: what is no letter stays as it is and uses up nothing of the key. A letter
 * keeps its case. A key is a row of indices; of one, it is Caesar's. Texts are code points (or
 * bytes, sym_alphabet_is_of_bytes).
 *
 * Protects nothing. Not constant time. Nothing is allocated.
 */
#ifndef GLASSBOX_SYM_LETTERS_H
#define GLASSBOX_SYM_LETTERS_H

#include "sym_alphabet.h"

enum sym_letters_way { SYM_LETTERS_ENCRYPT, SYM_LETTERS_DECRYPT };

/* One code point under one key letter, below the size of the alphabet. What comes out may be a
 * surrogate (code-points, unicode). */
uint32_t sym_letters_move(const struct sym_alphabet *alphabet, uint32_t code_point, uint32_t key,
                          enum sym_letters_way way);

/* count code points under a key of key_count > 0 letters. *position: letters that went before, kept
 * up to date, so that a text may come in pieces; 0 at its beginning. Returns count, or the place of
 * the first code point that would become a surrogate: what was before it is moved, the rest is not.
 * In place is fine. */
size_t sym_letters_apply(uint32_t *out, const uint32_t *in, size_t count,
                         const struct sym_alphabet *alphabet, const uint32_t *key, size_t key_count,
                         enum sym_letters_way way, uint64_t *position);

bool sym_is_surrogate(uint32_t code_point);

/* Which keys of one letter move some code point of a text onto a surrogate, and so lose it:
 * lost[key] is 1 for those, 0 for the others; as many bytes as the alphabet has letters. Returns
 * how many are lost. Work: count + 2048 times the different code points of the text. */
uint32_t sym_letters_lost_keys(uint8_t *lost, const struct sym_alphabet *alphabet,
                               const uint32_t *in, size_t count);

#endif

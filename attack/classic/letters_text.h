/*
 * Ciphertext of letters opened, and the line of Python that opens it as well.
 */
#ifndef GLASSBOX_LETTERS_TEXT_H
#define GLASSBOX_LETTERS_TEXT_H

#include "report.h"
#include "sym_alphabet.h"

/* The text under the key, as many bytes as it takes and a 0 behind them: free it. NULL without
 * memory. A byte that is no UTF-8 stays as it is, where the alphabet is not of bytes. */
char *letters_open(const struct sym_alphabet *alphabet, const uint32_t *key, size_t length,
                   const void *text, size_t bytes, size_t *opened_bytes);

/* The key as people write it: a shift, a word of letters, or hexadecimal bytes. Free it. */
char *letters_key_text(const struct sym_alphabet *alphabet, const uint32_t *key, size_t length);

/* A proof of the report: the beginning of the text, opened by Python, is what it is said to be. */
void letters_proof(struct report *report, const struct sym_alphabet *alphabet, const uint32_t *key,
                   size_t length, const void *text, size_t bytes);

/* How often each letter comes in the text, and in the language: a plot for alphabets of letters. */
struct sym_language;
struct sym_signs;
void letters_plot(struct report *report, const struct sym_language *language,
                  const struct sym_signs *signs, uint32_t shift);

#endif

/*
 * The search for a repeating key of known length, column by column. Inside sym_vigenere.
 *
 * Column j holds the letters that key letter j moved; letters of neighbouring columns stand side by
 * side in the text. So the key is guessed from left to right, and a guess is judged by how the
 * language likes each letter behind the few that the guesses before it have opened:
 *
 *                  key   ?    ?    ?          the best `width` beginnings are kept,
 *       rows  .. i n ->  t    h    e          each is tried with all letters for the
 *       of    .. s e ->  e    m    .          next column, and the best are kept again
 *       text  .. a n ->  d    t    h
 *                        |
 *                        the next column
 *
 * In the end the last columns meet the first ones, one row below; the whole text is weighed, and the
 * best keys are polished: one letter is changed as long as that helps.
 */
#ifndef GLASSBOX_SYM_VIGENERE_SEARCH_H
#define GLASSBOX_SYM_VIGENERE_SEARCH_H

#include "sym_language_model.h"

/* Bits over chance of the whole text under a key. */
double sym_vigenere_bits(const struct sym_model *model, const struct sym_signs *signs,
                         const uint32_t *key, size_t length);

struct sym_vigenere_effort {
    size_t width;    /* how many beginnings are kept; at least 1 */
    size_t polished; /* how many whole keys are polished; 0: the best one is taken as it is */
};

/* Writes the best key found to key (room for length letters, at least 1) and its bits to *bits.
 * *work counts letters weighed. Memory: width times 4 bytes for a letter of the text, and less.
 * False without memory. */
bool sym_vigenere_search(const struct sym_model *model, const struct sym_signs *signs,
                         size_t length, const struct sym_vigenere_effort *effort, uint32_t *key,
                         double *bits, uint64_t *work) __attribute__((warn_unused_result));

#endif

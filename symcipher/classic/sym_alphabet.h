/*
 * Alphabets, for the ciphers that move letters: Caesar's and Vigenere's, and whoever breaks them.
 *
 * An alphabet is a row of letters, counted from 0. A letter is a Unicode code point and may have
 * two cases, which have one index. What is no letter of the alphabet has no index: a cipher leaves
 * it as it is, and so gives away blanks, commas and the lengths of words.
 *
 *     latin         26 letters, a to z
 *     russian       33 letters, with yo after ye
 *     russian32     32 letters, without yo: in a text, yo is no letter
 *     bytes        256 "letters": each byte of the text, whatever it stands for
 *     code-points  65536: chr((ord(sign) + key) % 65536), the shift that courses teach with Python.
 *                  No code point is missing, but 2048 of them, the surrogates U+D800 to U+DFFF, are
 *                  no characters (Unicode 3.8): a text that is moved onto one cannot be written
 *                  down. A sign above U+FFFF has no index here.
 *     unicode      1114112: the same modulo what chr really takes, U+0000 to U+10FFFF
 *
 * Nothing is allocated; the rows live for ever. Not constant time: the classic shelf makes no
 * promise.
 */
#ifndef GLASSBOX_SYM_ALPHABET_H
#define GLASSBOX_SYM_ALPHABET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYM_ALPHABET_NO_LETTER (-1)
#define SYM_SURROGATE_FIRST    ((uint32_t)0xD800)
#define SYM_SURROGATE_LAST     ((uint32_t)0xDFFF)

struct sym_alphabet; /* one row; read it through the functions below */

/* The table: rows 0 .. sym_alphabet_count() - 1, or by name. NULL if there is no such row. */
size_t sym_alphabet_count(void);
const struct sym_alphabet *sym_alphabet_at(size_t row);
const struct sym_alphabet *sym_alphabet_find(const char *name);

const char *sym_alphabet_name(const struct sym_alphabet *alphabet);
const char *sym_alphabet_summary(const struct sym_alphabet *alphabet); /* one line, for a list */
uint32_t sym_alphabet_size(const struct sym_alphabet *alphabet);       /* letters */

/* Whether a text is taken byte by byte, and not as the code points of its UTF-8. */
bool sym_alphabet_is_of_bytes(const struct sym_alphabet *alphabet);

/* The index of a code point (or byte), or SYM_ALPHABET_NO_LETTER. *upper, if not NULL: whether it
 * is the letter's upper case; false where there are no cases. */
int32_t sym_alphabet_index(const struct sym_alphabet *alphabet, uint32_t code_point, bool *upper);

/* The letter of an index below the size, in the case asked for where the alphabet has two. */
uint32_t sym_alphabet_letter(const struct sym_alphabet *alphabet, uint32_t index, bool upper);

#endif

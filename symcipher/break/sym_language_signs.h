/*
 * A text as the ciphers of an alphabet see it: letters by index, and gaps.
 *
 * A run of what is no letter of the alphabet (blanks, commas, digits) is one gap. Classic ciphers
 * leave gaps as they are, so who attacks sees where words end. Each letter has its place under the
 * key: the number of letters before it in its message.
 */
#ifndef GLASSBOX_SYM_LANGUAGE_SIGNS_H
#define GLASSBOX_SYM_LANGUAGE_SIGNS_H

#include "sym_alphabet.h"

#define SYM_SIGN_GAP  (-1)
#define SYM_SIGN_STOP (-2) /* between messages: nothing is known of what stands before */

struct sym_signs {
    const struct sym_alphabet *alphabet;
    int32_t *signs;   /* an index, or one of the two above */
    uint32_t *places; /* of letters; 0 elsewhere */
    size_t count, letters, gaps;
    size_t longest; /* letters of the longest message */
    size_t room;    /* of both arrays */
};

/* Adds a message: UTF-8, or bytes where the alphabet is of bytes; a byte that is no UTF-8 is a gap.
 * *signs begins as {.alphabet = ...}. False without memory; what was added before stays. */
bool sym_signs_add(struct sym_signs *signs, const void *text, size_t bytes)
    __attribute__((warn_unused_result));
void sym_signs_free(struct sym_signs *signs); /* fine on a {0} */

/* Whether the gaps look like those between words: not every text that came in groups of five, or
 * without blanks, shows where its words end. */
bool sym_signs_have_words(const struct sym_signs *signs);

/* The code point at *text, which moves on by its bytes; -1, and one byte on, where there is none. */
int32_t sym_signs_decode(const uint8_t **text, const uint8_t *end);

#endif

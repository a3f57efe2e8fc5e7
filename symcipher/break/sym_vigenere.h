/*
 * Vigenere's cipher, broken: repeats, coincidences, columns.
 *
 * A key of L letters moves letter i of the text by key letter i mod L. Three ways to see L, the two
 * of history and ours:
 *
 *   1. Kasiski (1863): equal pieces of text under equal pieces of key give equal ciphertext; the
 *      gaps between repeats are mostly multiples of L.
 *   2. Friedman (1922): letters L apart were moved alike, so they are the same as often as in the
 *      language (6 or 7 of 100), and not only as chance has it (1 of 26).
 *   3. For each length the best key is looked for (sym_vigenere_search.h); the length is right whose
 *      key makes the text likeliest, less the L log2 m bits that the key itself could carry.
 *
 * The third needs no guessing by eye, and works where a column has eight letters and less. It also
 * gives the verdict. Drawn at random, a text gets e bits or more over all keys of one length with a
 * chance of at most 2^-e; so SYM_VIGENERE_SURE bits are no luck.
 *
 * What it does not break: a key as long as the text, a text of another language, a text too short.
 */
#ifndef GLASSBOX_SYM_VIGENERE_H
#define GLASSBOX_SYM_VIGENERE_H

#include "sym_language_model.h"
#include "sym_verdict.h"

#define SYM_VIGENERE_MAX_KEY     512  /* letters of a key that are looked for */
#define SYM_VIGENERE_MAX_LETTERS 8192 /* of a text that are looked at: more add nothing */
#define SYM_VIGENERE_SURE        10   /* bits over all that chance and the key explain */
#define SYM_VIGENERE_FEWEST      2 /* letters for each letter of a key, below which none is sought */

/* --- what one sees ---------------------------------------------------------------------------- */

/* Pieces of at least three letters that come twice, the longest first; places count letters. Returns
 * how many were written, at most room. Looks at SYM_VIGENERE_MAX_LETTERS letters. */
struct sym_repeat {
    uint32_t first, second, letters;
};
size_t sym_vigenere_repeats(const struct sym_signs *signs, struct sym_repeat *repeats, size_t room);

/* Of the letters that stand a multiple of length apart, the share of pairs that are equal; 0 if there
 * are no pairs. *excess, if not NULL: by how many standard deviations that is above chance. */
double sym_vigenere_coincidence(const struct sym_signs *signs, size_t length, double *excess);

/* --- the attack ------------------------------------------------------------------------------- */

struct sym_vigenere_length {
    double coincidence, excess; /* as above */
    double bits;                /* of its best key, less the key's own; NAN: no key was sought */
};

struct sym_vigenere_result {
    enum sym_verdict verdict;
    const char *why; /* not applicable: what is missing */
    size_t max_key;  /* lengths 1 .. max_key were looked at */
    struct sym_vigenere_length lengths[SYM_VIGENERE_MAX_KEY + 1];
    size_t length; /* of the best key, be it right or not */
    uint32_t key[SYM_VIGENERE_MAX_KEY];
    float margin[SYM_VIGENERE_MAX_KEY]; /* bits that the next best letter would lose */
    double bits;                        /* of the text under it, less the key's own */
    uint64_t work;                      /* letters weighed */
};

/* max_key: 0: the letters of the text by SYM_VIGENERE_FEWEST, and at most SYM_VIGENERE_MAX_KEY.
 * Several messages under one key are one text with stops. False without memory. Work: below
 * 4 * 10^8 letters weighed. */
bool sym_vigenere_break(struct sym_vigenere_result *result, const struct sym_model *model,
                        const struct sym_signs *signs, size_t max_key)
    __attribute__((warn_unused_result));

#endif

/*
 * Caesar's cipher, broken: every key is tried, and three judges say which it was.
 *
 *   1. The language (sym_language_model.h): how likely are these letters, each behind the ones before
 *      it? The right key wins with a few words. This judge gives the verdict.
 *   2. Chi-square, as textbooks have it: are the letters as many as they should be? It looks at single
 *      letters alone, and needs some dozens of them.
 *   3. The rule of the course: "the commonest sign is the space". It looks at one sign alone. Where the
 *      space is no letter of the alphabet and stays as it is, the language's commonest letter takes its
 *      part.
 *
 * Chance gives a text e bits or more under some key with a chance of at most 2^-e, once the key's own
 * log2 m bits are taken off; SYM_CAESAR_SURE of them are no luck. And the second key must be worse by
 * SYM_CAESAR_CLEAR: signs that lie close together look like a language under several keys.
 */
#ifndef GLASSBOX_SYM_CAESAR_H
#define GLASSBOX_SYM_CAESAR_H

#include "sym_language_model.h"
#include "sym_verdict.h"

#define SYM_CAESAR_SURE        8
#define SYM_CAESAR_CLEAR       8
#define SYM_CAESAR_MAX_LETTERS 1024 /* of a text that are looked at */

struct sym_caesar_key {
    uint32_t key;
    double bits;       /* over chance, of the whole text */
    double chi_square; /* the smaller, the more like the language */
};

struct sym_caesar_result {
    enum sym_verdict verdict;
    const char *why;             /* not applicable: what is missing */
    struct sym_caesar_key *keys; /* all, the likeliest first */
    uint32_t count;              /* the size of the alphabet */
    double bits;                 /* of the first, less the key's own */
    double margin;               /* bits that the second one has less */
    uint32_t chi_key;            /* the key that chi-square would take */
    uint32_t commonest;          /* the commonest sign of the text */
    uint32_t expected;           /* the sign that it should be: the space, or a letter */
    uint32_t rule_key;           /* the key that the rule would take */
    uint64_t work;               /* letters weighed */
};

/* result->keys is for sym_caesar_free. False without memory. Work: at most SYM_CAESAR_MAX_LETTERS for
 * each key. */
bool sym_caesar_break(struct sym_caesar_result *result, const struct sym_model *model,
                      const struct sym_signs *signs) __attribute__((warn_unused_result));
void sym_caesar_free(struct sym_caesar_result *result); /* fine on a {0} */

#endif

/*
 * A pad used twice, or more often: what do the texts say?
 *
 *     C1 = P1 xor pad,  C2 = P2 xor pad        C1 xor C2 = P1 xor P2: the pad is gone
 *
 * Two texts of a language are found from their difference alone, for only few pairs of likely texts
 * have it (sym_pad_search.h). With two messages the search is right for most bytes, but it cannot
 * tell whose text is whose: P1 xor P2 is P2 xor P1. So the texts may change places, at the beginning
 * or where both begin a word. From three messages on there is nothing to be exchanged.
 *
 * The verdict counts the bits that are saved, as sym_break_xor.h does. Messages under pads of their
 * own save none: the one-time pad, used once, resists, and no bound on time is needed to say so.
 */
#ifndef GLASSBOX_SYM_TWO_TIME_H
#define GLASSBOX_SYM_TWO_TIME_H

#include "sym_byte_model.h"
#include "sym_verdict.h"

#include <stdbool.h>

#define SYM_TWO_TIME_LEAST_SAVED 40 /* bits, for a verdict of broken */

struct sym_two_time_found {
    enum sym_verdict verdict;
    const char *why;  /* not applicable: a half sentence */
    size_t pad_bytes; /* as far as two messages reach: behind that nothing can be told */
    double saved;     /* bits */
    size_t width;     /* of the beam */
    uint64_t work;    /* bytes guessed, over all messages */
};

/* How much of the pad can be found: the length of the longest message but one. */
size_t sym_two_time_pad_bytes(const struct sym_bytes *texts, size_t count);

/* pad: that many bytes. is_fixed: for each, whether it stands there already, as from a crib; or NULL.
 * width: of the beam, 0: as much as the work allows. False without memory. */
bool sym_break_two_time(struct sym_two_time_found *found, uint8_t *pad,
                        const struct sym_bytes *texts, size_t count, const bool *is_fixed,
                        size_t width, struct sym_byte_model *model)
    __attribute__((warn_unused_result));

#endif

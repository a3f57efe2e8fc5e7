/*
 * How much of what a pad saves says that it is right, and not only that the ciphertext repeats itself?
 *
 * Where the same bytes come again and again, the XOR with a pad makes text of all of them as soon as
 * it makes text of the first. So what any pad could save is taken off:
 *
 *   - bytes of a piece that has come before are left out: SYM_EVIDENCE_PIECE bytes of ciphertext, or
 *     as many columns with the same differences between their rows;
 *   - a byte counts for 8 bits less what it costs in its column's own code, learnt as it goes. A XOR
 *     with the column's pad byte does not change that code.
 */
#ifndef GLASSBOX_SYM_EVIDENCE_H
#define GLASSBOX_SYM_EVIDENCE_H

#include "sym_language_model.h"
#include "sym_pad_search.h"

#define SYM_EVIDENCE_PIECE 12
#define SYM_EVIDENCE_NOTHING_NEW                                                                   \
    "it is the same bytes again and again: nothing of a language is in it"

struct sym_evidence {
    double bits;         /* saved beyond what any pad would save, less 8 for each byte of the pad */
    size_t fresh, bytes; /* bytes that were not left out, of all */
};

/* The rows begin where their places say. False without memory. */
bool sym_evidence(struct sym_evidence *evidence, const struct sym_pad_row *rows, size_t row_count,
                  const uint8_t *pad, size_t pad_bytes, struct sym_byte_model *model)
    __attribute__((warn_unused_result));

/* Nearly all of it was left out. */
bool sym_evidence_is_nothing_new(const struct sym_evidence *evidence);

/* The same of letters under a key that repeats after `length` of them: bits over chance, of those
 * alone that do not stand in a piece which has come before. False without memory. */
bool sym_evidence_signs(struct sym_evidence *evidence, const struct sym_model *model,
                        const struct sym_signs *signs, const uint32_t *key, size_t length)
    __attribute__((warn_unused_result));

#endif

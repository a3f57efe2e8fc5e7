/*
 * How likely a language finds a text: the measure by which a key is judged.
 *
 * The model has read the language's own text (sym_language.h) and says of each next sign how likely
 * it is behind the few signs before it. For contexts that it has seen seldom or never it asks a
 * shorter one: interpolation by the rule of Witten and Bell (1991). The measure is in bits over
 * chance: log2 of how much likelier the language makes the sign than drawing it blindly would.
 * So random text scores below 0, and the bits of a key can be weighed against them: a key of L
 * letters out of m costs L log2 m bits, and a sum above that is not luck. That is the whole test of
 * "broken", and the fair penalty for a longer key.
 *
 *     struct sym_model *model = sym_model_new(language, alphabet, true, SYM_MODEL_ORDER);
 *     uint32_t state = SYM_MODEL_START;
 *     for (...)
 *         bits += sym_model_step(model, &state, sign);
 *
 * A model is read-only once it is made. Not for secrets: tables are addressed by what is read.
 */
#ifndef GLASSBOX_SYM_LANGUAGE_MODEL_H
#define GLASSBOX_SYM_LANGUAGE_MODEL_H

#include "sym_language.h"
#include "sym_language_signs.h"

#define SYM_MODEL_ORDER 4             /* signs that count: the next one and three before it */
#define SYM_MODEL_START ((uint32_t)0) /* nothing is known of what stands before */

struct sym_model { /* an automaton; rows of states, columns of classes of signs */
    uint32_t alphabet_size, classes, states;
    bool words;         /* gaps are signs, too */
    uint16_t *class_of; /* of a sign; signs that the text lacks share one class */
    uint16_t gap_class;
    float *bits;    /* [state * classes + class] */
    uint32_t *next; /* the same */
};

/* The language read in signs of the alphabet, with its gaps or without. order: signs that count, from
 * 1 (letters alone) up; SYM_MODEL_ORDER is what served best. NULL without memory. */
struct sym_model *sym_model_new(const struct sym_language *language,
                                const struct sym_alphabet *alphabet, bool words, unsigned order)
    __attribute__((warn_unused_result));
void sym_model_free(struct sym_model *model); /* NULL is fine */

/* Bits over chance of one sign: an index, or a gap; moves the state on. A gap says nothing to a
 * model without words; a stop takes the state back to the start. */
static inline float sym_model_step(const struct sym_model *model, uint32_t *state, int32_t sign)
{
    if (sign == SYM_SIGN_STOP)
        *state = SYM_MODEL_START;
    if (sign < 0 && (sign == SYM_SIGN_STOP || !model->words))
        return 0;
    const size_t at = (size_t)*state * model->classes +
                      (sign < 0 ? model->gap_class : model->class_of[sign]);
    *state = model->next[at];
    return model->bits[at];
}

#endif

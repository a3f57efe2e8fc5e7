/*
 * One text under one key, as an alphabet and a language see it.
 *
 * A recording is several texts. Under textbook each record has a key of its own. Under dh all records
 * of a channel have the same, and each begins it anew: then they are one text.
 */
#ifndef GLASSBOX_LETTERS_ATTEMPT_H
#define GLASSBOX_LETTERS_ATTEMPT_H

#include "letters_subject.h"

/* Texts of a target: how many, and which message belongs to which (from 0). */
size_t letters_texts(const struct target *target, size_t *text_of_message);
/* The longest message of a text. */
const struct target_message *letters_longest(const struct target *target,
                                             const size_t *text_of_message, size_t text);

struct letters_models { /* made when they are first asked for */
    struct letters_guess guesses[2 * LETTERS_MAX_GUESSES];
    struct sym_model *models[2 * LETTERS_MAX_GUESSES];
    size_t count;
};
void letters_models_free(struct letters_models *models);

struct letters_attempt {
    struct letters_guess guess;
    const struct sym_model *model; /* belongs to the models */
    struct sym_signs signs;
};

/* False without memory. signs are freed by sym_signs_free in either case. */
bool letters_attempt(struct letters_attempt *attempt, struct letters_models *models,
                     const struct letters_guess *guess, const struct target *target,
                     const size_t *text_of_message, size_t text)
    __attribute__((warn_unused_result));

#endif

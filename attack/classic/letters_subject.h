/*
 * What an attack on letters is aimed at: a target, and the alphabets and languages that it may be in.
 */
#ifndef GLASSBOX_LETTERS_SUBJECT_H
#define GLASSBOX_LETTERS_SUBJECT_H

#include "report.h"
#include "sym_language_model.h"
#include "target.h"

struct letters_options {
    struct target_options target;
    struct report_options report;
    const struct sym_language *language; /* NULL: all */
    const struct sym_alphabet *alphabet; /* NULL: those that the text looks like */
};
/* FILE, --text, --hex, --language, --alphabet, --step, --json, --svg. */
extern const struct option_table letters_table;

struct letters_guess {
    const struct sym_language *language;
    const struct sym_alphabet *alphabet;
};
#define LETTERS_MAX_GUESSES 12

/* The guesses for these bytes, the likeliest first; with those for code points, which take their time,
 * where is_caesar. What chat recorded is bytes. Returns how many; 0: no letter of any alphabet is in
 * it. */
size_t letters_guess(struct letters_guess guesses[LETTERS_MAX_GUESSES],
                     const struct letters_options *options, const struct target *target,
                     const struct target_message *message, bool is_caesar);

/* Takes the line end off a text that has one: it was not moved. */
void letters_trim(struct target *target);

/* Why the records of a recording are not under this cipher ("caesar"), or NULL if they are, or if it
 * is no recording. */
const char *letters_excuse(const struct target *target, const char *cipher);

#endif

/*
 * A secret text from one who compares it with a guess, digit by digit, and stops at the first that
 * differs: the longer it took, the more digits were right.
 *
 * For each digit all sixteen are measured, again and again and in turn. Fifteen of them are wrong and
 * take the same time, but for noise; so they tell how large the noise is. A digit is believed if its
 * time (the lower quartile of its measurements) stands out from theirs by SYM_TIMING_SIGMAS of their
 * spread, and once more, by half of that, in a measurement of its own. Where noise has done that all
 * the same, nothing stands out behind it, and the attack goes back.
 */
#ifndef GLASSBOX_SYM_TIMING_H
#define GLASSBOX_SYM_TIMING_H

#include "sym_verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYM_TIMING_DIGITS      "0123456789abcdef"
#define SYM_TIMING_DIGIT_COUNT 16
#define SYM_TIMING_MOST_LENGTH 64
#define SYM_TIMING_SIGMAS      6.0
#define SYM_TIMING_LEAST       8    /* rounds at first; then twice as many, ... */
#define SYM_TIMING_MOST        1024 /* rounds a digit */

struct sym_timing_oracle {
    /* How long this guess took, in any unit; and whether it was right. False: the line is gone. */
    bool (*measure)(void *context, double *time, bool *right, const char *guess);
    void *context;
};

/* A check of one digit. */
struct sym_timing_check {
    size_t place;
    unsigned rounds;
    const double *times; /* of each digit: the lower quartile */
    unsigned best;       /* the slowest */
    double sigmas;       /* by which it stands out */
    bool believed;
};
struct sym_timing_listener {
    void (*hear)(void *context, const struct sym_timing_check *check); /* NULL: nobody */
    void *context;
};

struct sym_timing_result {
    enum sym_verdict verdict; /* broken: the oracle has said that it is right */
    const char *why;
    uint64_t queries;
    size_t known;                           /* digits that were believed */
    char guess[SYM_TIMING_MOST_LENGTH + 1]; /* they, then zeros */
};

/* length: of the secret, 1 to SYM_TIMING_MOST_LENGTH; most: rounds a digit, at least
 * SYM_TIMING_LEAST, at most SYM_TIMING_MOST; 0: that. */
void sym_break_timing(struct sym_timing_result *result, size_t length, unsigned most,
                      const struct sym_timing_oracle *oracle,
                      const struct sym_timing_listener *listener);

#endif

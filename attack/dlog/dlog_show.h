/*
 * A search for a logarithm: its bounds as options, and its steps shown while they are heard.
 */
#ifndef GLASSBOX_ATTACK_DLOG_SHOW_H
#define GLASSBOX_ATTACK_DLOG_SHOW_H

#include "dh.h"
#include "dlog.h"
#include "report.h"

#define DLOG_MAX_DIGITS        (DH_MAX_BITS / 4)
#define DLOG_MAX_EXPONENT_BITS 62

struct dlog_bound_options {
    unsigned work;   /* 2^work multiplications */
    unsigned memory; /* MiB */
    unsigned exponent_bits;
    bool baby_steps, rho; /* that alone */
};
/* --work, --memory, --exponent-bits, --baby-steps, --rho. */
extern const struct option_table dlog_bound_table;
#define DLOG_BOUND_OPTIONS ((struct dlog_bound_options){.work = 32, .memory = 64})
struct dlog_bounds dlog_bounds_of(const struct dlog_bound_options *options);

/* A number of the command line, decimal or after 0x; the field is a const char *. */
option_read dlog_number_read;
void dlog_number_set(mpz_t out, const char *text); /* what it has let through */

/* Tells a struct report each step: context. */
void dlog_show_step(void *report, const struct dlog_step *step);

/* The number for a sentence, folded. Returns out. */
#define DLOG_WORDS_BYTES 96
const char *dlog_words(char out[DLOG_WORDS_BYTES], const mpz_t number);
/* As python reads it: decimal below 2^64, else after 0x. The caller frees it; NULL without memory. */
char *dlog_python(const mpz_t number);

/* What was multiplied, and what that would be for p of 2048 bits. */
void dlog_show_cost(struct report *report, const struct dlog_result *result);
/* Ends a report on p, g, A by its result: proof, verdict, status. words: what more is said of a
 * success. */
int dlog_show_end(struct report *report, const struct dlog_result *result, const mpz_t p,
                  const mpz_t g, const mpz_t A, const char *words);

#endif

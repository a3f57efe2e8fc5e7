/*
 * A walk: the steps of one operation, as the library told them while it was at it, kept and then
 * printed for people or as JSON.
 *
 * The textbook's algorithms (square-and-multiply, Euclid) are run again over the values told, line
 * by line, and must come to the same result, or the walk fails.
 */
#ifndef GLASSBOX_KEYTOOL_WALK_H
#define GLASSBOX_KEYTOOL_WALK_H

#include "bignum_rsa.h"
#include "option_table.h"
#include "problem.h"

struct walk_step {
    struct rsa_step told; /* bytes: owned, wiped */
};

struct walk {
    const char *what;              /* "encrypt" */
    bool show_private, full, json; /* full: nothing is folded */
    struct walk_step *steps;
    size_t count;
    bool no_memory;               /* a step was lost */
    struct rsa_listener listener; /* keeps what it hears in this walk */
};

/* Empty, and listening. */
void walk_open(struct walk *walk, const char *what);
void walk_close(struct walk *walk); /* wipes */

/* Keeps a step, with a copy of its bytes. */
void walk_keep(struct walk *walk, const struct rsa_step *step);
/* Whether a step of that name was kept already. */
bool walk_has(const struct walk *walk, const char *name);

/* Keeps the numbers of a key, as steps of their own. */
void walk_keep_key(struct walk *walk, const struct rsa_key *key);

/* Runs what a step stands for through the textbook's algorithm, calling line for each of its lines,
 * and compares. The exponent's bits go to *lines first. */
bool walk_power(const struct walk *walk, size_t step, size_t *lines,
                void (*line)(void *context, const struct rsa_power_step *line), void *context);
/* Likewise Euclid's table of lambda and e, for the step that tells d. */
bool walk_euclid(const struct walk *walk, size_t step,
                 void (*row)(void *context, const struct rsa_euclid_step *row), void *context);

/* Whether a step is a power whose lines may be shown: they tell the bits of the exponent. */
bool walk_shows_power(const struct walk *walk, size_t step);
/* Whether a step has Euclid's table behind it; and which of `lines` lines are left out. */
bool walk_has_euclid(const struct walk *walk, size_t step);
bool walk_is_folded(const struct walk *walk, size_t line, size_t lines);

/* What every walk ends with: prints it as was asked. */
bool walk_show(const struct walk *walk, struct problem *problem)
    __attribute__((warn_unused_result));
/* --private, --json, --full: of a struct walk. */
extern const struct option_table walk_view;

int walk_dh(int argc, char **argv);

/* Prints the walk to stdout. False without memory or if the textbook came to another result. */
bool walk_print(const struct walk *walk) __attribute__((warn_unused_result));
bool walk_print_json(const struct walk *walk) __attribute__((warn_unused_result));

#endif

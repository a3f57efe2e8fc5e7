/*
 * A finding of bignum_rsa/break, shown: its steps while they are heard, then verdict, proof, cost.
 *
 *     struct rsa_show show;
 *     if (!rsa_show_begin(&show, &options.report, "rsa root", problem, "c, under n of %zu bits", ...))
 *         return console_problem(problem, CONSOLE_FAILED);
 *     rsa_break_root(&show.finding, n, e, c, &room, &show.listener);
 *     return rsa_show_end(&show);
 */
#ifndef GLASSBOX_ATTACK_RSA_SHOW_H
#define GLASSBOX_ATTACK_RSA_SHOW_H

#include "report.h"
#include "rsa_break.h"

struct rsa_show {
    struct report report;
    struct rsa_finding finding;
    struct rsa_listener listener; /* shows what it hears, at once */
    const char *real;             /* of the cost (report.h); NULL: nothing to extrapolate */
    double real_log2;
    double seconds;  /* of the cost; 0: all of it */
    json_t *numbers; /* of the steps, whole */
    /* Seconds: what the attack took, less the time in which steps are shown and Enter is waited for;
     * since when it goes on. */
    double spent, resumed;
};

bool rsa_show_begin(struct rsa_show *show, const struct report_options *options, const char *attack,
                    struct problem *problem, const char *format, ...)
    __attribute__((format(printf, 5, 6), warn_unused_result));

/* What a message is as text: its bytes, or the pairs of digits of 1977 (00 blank, 01 A). Nothing if
 * it is neither. */
void rsa_show_message(struct rsa_show *show, mpz_srcptr m);

/* The exit status; frees. */
int rsa_show_end(struct rsa_show *show);
int rsa_show_fail(struct rsa_show *show, const struct problem *problem);

#endif

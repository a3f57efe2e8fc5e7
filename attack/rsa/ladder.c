/*
 * attack rsa ladder: what factoring takes by the size of n, here and at real sizes.
 */
#include "report.h"
#include "report_words.h"
#include "rsa.h"
#include "rsa_factor.h"
#include "translate.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { LEAST = 24, MOST = 96, BY = 8, RUNGS = (MOST - LEAST) / BY + 1, RATE_STEPS = 4096 };

struct ladder_options {
    struct report_options report;
    unsigned to;
};

#define S struct ladder_options
static const struct option_row rows[] = {
    NUMBER(S, to, "to", 0, "BITS", "The largest n that is factored: 72", LEAST, MOST),
    GROUP(S, report, report_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .text = N_("Factors numbers of one size after another by Pollard's rho, and shows how the work "
               "grows; then what rho and elliptic curves would take at real sizes. That is "
               "extrapolated, from the time of a step at that size on this machine."
               "\vExamples:\n"
               "  attack rsa ladder\n"
               "  attack rsa ladder --to 88 --svg ladder.svg"),
};

/* Of this process: what a busy machine does not change. */
static double now_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Two primes of half the bits, always the same: the next after 0.72 and 0.88 of 2^(bits / 2). */
static void make_modulus(mpz_t n, mpz_t p, unsigned bits)
{
    static const unsigned long parts[] = {737, 901}; /* of 1024 */
    mpz_set_ui(n, 1);
    for (int i = 0; i < 2; i++) {
        mpz_set_ui(p, parts[i]);
        mpz_mul_2exp(p, p, bits / 2);
        mpz_fdiv_q_2exp(p, p, 10);
        mpz_nextprime(p, p);
        mpz_mul(n, n, p);
    }
}

struct rung {
    double steps, seconds, expected;
};

/* Rho to the end, or for so many steps. */
static bool climb(struct rung *rung, const mpz_t n, uint64_t bound)
{
    struct rsa_factoring *search = rsa_factoring_new(RSA_METHOD_RHO, n, NULL, bound);
    double began = now_seconds();
    if (!search)
        return false;
    rsa_factoring_run(search, UINT64_MAX);
    rung->seconds = now_seconds() - began;
    rung->steps = (double)rsa_factoring_work(search);
    rsa_factoring_free(search);
    return true;
}

static void show_rung(struct report *report, unsigned bits, const struct rung *rung)
{
    char steps[REPORT_WORDS_BYTES], expected[REPORT_WORDS_BYTES], time[REPORT_WORDS_BYTES];
    report_count_words(steps, rung->steps);
    report_count_words(expected, exp2(rung->expected));
    report_time_words(time, log10(rung->seconds));
    report_line(report, "  %6u  %14s  %14s  %s", bits, steps, expected, time);
}

static size_t climb_all(struct report *report, struct rung rungs[RUNGS], unsigned to, mpz_t p,
                        mpz_t q)
{
    size_t count = 0;
    mpz_t n;
    mpz_init(n);
    report_line(report, "  bits n  steps of rho      expected        time");
    for (unsigned bits = LEAST; bits <= to; bits += BY) {
        struct rung *rung = &rungs[count];
        make_modulus(n, p, bits);
        rung->expected = rsa_method_expected(RSA_METHOD_RHO, bits / 2.0);
        if (!climb(rung, n, UINT64_MAX))
            break;
        show_rung(report, bits, rung);
        mpz_divexact(q, n, p);
        count++;
    }
    mpz_clear(n);
    return count;
}

/* The time of one step of rho at this size: two multiplications modulo n. */
static double step_seconds(unsigned bits)
{
    struct rung rung = {0};
    mpz_t n, p;
    mpz_inits(n, p, NULL);
    mpz_setbit(n, bits);
    mpz_sub_ui(n, n, 159); /* any odd number will do: it is not factored */
    double seconds = climb(&rung, n, RATE_STEPS) && rung.steps > 0 ? rung.seconds / rung.steps : 0;
    mpz_clears(n, p, NULL);
    return seconds;
}

static void extrapolate(struct report *report)
{
    static const unsigned sizes[] = {128, 256, 512, 829, 1024, 2048};
    report_line(report, "%s", "");
    report_line(report, "  extrapolated:");
    report_line(report, "  bits n           rho  elliptic curves");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        char rho[REPORT_WORDS_BYTES], ecm[REPORT_WORDS_BYTES];
        double step = log10(step_seconds(sizes[i])), half = sizes[i] / 2.0;
        report_time_words(rho, step + rsa_method_expected(RSA_METHOD_RHO, half) * log10(2));
        report_time_words(ecm,
                          step - log10(2) + rsa_method_expected(RSA_METHOD_ECM, half) * log10(2));
        report_line(report, "  %6u  %12s  %s", sizes[i], rho, ecm);
    }
    report_line(report, "%s", "");
    report_line(report, "  829 bits (RSA-250) is the record: 2,700 years of a core, in 2020, by "
                        "the number field sieve, which is not here");
}

static void plot(struct report *report, const struct rung *rungs, size_t count)
{
    double steps[RUNGS], expected[RUNGS];
    char names[RUNGS][8];
    const char *labels[RUNGS];
    for (size_t i = 0; i < count; i++) {
        steps[i] = rungs[i].steps;
        expected[i] = exp2(rungs[i].expected);
        snprintf(names[i], sizeof(names[i]), "%zu", LEAST + i * BY);
        labels[i] = names[i];
    }
    report_plot(report, &(struct plot){.kind = PLOT_BARS,
                                       .title = N_("steps of rho, by the bits of n"),
                                       .labels = labels,
                                       .logarithmic = true,
                                       .count = count,
                                       .series_count = 2,
                                       .series = {{"counted", steps}, {"1.2 sqrt(p)", expected}}});
}

int rsa_command_ladder(int argc, char **argv)
{
    struct ladder_options options = {.to = 72};
    struct problem problem = {0};
    struct report report;
    struct rung rungs[RUNGS];
    mpz_t p, q;
    console_parse(&command, argc, argv, &options);
    if (!report_begin(&report, &options.report, "rsa ladder",
                      N_("two primes of half the bits each"), &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    mpz_inits(p, q, NULL);
    size_t count = climb_all(&report, rungs, options.to, p, q);
    plot(&report, rungs, count);
    extrapolate(&report);
    if (count > 0) {
        char *p_text = mpz_get_str(NULL, 10, p), *q_text = mpz_get_str(NULL, 10, q);
        mpz_mul(p, p, q);
        char *n_text = mpz_get_str(NULL, 10, p);
        report_proof(&report, "print(%s*%s==%s)", p_text, q_text, n_text);
        free(p_text);
        free(q_text);
        free(n_text);
        report_cost(&report,
                    &(struct report_cost){.count = rungs[count - 1].steps,
                                          .unit = N_("steps of rho on the largest"),
                                          .seconds = rungs[count - 1].seconds,
                                          .real = N_("n of 2048 bits"),
                                          .real_log2 = rsa_method_expected(RSA_METHOD_RHO, 1024)});
    }
    mpz_clears(p, q, NULL);
    if (count == 0)
        return report_end(&report, REPORT_NOT_APPLICABLE, "there is no memory for it");
    return report_end(&report, REPORT_BROKEN, "all %zu numbers, up to %zu bits", count,
                      LEAST + (count - 1) * BY);
}

/*
 * attack dlog confine: a victim that uses its exponent again, made by a seed, and questioned.
 *
 * The victim lives in this process: chat and ftp draw a fresh exponent each time, and can be asked
 * nothing twice.
 */
#include "attack_dlog.h"
#include "dlog_show.h"
#include "translate.h"

#include <stdlib.h>
#include <sys/random.h>

struct confine_options {
    struct report_options report;
    unsigned bits;
    unsigned long seed;
    bool fixed, fresh;
};

#define S struct confine_options
static const struct option_row rows[] = {
    NUMBER(S, bits, "bits", 0, "BITS", "Of q, the order of g: 160", 16, 512),
    NUMBER(S, seed, "seed", 0, "N", "The same numbers again", 1, UINT32_MAX),
    FLAG(S, fixed, "fixed", 0, "The victim looks at the order of what it is sent"),
    FLAG(S, fresh, "fresh", 0, "The victim draws an exponent for each peer"),
    GROUP(S, report, report_table),
    {0}};
#undef S

static const struct option_table command = {
    .rows = rows,
    .text = N_(
        "Makes p = q f1 f2 ... + 1 with a large q and small f, and a victim that answers all "
        "peers with one exponent. Sends it numbers of order f1, f2, ...; each K tells the "
        "exponent modulo one of them."
        "\vExamples:\n"
        "  attack dlog confine --seed 1\n"
        "  attack dlog confine --seed 1 --fixed"),
};

struct victim {
    const struct confine_options *options;
    gmp_randstate_t random;
    mpz_t p, q, g, A, x;
};

static void make_primes(struct victim *victim)
{
    mpz_t product, f;
    mpz_inits(product, f, NULL);
    mpz_urandomb(victim->q, victim->random, victim->options->bits);
    mpz_setbit(victim->q, victim->options->bits - 1);
    mpz_nextprime(victim->q, victim->q);
    do {
        mpz_set_ui(product, 2);
        while (mpz_sizeinbase(product, 2) < victim->options->bits + 2) {
            mpz_set_ui(f, 2 + gmp_urandomm_ui(victim->random, 1000));
            mpz_nextprime(f, f);
            if (!mpz_divisible_p(product, f))
                mpz_mul(product, product, f);
        }
        mpz_mul(victim->p, victim->q, product);
        mpz_add_ui(victim->p, victim->p, 1);
    } while (!mpz_probab_prime_p(victim->p, 24));
    mpz_set_ui(victim->g, 1);
    for (unsigned long base = 2; mpz_cmp_ui(victim->g, 1) == 0; base++) {
        mpz_set_ui(victim->g, base);
        mpz_powm(victim->g, victim->g, product, victim->p);
    }
    mpz_clears(product, f, NULL);
}

static void draw_exponent(struct victim *victim)
{
    mpz_urandomm(victim->x, victim->random, victim->q);
}

static enum dlog_answer answer(void *context, const mpz_t sent, const mpz_t K)
{
    struct victim *victim = context;
    enum dlog_answer says = DLOG_NO;
    mpz_t power;
    mpz_init(power);
    mpz_powm(power, sent, victim->q, victim->p);
    if (victim->options->fixed && mpz_cmp_ui(power, 1) != 0)
        says = DLOG_REFUSED;
    if (victim->options->fresh)
        draw_exponent(victim);
    mpz_powm(power, sent, victim->x, victim->p);
    if (says == DLOG_NO && mpz_cmp(power, K) == 0)
        says = DLOG_YES;
    mpz_clear(power);
    return says;
}

static int attack(struct victim *victim, struct problem *problem)
{
    struct report report;
    struct dlog_result result;
    uint64_t guesses;
    char target[120];
    const struct dlog_bounds bounds = {.exponent_bits = victim->options->bits};
    const struct dlog_listener listener = {.hear = dlog_show_step, .context = &report};
    const struct dlog_victim asked = {answer, victim};
    snprintf(target, sizeof(target), _("a victim with one exponent below q of %u bits, --seed %lu"),
             victim->options->bits, victim->options->seed);
    if (!report_begin(&report, &victim->options->report, "dlog confine", target, problem))
        return console_problem(problem, CONSOLE_FAILED);
    report_number(&report, "p", victim->p);
    report_number(&report, "q", victim->q);
    report_number(&report, "g", victim->g);
    report_number(&report, "A", victim->A);
    dlog_result_open(&result);
    dlog_confine(&result, &guesses, victim->p, victim->g, victim->A, &asked, &bounds, &listener);
    report_cost(&report,
                &(struct report_cost){.count = (double)guesses, .unit = N_("values of K tried")});
    result.multiplications = 0; /* what counts here are the questions */
    int status = dlog_show_end(&report, &result, victim->p, victim->g, victim->A, "");
    dlog_result_close(&result);
    return status;
}

int dlog_command_confine(int argc, char **argv)
{
    struct confine_options options = {.bits = 160};
    struct problem problem = {0};
    struct victim victim = {.options = &options};
    uint32_t drawn = 1;
    console_parse(&command, argc, argv, &options);
    if (options.seed == 0 && getrandom(&drawn, sizeof(drawn), 0) == sizeof(drawn))
        options.seed = drawn | 1;
    gmp_randinit_default(victim.random);
    gmp_randseed_ui(victim.random, options.seed);
    mpz_inits(victim.p, victim.q, victim.g, victim.A, victim.x, NULL);
    make_primes(&victim);
    draw_exponent(&victim);
    mpz_powm(victim.A, victim.g, victim.x, victim.p);
    int status = attack(&victim, &problem);
    mpz_clears(victim.p, victim.q, victim.g, victim.A, victim.x, NULL);
    gmp_randclear(victim.random);
    return status;
}

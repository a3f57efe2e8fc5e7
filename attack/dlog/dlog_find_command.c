/*
 * attack dlog find: from p, g and A to the exponent.
 */
#include "attack_dlog.h"
#include "dlog_show.h"

#include "group_file.h"
#include "translate.h"

#include <stdlib.h>

/* Without another word, exponents of so many bits are looked for in a group that holds. */
enum { SHORT_BITS = 32 };

struct find_options {
    struct dlog_bound_options bounds;
    struct report_options report;
    const char *group, *p, *g, *A;
    unsigned long seed;
};

#define S struct find_options
static const struct option_row rows[] = {
    TEXT(S, group, "group", 0, "GROUP", "A name (ffdhe2048), p,g, or a file"),
    READ(S, p, "p", 0, "NUMBER", "The modulus: any, also even or composite", dlog_number_read),
    READ(S, g, "g", 0, "NUMBER", "The generator", dlog_number_read),
    READ(S, A, "public", 0, "NUMBER", "The public number, g^x mod p", dlog_number_read),
    NUMBER(S, seed, "seed", 0, "N", "Another walk of rho", 0, UINT32_MAX),
    GROUP(S, bounds, dlog_bound_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct find_options *options = given;
    if (options->group && (options->p || options->g))
        console_usage(state, "--group names p and g: it does not go with --p and --g");
    if (!options->group && !(options->p && options->g))
        console_usage(state, "no group given: --group, or --p and --g");
    if (!options->A)
        console_usage(state, "no public number given: --public");
}

static const struct option_table command = {
    .rows = rows,
    .text = N_(
        "Looks for x with g^x mod p = A. p composite is taken apart; x is found modulo each prime "
        "of the order of g by itself, by baby steps or by rho. Where that is too much, short "
        "exponents are looked for."
        "\vExamples:\n"
        "  attack dlog find --group 23,5 --public 8\n"
        "  attack dlog find --p 123456 --g 5 --public 49249\n"
        "  attack dlog find --group ffdhe2048 --public 4096"),
    .check = check_options,
};

struct numbers {
    mpz_t p, g, A;
};

static void set_number(mpz_t out, const struct dh_group *group, enum dh_number number)
{
    uint8_t bytes[DH_MAX_BYTES];
    mpz_import(out, dh_group_number(group, number, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
}

static bool read_numbers(struct numbers *numbers, const struct find_options *options,
                         struct problem *problem)
{
    struct dh_group *group = NULL;
    if (options->group && !group_find(&group, options->group, problem))
        return false;
    if (group) {
        set_number(numbers->p, group, DH_P);
        set_number(numbers->g, group, DH_G);
    } else {
        dlog_number_set(numbers->p, options->p);
        dlog_number_set(numbers->g, options->g);
    }
    dlog_number_set(numbers->A, options->A);
    dh_group_free(group);
    return true;
}

static int attack(const struct numbers *numbers, const struct find_options *options,
                  struct problem *problem)
{
    struct report report;
    struct dlog_result result;
    struct dlog_bounds bounds = dlog_bounds_of(&options->bounds);
    const struct dlog_listener listener = {.hear = dlog_show_step, .context = &report};
    char target[120];
    snprintf(target, sizeof(target), _("a public number modulo p of %zu bits"),
             mpz_sizeinbase(numbers->p, 2));
    if (!report_begin(&report, &options->report, "dlog find", target, problem))
        return console_problem(problem, CONSOLE_FAILED);
    bounds.seed = options->seed;
    bounds.exponent_bits = bounds.exponent_bits ? bounds.exponent_bits : SHORT_BITS;
    report_number(&report, "p", numbers->p);
    report_number(&report, "g", numbers->g);
    report_number(&report, "A", numbers->A);
    dlog_result_open(&result);
    dlog_find(&result, numbers->p, numbers->g, numbers->A, &bounds, &listener);
    int status = dlog_show_end(&report, &result, numbers->p, numbers->g, numbers->A, "");
    dlog_result_close(&result);
    return status;
}

int dlog_command_find(int argc, char **argv)
{
    struct find_options options = {.bounds = DLOG_BOUND_OPTIONS};
    struct problem problem = {0};
    struct numbers numbers;
    console_parse(&command, argc, argv, &options);
    mpz_inits(numbers.p, numbers.g, numbers.A, NULL);
    int status = read_numbers(&numbers, &options, &problem)
                     ? attack(&numbers, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(numbers.p, numbers.g, numbers.A, NULL);
    return status;
}

/*
 * attack rsa root: the e-th root of c, or of c + k n.
 */
#include "rsa.h"
#include "rsa_message_breaks.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_subject.h"
#include "translate.h"

struct root_options {
    struct rsa_subject subject;
    struct report_options report;
    const char *c, *high;
    unsigned slack, low_bits;
};

#define S struct root_options
static const struct option_row rows[] = {
    READ(S, c, "c", 0, "NUMBER", "The ciphertext, m^e mod n", rsa_subject_read),
    NUMBER(S, slack, "slack", 0, "BITS", "Try 2^BITS values of k in m^e = c + k n: 0", 0,
           RSA_ROOT_MAX_SLACK),
    READ(S, high, "high", 0, "NUMBER", "What m begins with; needs --low-bits", rsa_subject_read),
    NUMBER(S, low_bits, "low-bits", 0, "BITS", "How many bits of m follow that are not known", 1,
           RSA_MAX_BITS),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct root_options *options = given;
    if (!options->c && !rsa_is_recording(options->subject.key))
        console_usage(state, "no ciphertext given: --c");
    if ((!options->high) != (options->low_bits == 0))
        console_usage(state, "--high and --low-bits belong together");
}

static const struct option_table command = {
    .rows = rows,
    .arguments = N_("[KEY]"),
    .text = N_(
        "Takes the e-th root: finds a message whose e-th power is below n, or above it by a few "
        "multiples of n. Needs no key but the public one."
        "\vExamples:\n"
        "  attack rsa root --n 3233 --e 3 --c 2744\n"
        "  attack rsa root anna --c @letter.rsa --slack 16"),
    .check = check_options,
};

struct numbers {
    mpz_t n, e, c, high;
};

static bool read_numbers(struct numbers *numbers, const struct root_options *options,
                         struct problem *problem)
{
    return rsa_subject_load(numbers->n, numbers->e, &options->subject, problem) &&
           rsa_subject_number(numbers->c, "--c", options->c, problem) &&
           (!options->high || rsa_subject_number(numbers->high, "--high", options->high, problem));
}

static int attack(const struct numbers *numbers, const struct root_options *options,
                  struct problem *problem)
{
    struct rsa_show show;
    const struct rsa_root_room room = {.slack_bits = options->slack,
                                       .high = options->high ? numbers->high : NULL,
                                       .low_bits = options->low_bits};
    if (!rsa_show_begin(&show, &options->report, "rsa root", problem,
                        "a ciphertext of %zu bits, under n of %zu bits",
                        mpz_sizeinbase(numbers->c, 2), mpz_sizeinbase(numbers->n, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    rsa_break_root(&show.finding, numbers->n, numbers->e, numbers->c, &room, &show.listener);
    if (show.finding.verdict == RSA_BROKEN)
        rsa_show_message(&show, rsa_finding_get(&show.finding, "m"));
    return rsa_show_end(&show);
}

int rsa_command_root(int argc, char **argv)
{
    struct root_options options = {.slack = 0};
    struct problem problem = {0};
    struct numbers numbers;
    console_parse(&command, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_excuse(options.subject.key, "rsa root", &options.report);
    mpz_inits(numbers.n, numbers.e, numbers.c, numbers.high, NULL);
    int status = read_numbers(&numbers, &options, &problem)
                     ? attack(&numbers, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(numbers.n, numbers.e, numbers.c, numbers.high, NULL);
    return status;
}

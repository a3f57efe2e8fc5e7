/*
 * attack rsa garble: what "private then public" loses, and how it comes back.
 */
#include "rsa.h"
#include "rsa_garble.h"
#include "rsa_raw.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_subject.h"

struct garble_options {
    struct rsa_subject subject; /* the sender's */
    struct report_options report;
    const char *to, *k, *b;
    unsigned bits;
};

#define S struct garble_options
static const struct option_row rows[] = {
    TEXT(S, to, "to", 0, "KEY", "The reader's key, or its n as a number"),
    READ(S, k, "k", 0, "NUMBER", "Send this K, and get it back; needs the sender's pair",
         rsa_subject_read),
    READ(S, b, "b", 0, "NUMBER", "What the reader has: the inner number modulo his n",
         rsa_subject_read),
    NUMBER(S, bits, "bits", 0, "BITS", "How long K is at most", 1, RSA_MAX_BITS),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct garble_options *options = given;
    if (rsa_is_recording(options->subject.key))
        return;
    if (!options->to)
        console_usage(state, "no reader given: --to");
    if (options->k && options->b)
        console_usage(state, "--k and --b do not go together");
    if ((options->k || options->b) && options->bits == 0)
        console_usage(state, "to know the right one, it must be known how long K is: --bits");
    if (options->k && !options->subject.key)
        console_usage(state, "--k needs the sender's pair: NAME or FILE");
}

static const struct option_table command = {
    .rows = rows,
    .arguments = "[KEY]",
    .text =
        "The course sends K under the own private key, then under the other's public one. Where "
        "the own n is the larger, some K come back as another number. Says how many, and shows "
        "one; with --k or --b, gets one back by trying the inner numbers that are possible."
        "\vExamples:\n"
        "  attack rsa garble --n 3233 --e 17 --to 2773\n"
        "  attack rsa garble --n 3233 --e 17 --to 2773 --b 292 --bits 8\n"
        "  attack rsa garble anna --to server --k 42 --bits 8",
    .check = check_options,
};

struct numbers {
    mpz_t n1, e1, n2, b;
};

static bool read_reader(mpz_t n2, const struct garble_options *options, struct problem *problem)
{
    struct stored_key key;
    if (options->to[0] >= '0' && options->to[0] <= '9')
        return rsa_subject_number(n2, "--to", options->to, problem);
    if (!rsa_subject_key(&key, &options->subject, options->to, KEY_PUBLIC, problem))
        return false;
    rsa_subject_part(n2, key.key, RSA_N);
    stored_key_free(&key);
    return true;
}

/* b of a K: K^d1 mod n1, and then modulo n2. */
static bool send_key(struct numbers *numbers, const struct garble_options *options,
                     struct problem *problem)
{
    uint8_t bytes[RSA_MAX_BYTES];
    size_t count = 0;
    struct stored_key key;
    if (!rsa_subject_number(numbers->b, "--k", options->k, problem) ||
        !rsa_subject_key(&key, &options->subject, options->subject.key, KEY_PRIVATE, problem))
        return false;
    mpz_export(bytes, &count, 1, 1, 1, 0, numbers->b);
    enum rsa_error error = mpz_cmp(numbers->b, numbers->n1) >= 0
                               ? RSA_ERR_RANGE
                               : rsa_private(bytes, key.key, bytes, count, NULL);
    mpz_import(numbers->b, rsa_key_bytes(key.key), 1, 1, 1, 0, bytes);
    mpz_mod(numbers->b, numbers->b, numbers->n2);
    stored_key_free(&key);
    return error == RSA_OK || problem_set(problem, "--k: %s", rsa_strerror(error));
}

static bool read_numbers(struct numbers *numbers, const struct garble_options *options,
                         struct problem *problem)
{
    return rsa_subject_load(numbers->n1, numbers->e1, &options->subject, problem) &&
           read_reader(numbers->n2, options, problem) &&
           (!options->b || rsa_subject_number(numbers->b, "--b", options->b, problem)) &&
           (!options->k || send_key(numbers, options, problem));
}

static int attack(const struct numbers *numbers, const struct garble_options *options,
                  struct problem *problem)
{
    struct rsa_show show;
    if (!rsa_show_begin(&show, &options->report, "rsa garble", problem,
                        "from n1 of %zu bits to n2 of %zu bits", mpz_sizeinbase(numbers->n1, 2),
                        mpz_sizeinbase(numbers->n2, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    if (options->b || options->k) {
        report_number(&show.report, "b", numbers->b);
        rsa_break_ungarble(&show.finding, numbers->n1, numbers->e1, numbers->n2, numbers->b,
                           options->bits, &show.listener);
    } else {
        rsa_break_garble(&show.finding, numbers->n1, numbers->e1, numbers->n2, &show.listener);
    }
    return rsa_show_end(&show);
}

int rsa_command_garble(int argc, char **argv)
{
    struct garble_options options = {.bits = 0};
    struct problem problem = {0};
    struct numbers numbers;
    console_parse(&command, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_excuse(options.subject.key, "rsa garble", &options.report);
    mpz_inits(numbers.n1, numbers.e1, numbers.n2, numbers.b, NULL);
    int status = read_numbers(&numbers, &options, &problem)
                     ? attack(&numbers, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(numbers.n1, numbers.e1, numbers.n2, numbers.b, NULL);
    return status;
}

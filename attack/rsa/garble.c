/*
 * attack rsa garble: what "private then public" loses, and how it comes back.
 */
#include "rsa.h"
#include "rsa_garble.h"
#include "rsa_raw.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_subject.h"
#include "translate.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct garble_options {
    struct rsa_subject subject; /* the sender's */
    struct report_options report;
    const char *to, *k, *b;
    unsigned bits;
};

/* A number, a file (key_store_find), or the name of a key. */
static void read_to(void *field, const char *what, const char *text, const struct argp_state *state)
{
    size_t length = strlen(text);
    bool is_file = strchr(text, '/') || (length > 4 && strcmp(text + length - 4, ".csv") == 0);
    if (isdigit((unsigned char)text[0]) && !is_file)
        rsa_subject_read(field, what, text, state);
    else if (!is_file && !key_name_check(text, NULL))
        console_usage(state, "%s is '%.40s'; it can be a key, by name or file, or a number", what,
                      text);
    *(const char **)field = text;
}

#define S struct garble_options
static const struct option_row rows[] = {
    READ(S, to, "to", 0, "KEY", "The reader's key, or its n as a number", read_to),
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
    .arguments = N_("[KEY]"),
    .text = N_(
        "The course sends K under the own private key, then under the other's public one. Where "
        "the own n is the larger, some K come back as another number. Says how many, and shows "
        "one; with --k or --b, gets one back by trying the inner numbers that are possible."
        "\vExamples:\n"
        "  attack rsa garble --n 3233 --e 17 --to 2773\n"
        "  attack rsa garble --n 3233 --e 17 --to 2773 --b 292 --bits 8\n"
        "  attack rsa garble anna --to server --k 42 --bits 8"),
    .check = check_options,
};

struct numbers {
    mpz_t n1, e1, n2, b;
};

static bool read_reader(mpz_t n2, const struct garble_options *options, struct problem *problem)
{
    struct stored_key key;
    if (isdigit((unsigned char)options->to[0]) && !strchr(options->to, '/'))
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
    return error == RSA_OK || problem_set(problem, "--k: %s", translate(rsa_strerror(error)));
}

static bool read_numbers(struct numbers *numbers, const struct garble_options *options,
                         struct problem *problem)
{
    return rsa_subject_load(numbers->n1, numbers->e1, &options->subject, problem) &&
           read_reader(numbers->n2, options, problem) &&
           (!options->b || rsa_subject_number(numbers->b, "--b", options->b, problem)) &&
           (!options->k || send_key(numbers, options, problem));
}

/* With the sender's pair: which of the first numbers K are lost. */
static void show_which(struct rsa_show *show, const struct numbers *numbers,
                       const struct rsa_key *pair)
{
    enum { FIRST = 50 };
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    mpz_t d, K;
    if (!out)
        return;
    mpz_inits(d, K, NULL);
    rsa_subject_part(d, pair, RSA_D);
    for (unsigned long i = 0; i < FIRST; i++) {
        mpz_set_ui(K, i);
        if (mpz_cmp(K, numbers->n1) < 0 && rsa_is_garbled(numbers->n1, d, numbers->n2, K))
            (void)fprintf(out, "%s%lu", ftell(out) > 0 ? ", " : "", i);
    }
    if (fclose(out) == 0)
        report_text(&show->report, "lost of K = 0 to 49", "%s", bytes > 0 ? text : "none");
    mpz_clears(d, K, NULL);
    free(text);
}

static void which_are_lost(struct rsa_show *show, const struct numbers *numbers,
                           const struct garble_options *options)
{
    struct problem problem = {0};
    struct stored_key key;
    if (!options->subject.key || options->subject.n ||
        !rsa_subject_key(&key, &options->subject, options->subject.key, KEY_WHOLE, &problem))
        return;
    if (rsa_key_is_private(key.key))
        show_which(show, numbers, key.key);
    stored_key_free(&key);
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
        if (show.finding.verdict == RSA_BROKEN)
            which_are_lost(&show, numbers, options);
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

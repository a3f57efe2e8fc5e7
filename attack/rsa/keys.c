/*
 * attack rsa fault, from-d: the key itself.
 */
#include "channel_hash.h"
#include "rsa.h"
#include "rsa_block.h"
#include "rsa_key_breaks.h"
#include "rsa_raw.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_subject.h"
#include "rsa_text.h"
#include "translate.h"
#include "whole_file.h"

#include <stdlib.h>
#include <string.h>

/* --- fault: what is given ---------------------------------------------------------------------- */

enum half { NO_HALF, HALF_P, HALF_Q };

struct fault_options {
    struct rsa_subject subject;
    struct report_options report;
    const char *s, *m, *good, *message; /* m or message: what was signed */
    enum half half;                     /* make the fault ourselves */
    unsigned bit;
};

static void read_half(void *field, const char *what, const char *text,
                      const struct argp_state *state)
{
    if (strcmp(text, "p") != 0 && strcmp(text, "q") != 0)
        console_usage(state, "%s is '%.20s'; it can be p or q", what, text);
    *(enum half *)field = text[0] == 'p' ? HALF_P : HALF_Q;
}

#define S struct fault_options
static const struct option_row fault_rows[] = {
    READ(S, s, "s", 0, "NUMBER", "The wrong signature", rsa_subject_read),
    READ(S, m, "m", 0, "NUMBER", "The number that was to be signed", rsa_subject_read),
    TEXT(S, message, "message", 0, "FILE", "Or the file: its SHA-256 in the block of PKCS #1 v1.5"),
    READ(S, good, "good", 0, "NUMBER", "Or a right signature of the same", rsa_subject_read),
    READ(S, half, "break-half", 0, "p|q", "Sign with the pair KEY, and go wrong in this half",
         read_half),
    NUMBER(S, bit, "bit", 0, "BIT", "The bit of the half that flips: 0", 0, RSA_MAX_BITS),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_fault(void *given, const struct argp_state *state)
{
    const struct fault_options *options = given;
    if (rsa_is_recording(options->subject.key))
        return;
    const int known = (options->m != NULL) + (options->message != NULL) + (options->good != NULL);
    if (options->half == NO_HALF && !options->s)
        console_usage(state, "no signature given: --s, or --break-half to make one");
    if (options->half != NO_HALF && options->s)
        console_usage(state, "--s and --break-half do not go together");
    if (options->half != NO_HALF && (!options->subject.key || options->good))
        console_usage(state, "--break-half needs a pair, and --m or --message");
    if (known != 1)
        console_usage(state, "what was signed? one of --m, --message, --good");
}

static const struct option_table fault_table = {
    .rows = fault_rows,
    .arguments = N_("[KEY]"),
    .text = N_(
        "Factors n with one signature that went wrong in one half of the Chinese remainder "
        "theorem. With --break-half such a signature is made first, by a signer that does not "
        "check, and then by ours, which does."
        "\vExamples:\n"
        "  attack rsa fault --n 3233 --e 17 --m 65 --s 1807\n"
        "  attack rsa fault anna --message letter.txt --break-half q --bit 5"),
    .check = check_fault,
};

struct fault_numbers {
    mpz_t n, e, m, s, good;
    mpz_t d, p, q; /* of the pair, to make a fault */
};

/* m of the message, as a signer pads it. */
static bool block_of_file(struct fault_numbers *numbers, const char *path, struct problem *problem)
{
    enum { MOST = 64 * 1024 * 1024 };
    uint8_t digest[RSA_MAX_HASH_BYTES];
    struct whole_file file;
    if (!whole_file_read(&file, path, MOST, problem))
        return false;
    channel_hash.digest(digest, &(struct rsa_part){file.data, file.bytes}, 1);
    whole_file_free(&file);
    return rsa_block_whole(numbers->m, numbers->n, &channel_hash, digest) ||
           problem_set(problem, "n is too short for PKCS #1 v1.5 with SHA-256: 496 bits at least");
}

static bool read_fault(struct fault_numbers *numbers, const struct fault_options *options,
                       struct problem *problem)
{
    return rsa_subject_load(numbers->n, numbers->e, &options->subject, problem) &&
           (!options->s || rsa_subject_number(numbers->s, "--s", options->s, problem)) &&
           (!options->m || rsa_subject_number(numbers->m, "--m", options->m, problem)) &&
           (!options->good ||
            rsa_subject_number(numbers->good, "--good", options->good, problem)) &&
           (!options->message || block_of_file(numbers, options->message, problem));
}

/* --- fault: making one ------------------------------------------------------------------------- */

/* The same pair with a wrong dp or dq, as a flipped bit in memory leaves it. */
static enum rsa_error damage(struct rsa_key **key, const struct rsa_key *pair,
                             enum rsa_number which)
{
    const char *numbers[RSA_NUMBERS];
    char *texts[RSA_NUMBERS];
    enum rsa_error error = RSA_OK;
    *key = NULL;
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++) {
        numbers[i] = texts[i] = rsa_key_number_text(pair, i, 10);
        error = texts[i] ? error : RSA_ERR_MEMORY;
    }
    if (!error) {
        texts[which][strlen(texts[which]) - 1] ^= 1; /* its lowest bit, in decimal too */
        error = rsa_key_from_text(key, numbers, NULL);
    }
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++)
        rsa_text_free(texts[i]);
    return error;
}

/* Ours with the same kind of fault: what comes out of it. */
static void show_ours(struct rsa_show *show, const struct rsa_key *pair, const mpz_t m,
                      enum half half)
{
    uint8_t in[RSA_MAX_BYTES], out[RSA_MAX_BYTES];
    size_t count = 0;
    struct rsa_key *bad;
    enum rsa_error error = damage(&bad, pair, half == HALF_P ? RSA_DP : RSA_DQ);
    mpz_export(in, &count, 1, 1, 1, 0, m);
    if (!error)
        error = rsa_private(out, bad, in, count, NULL);
    report_step(&show->report, "ours, with a wrong d%s: %s", half == HALF_P ? "p" : "q",
                error == RSA_OK ? _("a signature came out") : translate(rsa_strerror(error)));
    report_json(&show->report, "ours", json_string(error == RSA_ERR_FAULT ? "refused" : "signed"));
    rsa_key_free(bad);
}

static bool make_fault(struct fault_numbers *numbers, const struct rsa_key *pair,
                       const struct fault_options *options, struct problem *problem)
{
    const struct rsa_glitch glitch = {.in_q = options->half == HALF_Q, .bit = options->bit};
    rsa_subject_part(numbers->d, pair, RSA_D);
    rsa_subject_part(numbers->p, pair, RSA_P);
    rsa_subject_part(numbers->q, pair, RSA_Q);
    size_t bits = mpz_sizeinbase(glitch.in_q ? numbers->q : numbers->p, 2);
    if (options->bit >= bits)
        return problem_set(problem, "--bit is %u; that half has bits 0 to %zu", options->bit,
                           bits - 1);
    if (mpz_cmp(numbers->m, numbers->n) >= 0)
        return problem_set(problem, "--m is not below n");
    rsa_unchecked_power(numbers->s, numbers->m, numbers->d, numbers->p, numbers->q, &glitch);
    return true;
}

/* --- fault ------------------------------------------------------------------------------------- */

static int fault(struct fault_numbers *numbers, const struct fault_options *options,
                 const struct rsa_key *pair, struct problem *problem)
{
    struct rsa_show show;
    if (!rsa_show_begin(&show, &options->report, "rsa fault", problem,
                        "one wrong signature, under n of %zu bits", mpz_sizeinbase(numbers->n, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    if (pair)
        report_step(&show.report, "signed without a check: bit %u of the half of %s went wrong",
                    options->bit, options->half == HALF_P ? "p" : "q");
    report_number(&show.report, "s", numbers->s);
    if (options->good)
        rsa_break_fault_pair(&show.finding, numbers->n, numbers->good, numbers->s, &show.listener);
    else
        rsa_break_fault(&show.finding, numbers->n, numbers->e, numbers->m, numbers->s,
                        &show.listener);
    if (pair)
        show_ours(&show, pair, numbers->m, options->half);
    return rsa_show_end(&show);
}

static int load_and_break(struct fault_numbers *numbers, const struct fault_options *options,
                          struct problem *problem)
{
    struct stored_key key = {0};
    const bool make = options->half != NO_HALF;
    int status = CONSOLE_FAILED;
    if (read_fault(numbers, options, problem) &&
        (!make ||
         (rsa_subject_key(&key, &options->subject, options->subject.key, KEY_PRIVATE, problem) &&
          make_fault(numbers, key.key, options, problem))))
        status = fault(numbers, options, make ? key.key : NULL, problem);
    else
        console_problem(problem, CONSOLE_FAILED);
    stored_key_free(&key);
    return status;
}

int rsa_command_fault(int argc, char **argv)
{
    struct fault_options options = {.bit = 0};
    struct problem problem = {0};
    struct fault_numbers numbers;
    console_parse(&fault_table, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_excuse(options.subject.key, "rsa fault", &options.report);
    mpz_inits(numbers.n, numbers.e, numbers.m, numbers.s, numbers.good, numbers.d, numbers.p,
              numbers.q, NULL);
    int status = load_and_break(&numbers, &options, &problem);
    mpz_clears(numbers.n, numbers.e, numbers.m, numbers.s, numbers.good, numbers.d, numbers.p,
               numbers.q, NULL);
    return status;
}

/* --- from d ------------------------------------------------------------------------------------ */

struct from_d_options {
    struct rsa_subject subject;
    struct report_options report;
    const char *d;
};

#define S struct from_d_options
static const struct option_row from_d_rows[] = {
    READ(S, d, "d", 0, "NUMBER", "The private exponent, in place of a key's", rsa_subject_read),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_from_d(void *given, const struct argp_state *state)
{
    const struct from_d_options *options = given;
    if (!options->d && !options->subject.key)
        console_usage(state, "no private exponent given: --d, or a pair");
}

static const struct option_table from_d_table = {
    .rows = from_d_rows,
    .arguments = N_("[KEY]"),
    .text = N_(
        "Finds p and q from n, e and d: whoever has d has everything. Of a pair only these three "
        "are used."
        "\vExamples:\n"
        "  attack rsa from-d --n 2773 --e 17 --d 157\n"
        "  attack rsa from-d anna"),
    .check = check_from_d,
};

static bool read_from_d(mpz_t n, mpz_t e, mpz_t d, const struct from_d_options *options,
                        struct problem *problem)
{
    struct stored_key key;
    if (!rsa_subject_load(n, e, &options->subject, problem))
        return false;
    if (options->d)
        return rsa_subject_number(d, "--d", options->d, problem);
    if (!rsa_subject_key(&key, &options->subject, options->subject.key, KEY_PRIVATE, problem))
        return false;
    rsa_subject_part(d, key.key, RSA_D);
    stored_key_free(&key);
    return true;
}

int rsa_command_from_d(int argc, char **argv)
{
    struct from_d_options options = {.d = NULL};
    struct problem problem = {0};
    struct rsa_show show;
    mpz_t n, e, d;
    int status = CONSOLE_FAILED;
    console_parse(&from_d_table, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_excuse(options.subject.key, "rsa from-d", &options.report);
    mpz_inits(n, e, d, NULL);
    if (read_from_d(n, e, d, &options, &problem) &&
        rsa_show_begin(&show, &options.report, "rsa from-d", &problem, "n of %zu bits, e and d",
                       mpz_sizeinbase(n, 2))) {
        rsa_break_from_d(&show.finding, n, e, d, &show.listener);
        status = rsa_show_end(&show);
    } else {
        console_problem(&problem, CONSOLE_FAILED);
    }
    mpz_clears(n, e, d, NULL);
    return status;
}

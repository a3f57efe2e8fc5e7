/*
 * attack rsa multiply, blind: signatures that nobody made.
 */
#include "channel_hash.h"
#include "rsa.h"
#include "rsa_raw.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_signature_breaks.h"
#include "rsa_subject.h"
#include "translate.h"

/* --- multiply ---------------------------------------------------------------------------------- */

struct multiply_options {
    struct rsa_subject subject;
    struct report_options report;
    struct rsa_list signatures;
    const char *target;
};

#define S struct multiply_options
static const struct option_row multiply_rows[] = {
    READ(S, signatures, "s", 0, "NUMBER", "A signature, m^d mod n; up to 6 of them", rsa_list_read),
    READ(S, target, "target", 0, "NUMBER", "What shall be signed: the product of all",
         rsa_subject_read),
    GROUP(S, subject, rsa_subject_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_multiply(void *given, const struct argp_state *state)
{
    const struct multiply_options *options = given;
    if (options->signatures.count == 0 && !rsa_is_recording(options->subject.key))
        console_usage(state, "no signature given: --s");
}

static const struct option_table multiply_table = {
    .rows = multiply_rows,
    .arguments = N_("[KEY|FILE.rec]"),
    .text = N_(
        "Multiplies raw signatures: the product is the signature of the product. With --target "
        "the exponents are looked for, each from -2 to 2, that make this number. In a "
        "recording of the textbook suite: which K need no "
        "private key."
        "\vExamples:\n"
        "  attack rsa multiply --n 3233 --e 17 --s 1027 --s 1857\n"
        "  attack rsa multiply anna --s @2.sig --s @3.sig --target 12"),
    .check = check_multiply,
};

struct multiply_numbers {
    mpz_t n, e, target, s[RSA_LIST_MOST];
};

static bool read_multiply(struct multiply_numbers *numbers, const struct multiply_options *options,
                          struct problem *problem)
{
    bool done = rsa_subject_load(numbers->n, numbers->e, &options->subject, problem) &&
                (!options->target ||
                 rsa_subject_number(numbers->target, "--target", options->target, problem));
    for (size_t i = 0; i < options->signatures.count && done; i++)
        done = rsa_subject_number(numbers->s[i], "--s", options->signatures.text[i], problem);
    return done;
}

static int multiply(const struct multiply_numbers *numbers, const struct multiply_options *options,
                    struct problem *problem)
{
    mpz_srcptr signatures[RSA_LIST_MOST];
    struct rsa_show show;
    for (size_t i = 0; i < options->signatures.count; i++)
        signatures[i] = numbers->s[i];
    if (!rsa_show_begin(&show, &options->report, "rsa multiply", problem,
                        translate_count("%zu signature, under n of %zu bits",
                                        "%zu signatures, under n of %zu bits",
                                        options->signatures.count),
                        options->signatures.count, mpz_sizeinbase(numbers->n, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    rsa_break_multiply(&show.finding, numbers->n, numbers->e, signatures, options->signatures.count,
                       options->target ? numbers->target : NULL, &show.listener);
    return rsa_show_end(&show);
}

int rsa_command_multiply(int argc, char **argv)
{
    struct multiply_options options = {.target = NULL};
    struct problem problem = {0};
    struct multiply_numbers numbers;
    console_parse(&multiply_table, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_raise(options.subject.key, &options.report);
    mpz_inits(numbers.n, numbers.e, numbers.target, NULL);
    for (size_t i = 0; i < RSA_LIST_MOST; i++)
        mpz_init(numbers.s[i]);
    int status = read_multiply(&numbers, &options, &problem)
                     ? multiply(&numbers, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(numbers.n, numbers.e, numbers.target, NULL);
    for (size_t i = 0; i < RSA_LIST_MOST; i++)
        mpz_clear(numbers.s[i]);
    return status;
}

/* --- blind ------------------------------------------------------------------------------------- */

struct blind_options {
    struct rsa_subject subject;
    struct report_options report;
    const char *m, *r;
    bool fixed;
};

#define S struct blind_options
static const struct option_row blind_rows[] = {
    ARGUMENT(S, subject.key, "no key given: it plays the signer"),
    READ(S, m, "m", 0, "NUMBER", "What he would not sign, or decrypt", rsa_subject_read),
    READ(S, r, "r", 0, "NUMBER", "Hide it by this number (default: random)", rsa_subject_read),
    FLAG(S, fixed, "fixed", 0, "The signer hashes and pads what he is given"),
    GROUP(S, subject.home, home_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_blind(void *given, const struct argp_state *state)
{
    const struct blind_options *options = given;
    if (!options->m && !rsa_is_recording(options->subject.key))
        console_usage(state, "no number given: --m");
}

static const struct option_table blind_table = {
    .rows = blind_rows,
    .arguments = N_("KEY"),
    .text = N_(
        "Has a number signed by one who would not sign it: he is asked for m r^e, and r is taken "
        "off the answer. The signer is played by a pair of yours; of the attacker's side only n "
        "and e are used."
        "\vExamples:\n"
        "  attack rsa blind anna --m 65 --r 7\n"
        "  attack rsa blind anna --m 65 --fixed"),
    .check = check_blind,
};

/* 00 01, eight ff, 00, DigestInfo and digest of SHA-256: 62 bytes. */
enum { FIXED_LEAST_BITS = 489 };

struct signer {
    const struct rsa_key *pair;
    mpz_t forbidden;
    bool fixed;
};

/* Raw: the number itself. Fixed: the block of PKCS #1 v1.5 with the number's hash. */
static bool sign_number(void *context, mpz_t answer, const mpz_t question)
{
    const struct signer *signer = context;
    uint8_t bytes[RSA_MAX_BYTES], digest[RSA_MAX_HASH_BYTES];
    size_t count = 0;
    if (mpz_cmp(question, signer->forbidden) == 0)
        return false;
    mpz_export(bytes, &count, 1, 1, 1, 0, question);
    channel_hash.digest(digest, &(struct rsa_part){bytes, count}, 1);
    enum rsa_error error = signer->fixed
                               ? rsa_pkcs1_sign(bytes, signer->pair, &channel_hash, digest, NULL)
                               : rsa_private(bytes, signer->pair, bytes, count, NULL);
    mpz_import(answer, rsa_key_bytes(signer->pair), 1, 1, 1, 0, bytes);
    return error == RSA_OK;
}

struct blind_numbers {
    mpz_t n, e, r;
    struct signer signer;
};

static int blind(struct blind_numbers *numbers, const struct blind_options *options,
                 struct problem *problem)
{
    struct rsa_show show;
    const struct rsa_oracle oracle = {sign_number, &numbers->signer};
    numbers->signer.fixed = options->fixed;
    if (options->fixed && mpz_sizeinbase(numbers->n, 2) < FIXED_LEAST_BITS) {
        problem_set(problem, "a padded block does not fit under n of %zu bits",
                    mpz_sizeinbase(numbers->n, 2));
        problem_hint(problem, "--fixed takes a key of %d bits at least", FIXED_LEAST_BITS);
        return console_problem(problem, CONSOLE_FAILED);
    }
    if (!rsa_show_begin(&show, &options->report, "rsa blind", problem,
                        "a signer with n of %zu bits, who %s", mpz_sizeinbase(numbers->n, 2),
                        options->fixed ? _("hashes and pads what he is given")
                                       : _("signs every number but m")))
        return console_problem(problem, CONSOLE_FAILED);
    rsa_break_blind(&show.finding, numbers->n, numbers->e, numbers->signer.forbidden,
                    options->r ? numbers->r : NULL, &oracle, NULL, &show.listener);
    return rsa_show_end(&show);
}

static bool read_blind(struct blind_numbers *numbers, const struct blind_options *options,
                       struct problem *problem)
{
    rsa_subject_part(numbers->n, numbers->signer.pair, RSA_N);
    rsa_subject_part(numbers->e, numbers->signer.pair, RSA_E);
    return rsa_subject_number(numbers->signer.forbidden, "--m", options->m, problem) &&
           (!options->r || rsa_subject_number(numbers->r, "--r", options->r, problem));
}

int rsa_command_blind(int argc, char **argv)
{
    struct blind_options options = {.m = NULL};
    struct problem problem = {0};
    struct stored_key key;
    struct blind_numbers numbers;
    console_parse(&blind_table, argc, argv, &options);
    if (rsa_is_recording(options.subject.key))
        return rsa_recording_excuse(options.subject.key, "rsa blind", &options.report);
    if (!rsa_subject_key(&key, &options.subject, options.subject.key, KEY_PRIVATE, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    mpz_inits(numbers.n, numbers.e, numbers.r, numbers.signer.forbidden, NULL);
    numbers.signer.pair = key.key;
    int status = read_blind(&numbers, &options, &problem)
                     ? blind(&numbers, &options, &problem)
                     : console_problem(&problem, CONSOLE_FAILED);
    mpz_clears(numbers.n, numbers.e, numbers.r, numbers.signer.forbidden, NULL);
    stored_key_free(&key);
    return status;
}

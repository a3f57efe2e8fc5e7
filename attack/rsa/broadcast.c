/*
 * attack rsa broadcast, common-modulus: several ciphertexts of one message.
 */
#include "rsa.h"
#include "rsa_message_breaks.h"
#include "rsa_recording.h"
#include "rsa_show.h"
#include "rsa_subject.h"
#include "translate.h"

struct words_options {
    struct rsa_subject subject; /* of which only the home and n or e are asked for */
    struct report_options report;
    char **words;
    size_t count;
};

/* The words of the command line; false: not all of them could be read. */
static bool load_words(struct rsa_word *words, const struct words_options *options,
                       struct problem *problem)
{
    bool done = true;
    for (size_t i = 0; i < options->count && done; i++)
        done = rsa_word_load(&words[i], &options->subject, options->words[i], problem);
    return done;
}

/* The status of what could not be read: an option is missing, or what was given is wrong. */
static int refuse(const struct rsa_word *words, const struct words_options *options,
                  const struct problem *problem)
{
    bool known = options->subject.e || options->subject.n;
    for (size_t i = 0; i < options->count; i++)
        known = known || words[i].has_key;
    return console_problem(problem, known ? CONSOLE_FAILED : CONSOLE_USAGE);
}

static void clear_words(struct rsa_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rsa_word_clear(&words[i]);
}

/* --- broadcast --------------------------------------------------------------------------------- */

#define S struct words_options
static const struct option_row broadcast_rows[] = {
    ARGUMENTS(S, words, count,
              "no ciphertexts given: KEY:NUMBER, one for each who got the message"),
    READ(S, subject.e, "e", 0, "NUMBER", "Their public exponent, where no key says it",
         rsa_subject_read),
    GROUP(S, subject.home, home_table),
    GROUP(S, report, report_table),
    {0}};

static void check_broadcast(void *given, const struct argp_state *state)
{
    const struct words_options *options = given;
    if (options->count > RSA_BROADCAST_MOST)
        console_usage(state, "%zu ciphertexts; %d are the most", options->count,
                      RSA_BROADCAST_MOST);
}

static const struct option_table broadcast_table = {
    .rows = broadcast_rows,
    .arguments = N_("KEY:NUMBER..."),
    .text = N_(
        "Finds a message that was sent to several people under raw RSA with a small e. Each word "
        "is a modulus or a key, a colon, and what that one got."
        "\vExamples:\n"
        "  attack rsa broadcast --e 3 15:13 77:35 221:122\n"
        "  attack rsa broadcast anna:@anna.rsa boris:@boris.rsa clara:@clara.rsa"),
    .check = check_broadcast,
};

/* The e of all of them. */
static bool common_exponent(mpz_t e, const struct rsa_word *words,
                            const struct words_options *options, struct problem *problem)
{
    bool known = options->subject.e;
    if (known && !rsa_subject_number(e, "--e", options->subject.e, problem))
        return false;
    for (size_t i = 0; i < options->count; i++) {
        if (words[i].has_key && known && mpz_cmp(e, words[i].e) != 0)
            return problem_set(problem, "%s has another e than the others", options->words[i]);
        if (words[i].has_key)
            mpz_set(e, words[i].e);
        known = known || words[i].has_key;
    }
    if (known)
        return true;
    problem_set(problem, "no e is given: --e");
    return problem_hint(
        problem,
        "all of them have one e: --e 3, say; a key in the place of a number brings its own");
}

static int broadcast(const struct rsa_word *words, const mpz_t e,
                     const struct words_options *options, struct problem *problem)
{
    struct rsa_sent sent[RSA_BROADCAST_MOST];
    struct rsa_show show;
    for (size_t i = 0; i < options->count; i++)
        sent[i] = (struct rsa_sent){words[i].n, words[i].c};
    if (!rsa_show_begin(&show, &options->report, "rsa broadcast", problem,
                        translate_count("%zu ciphertext of one message",
                                        "%zu ciphertexts of one message", options->count),
                        options->count))
        return console_problem(problem, CONSOLE_FAILED);
    rsa_break_broadcast(&show.finding, e, sent, options->count, &show.listener);
    return rsa_show_end(&show);
}

int rsa_command_broadcast(int argc, char **argv)
{
    struct words_options options = {.count = 0};
    struct rsa_word words[RSA_BROADCAST_MOST] = {0};
    struct problem problem = {0};
    mpz_t e;
    console_parse(&broadcast_table, argc, argv, &options);
    if (rsa_is_recording(options.words[0]))
        return rsa_recording_excuse(options.words[0], "rsa broadcast", &options.report);
    mpz_init(e);
    int status;
    if (!load_words(words, &options, &problem))
        status = console_problem(&problem, CONSOLE_FAILED);
    else if (common_exponent(e, words, &options, &problem))
        status = broadcast(words, e, &options, &problem);
    else
        status = refuse(words, &options, &problem);
    clear_words(words, options.count);
    mpz_clear(e);
    return status;
}

/* --- common modulus ---------------------------------------------------------------------------- */

static const struct option_row common_rows[] = {
    ARGUMENTS(S, words, count, "no ciphertexts given: E:NUMBER, twice"),
    READ(S, subject.n, "n", 0, "NUMBER", "The modulus, where no key says it", rsa_subject_read),
    GROUP(S, subject.home, home_table),
    GROUP(S, report, report_table),
    {0}};
#undef S

static void check_common(void *given, const struct argp_state *state)
{
    const struct words_options *options = given;
    if (options->count != 2 && !rsa_is_recording(options->words[0]))
        console_usage(state,
                      translate_count("%zu ciphertext; it takes two, each E:NUMBER",
                                      "%zu ciphertexts; it takes two, each E:NUMBER",
                                      options->count),
                      options->count);
}

static const struct option_table common_table = {
    .rows = common_rows,
    .arguments = N_("E:NUMBER E:NUMBER"),
    .text = N_("Finds a message that was sent twice under the same n, with two e. Each word is an "
               "exponent or a key, a colon, and the ciphertext."
               "\vExamples:\n"
               "  attack rsa common-modulus --n 3233 17:2790 7:1317\n"
               "  attack rsa common-modulus anna:@anna.rsa boris:@boris.rsa"),
    .check = check_common,
};

static bool common_n(mpz_t n, const struct rsa_word words[2], const struct words_options *options,
                     struct problem *problem)
{
    bool known = options->subject.n;
    if (known && !rsa_subject_number(n, "--n", options->subject.n, problem))
        return false;
    for (int i = 0; i < 2; i++) {
        if (words[i].has_key && known && mpz_cmp(n, words[i].n) != 0) {
            problem_set(problem, "%s has another n", options->words[i]);
            return problem_hint(problem, "attack rsa broadcast is for different n");
        }
        if (words[i].has_key)
            mpz_set(n, words[i].n);
        known = known || words[i].has_key;
    }
    if (known)
        return true;
    problem_set(problem, "no n is given: --n");
    return problem_hint(problem,
                        "both have one n: --n 3233, say; a key in the place of an exponent "
                        "brings its own");
}

static int common_modulus(const struct rsa_word words[2], const mpz_t n,
                          const struct words_options *options, struct problem *problem)
{
    const struct rsa_raised sent[2] = {{words[0].e, words[0].c}, {words[1].e, words[1].c}};
    struct rsa_show show;
    if (!rsa_show_begin(&show, &options->report, "rsa common-modulus", problem,
                        "two ciphertexts under one n of %zu bits", mpz_sizeinbase(n, 2)))
        return console_problem(problem, CONSOLE_FAILED);
    rsa_break_common_modulus(&show.finding, n, sent, &show.listener);
    return rsa_show_end(&show);
}

int rsa_command_common_modulus(int argc, char **argv)
{
    struct words_options options = {.count = 0};
    struct rsa_word words[2] = {0};
    struct problem problem = {0};
    mpz_t n;
    console_parse(&common_table, argc, argv, &options);
    if (rsa_is_recording(options.words[0]))
        return rsa_recording_excuse(options.words[0], "rsa common-modulus", &options.report);
    mpz_init(n);
    int status;
    if (!load_words(words, &options, &problem))
        status = console_problem(&problem, CONSOLE_FAILED);
    else if (common_n(n, words, &options, &problem))
        status = common_modulus(words, n, &options, &problem);
    else
        status = refuse(words, &options, &problem);
    clear_words(words, options.count);
    mpz_clear(n);
    return status;
}

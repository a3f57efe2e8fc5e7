/*
 * keytool gen: makes a key pair, at random or from two primes given by hand.
 */
#include "fingerprint.h"
#include "flaw_option.h"
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "number.h"
#include "option_table.h"
#include "passphrase_option.h"
#include "protection.h"
#include "seed_option.h"
#include "suite_option.h"
#include "sym_memory.h"
#include "translate.h"
#include "weak_key.h"

#include <stdlib.h>
#include <string.h>

struct gen_options {
    struct home_options home;
    struct protection_options protection;
    const char *name;
    unsigned bits; /* 0: not given */
    const char *exponent, *p, *q;
    bool force;
    struct key_marks marks;
    struct flaw_option flaw;
};

static void check(void *field, const struct argp_state *state)
{
    struct gen_options *options = field;
    const struct passphrase_source *opening = &options->home.access.passphrase;
    if (passphrase_source_given(opening) && !passphrase_source_given(&options->protection.source)) {
        /* no key is opened here: --passphrase-file is that of the new one */
        options->protection.source = *opening;
        options->protection.wanted = true;
    }
    if ((!options->p) != (!options->q))
        console_usage(state, "--p and --q belong together");
    if (options->p && options->bits != 0)
        console_usage(state, "--bits is decided by --p and --q");
    if (options->protection.wanted && options->marks.published)
        console_usage(state, "a published example has nothing for a passphrase to protect");
    if (options->marks.seed.given && (options->p || options->marks.published))
        console_usage(state, "--seed makes the primes, and its own mark: without --p, --q and "
                             "--published");
    flaw_check(&options->flaw, options->p || options->exponent, options->bits, state);
    if (options->protection.wanted && options->flaw.wanted)
        console_usage(state,
                      "a key that is weak on purpose has nothing for a passphrase to protect");
    if (options->flaw.wanted)
        strcpy(options->marks.flaw, rsa_flaw_name(options->flaw.flaw));
    if (options->protection.iterations != 0 && !options->protection.wanted)
        console_usage(state, "--iterations goes with --passphrase");
}

#define S struct gen_options
static const struct option_row rows[] = {
    ARGUMENT(S, name, "no name given"),
    NUMBER(S, bits, "bits", 0, "BITS", "Size of the modulus (default 2048)", RSA_MIN_GENERATED_BITS,
           RSA_MAX_BITS),
    READ(S, exponent, "exponent", 0, "E", "Public exponent, odd (default 65537)", number_read),
    READ(S, p, "p", 0, "PRIME", "First prime, given by hand; needs --q", number_read),
    READ(S, q, "q", 0, "PRIME", "Second prime", number_read),
    FLAG(S, force, "force", 0, "Replace a key of that name; a copy of the old is kept"),
    FLAG(S, marks.published, "published", 0,
         "Mark it as an example for everybody to read; it is refused without --allow-published"),
    READ(S, marks.seed, "seed", 0, "N",
         "Make it from N, as chat and ftp do under --seed N: for lessons, for everybody can",
         seed_read),
    READ(S, flaw, "flaw", 0, "FLAW",
         "Make it weak on purpose: close, shared=NAME|FILE, smooth, small-d, pattern or "
         "fixed-bases; "
         "it is marked, and refused by all that uses keys",
         flaw_read),
    READ(S, marks.family, "suite", 0, "modern|textbook",
         "What it is for, and for nothing else (default: modern)", suite_read_family),
    GROUP(S, home, home_table),
    GROUP(S, protection, protection_table),
    {0}};

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("NAME"),
    .text = N_(
        "Makes a key pair: keys/NAME.key.csv, which only you can read, and keys/NAME.pub.csv, "
        "which you give away."
        "\vExamples:\n"
        "  keytool gen anna\n"
        "  keytool gen anna --passphrase\n"
        "  keytool gen small --bits 64 --exponent 17\n"
        "  keytool gen textbook --p 61 --q 53 --exponent 17\n"
        "  keytool gen client-textbook --suite textbook\n"
        "  keytool gen weak --flaw close --bits 1024"),
    .check = check,
};

/* Before the long search for primes. *protection is left NULL if there is to be none. */
static bool get_protection(const struct key_protection **protection, struct key_protection *room,
                           char secret[PASSPHRASE_BYTES], const struct gen_options *options,
                           struct problem *problem)
{
    char prompt[KEY_NAME_BYTES + 64];
    if (!options->protection.wanted)
        return true;
    snprintf(prompt, sizeof(prompt), _("New passphrase of %.*s"), KEY_NAME_BYTES, options->name);
    if (!protection_get(room, secret, &options->protection, prompt, problem))
        return false;
    *protection = room;
    if (secret[0] != '\0')
        return true;
    problem_set(problem, "the passphrase is empty");
    return problem_hint(problem, "leave --passphrase out if there is to be none");
}

/* Primes by hand: |p - q| was not judged. What was generated is good by the way it was made. */
static enum rsa_error make_good(struct rsa_key **pair, const struct gen_options *options,
                                unsigned bits, const struct rsa_random *source)
{
    if (!options->p)
        return rsa_key_generate(pair, bits, options->exponent, source);
    enum rsa_error error = rsa_key_from_primes(pair, options->p, options->q,
                                               !options->exponent ? "65537" : options->exponent);
    return error ? error : rsa_key_check_quickly(*pair, NULL);
}

static bool make(struct rsa_key **pair, int *status, const struct home *home,
                 const struct gen_options *options, struct problem *problem)
{
    struct lesson_seed lesson, *seed = seed_begin(&lesson, options->marks.seed, options->name);
    struct seed_stream stream = {0};
    unsigned bits = options->bits == 0 ? KEY_LEARNING_BITS : options->bits;
    const struct rsa_random *source = seed ? &stream.random : NULL;
    if (seed)
        seed_stream_start(&stream, seed, "identity key");
    if (options->flaw.wanted)
        return flaw_make(pair, &options->flaw, bits, home, &options->home.access, source, problem);
    enum rsa_error error = make_good(pair, options, bits, source);
    if (error == RSA_OK)
        return weak_key_check(*pair, "the key that was made", problem);
    *status = number_status(error);
    problem_set(problem, "cannot make this key: %s", translate(rsa_strerror(error)));
    if (error == RSA_ERR_EXPONENT)
        problem_hint(problem, "try another exponent, such as --exponent 17 or --exponent 3");
    return false;
}

static bool save(const struct home *home, const struct gen_options *options,
                 const struct rsa_key *pair, const struct key_protection *protection,
                 char backup[HOME_PATH_BYTES], struct problem *problem)
{
    const struct key_saving how = {
        .protection = protection, .replace = options->force, .marks = options->marks};
    return key_store_save(home, options->name, pair, &how, backup, problem);
}

static void report(const struct home *home, const struct gen_options *options,
                   const struct rsa_key *pair, const char *backup)
{
    char path[HOME_PATH_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    fingerprint_text(fingerprint, pair);
    printf(_("%s: %u bits, %s\n"), options->name, rsa_key_bits(pair), fingerprint);
    key_store_path(path, home, options->name, KEY_PRIVATE);
    printf(_("  private: %s%s\n"), path,
           options->protection.wanted ? ", under the passphrase" : "");
    key_store_path(path, home, options->name, KEY_PUBLIC);
    printf(_("  public:  %s\n"), path);
    if (backup[0] != '\0')
        printf(_("  the old key is kept as %s\n"), backup);
    if (options->flaw.wanted)
        console_note("weak on purpose: %s. It is marked so; nothing uses it but raw RSA, keytool "
                     "check, keytool audit and attack rsa",
                     rsa_flaw_words(options->flaw.flaw));
    else if (options->marks.family == FAMILY_TEXTBOOK)
        console_note("for the textbook suite and raw RSA alone: nothing else takes it");
    else if (rsa_key_bits(pair) < KEY_LEARNING_BITS)
        console_note("a key below %d bits is for learning only: it can be broken, and the modern "
                     "suite refuses it",
                     KEY_LEARNING_BITS);
    if (options->marks.published)
        console_note("marked as published: it protects nothing, and needs --allow-published");
}

int keytool_gen(int argc, char **argv)
{
    struct gen_options options = {.name = NULL};
    struct problem problem = {0};
    struct home home;
    struct rsa_key *pair = NULL;
    char backup[HOME_PATH_BYTES], secret[PASSPHRASE_BYTES] = "";
    struct key_protection room;
    const struct key_protection *protection = NULL;
    int status = CONSOLE_FAILED;
    console_parse(&table, argc, argv, &options);

    bool done = home_find(&home, options.home.directory, &problem) &&
                (key_store_check_free(&home, options.name, options.force, &problem) ||
                 problem_hint(&problem, "choose another name; or --force makes a new key and keeps "
                                        "a copy of the old")) &&
                get_protection(&protection, &room, secret, &options, &problem) &&
                make(&pair, &status, &home, &options, &problem) &&
                save(&home, &options, pair, protection, backup, &problem);
    sym_wipe(secret, sizeof(secret));
    if (done)
        report(&home, &options, pair, backup);
    rsa_key_free(pair);
    return done ? CONSOLE_DONE : console_problem(&problem, (enum console_status)status);
}

/*
 * keytool walk: the arithmetic told step by step, with the reader's own numbers. RSA; walk_dh.c has
 * Diffie-Hellman.
 */
#include "walk.h"
#include "home_option.h"
#include "keytool.h"
#include "number.h"
#include "operation.h"
#include "option_table.h"
#include "translate.h"

/* --- what all walks have in common ------------------------------------------------------------ */

#define S struct walk
static const struct option_row view_rows[] = {
    FLAG(S, show_private, "private", 0, "Show the values that give the private key away"),
    FLAG(S, json, "json", 0, "Print JSON"),
    FLAG(S, full, "full", 0, "Fold nothing: all digits, all lines"),
    {0}};
#undef S
const struct option_table walk_view = {.rows = view_rows};

bool walk_show(const struct walk *walk, struct problem *problem)
{
    if (walk->show_private)
        console_note("private values are shown: whoever sees them has the key");
    if (walk->no_memory)
        return problem_memory(problem);
    return (walk->json ? walk_print_json(walk) : walk_print(walk)) ||
           problem_set(problem, "the textbook came to another result than the library");
}

/* --- encrypt, decrypt, sign, verify ----------------------------------------------------------- */

struct walk_options {
    struct walk walk;
    struct operation operation;
};

static bool operate(const struct operation *operation, const struct rsa_key *key,
                    struct problem *problem)
{
    struct data out = {0};
    bool done = false;
    switch (operation->kind) {
    case OPERATION_ENCRYPT:
        done = operation_encrypt(&out, operation, key, problem);
        break;
    case OPERATION_DECRYPT:
        done = operation_decrypt(&out, operation, key, problem);
        break;
    case OPERATION_SIGN:
        done = operation_sign(&out, operation, key, problem);
        break;
    case OPERATION_VERIFY:
        done = operation_verify(operation, key, problem);
        break;
    }
    data_free(&out);
    return done;
}

static int walk_operation(enum operation_kind kind, const char *what, const char *arguments,
                          const char *doc, int argc, char **argv)
{
    struct walk_options options = {.operation = {.kind = kind}};
    const struct option_row rows[] = {GROUP(struct walk_options, operation, operation_tables[kind]),
                                      GROUP(struct walk_options, walk, walk_view),
                                      {0}};
    const struct option_table table = {.rows = rows, .arguments = arguments, .text = doc};
    struct problem problem = {0};
    struct stored_key key;
    console_parse(&table, argc, argv, &options);
    if (!operation_load_key(&key, &options.operation, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    walk_open(&options.walk, what);
    walk_keep_key(&options.walk, key.key);
    rsa_key_listen(key.key, &options.walk.listener);
    bool done = operate(&options.operation, key.key, &problem);
    done = walk_show(&options.walk, &problem) && done; /* as far as it came */
    walk_close(&options.walk);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

static int walk_encrypt(int argc, char **argv)
{
    return walk_operation(OPERATION_ENCRYPT, "encrypt", "NAME|FILE [MESSAGE]",
                          "Tells how a message is padded and raised to e."
                          "\vExamples:\n"
                          "  keytool walk encrypt textbook --padding raw --number 65\n"
                          "  echo hello | keytool walk encrypt boris",
                          argc, argv);
}

static int walk_decrypt(int argc, char **argv)
{
    return walk_operation(
        OPERATION_DECRYPT, "decrypt", "NAME|FILE [CIPHERTEXT]",
        "Tells how a ciphertext is blinded, raised to d by way of both primes, and "
        "unpadded."
        "\vExamples:\n"
        "  keytool walk decrypt textbook --padding raw --number 2790 --private\n"
        "  keytool walk decrypt boris letter.rsa",
        argc, argv);
}

static int walk_sign(int argc, char **argv)
{
    return walk_operation(OPERATION_SIGN, "sign", "NAME|FILE [MESSAGE]",
                          "Tells how a message is hashed, padded and raised to d."
                          "\vExamples:\n"
                          "  keytool walk sign anna letter.txt\n"
                          "  keytool walk sign textbook --padding raw --number 65 --private",
                          argc, argv);
}

static int walk_verify(int argc, char **argv)
{
    return walk_operation(OPERATION_VERIFY, "verify", "NAME|FILE SIGNATURE [MESSAGE]",
                          "Tells how a signature is raised to e and held against the message."
                          "\vExamples:\n"
                          "  keytool walk verify anna letter.sig letter.txt\n"
                          "  keytool walk verify textbook 588 --padding raw --number 65",
                          argc, argv);
}

/* --- gen -------------------------------------------------------------------------------------- */

struct gen_options {
    struct walk walk;
    struct home_options home;
    const char *name, *exponent, *p, *q;
    unsigned bits;
};

static void check_gen(void *field, const struct argp_state *state)
{
    const struct gen_options *options = field;
    if ((!options->p) != (!options->q))
        console_usage(state, "--p and --q belong together");
    if ((options->p != NULL) + (options->name != NULL) + (options->bits != 0) > 1)
        console_usage(state, "a key, --bits, or --p and --q: one of the three");
    if (options->name && options->exponent)
        console_usage(state, "the key %s has its exponent", options->name);
}

#define S struct gen_options
static const struct option_row gen_rows[] = {
    ARGUMENT(S, name, NULL),
    NUMBER(S, bits, "bits", 0, "BITS", "A fresh key of this size (default 2048)",
           RSA_MIN_GENERATED_BITS, RSA_MAX_BITS),
    READ(S, exponent, "exponent", 0, "E", "Its public exponent (default 65537)", number_read),
    READ(S, p, "p", 0, "PRIME", "First prime, given by hand; needs --q", number_read),
    READ(S, q, "q", 0, "PRIME", "Second prime", number_read),
    GROUP(S, home, home_table),
    GROUP(S, walk, walk_view),
    {0}};

static const struct option_table gen_table = {
    .rows = gen_rows,
    .arguments = N_("[NAME|FILE]"),
    .text = N_(
        "Tells how a key is made: a fresh one, which is shown and not kept; one of two primes; or, "
        "from its primes on, one that is there."
        "\vExamples:\n"
        "  keytool walk gen --p 61 --q 53 --exponent 17 --private\n"
        "  keytool walk gen --bits 64 --private\n"
        "  keytool walk gen anna"),
    .check = check_gen,
};

/* The numbers of a key that is there follow from its primes and e. */
static bool make_again(struct rsa_key **pair, const struct gen_options *options,
                       struct problem *problem)
{
    struct home home;
    struct stored_key key;
    if (!home_find(&home, options->home.directory, problem) ||
        !key_store_find(&key, &home, options->name, KEY_PRIVATE, &options->home.access, problem))
        return false;
    char *p = rsa_key_number_text(key.key, RSA_P, 16), *q = rsa_key_number_text(key.key, RSA_Q, 16);
    char *e = rsa_key_number_text(key.key, RSA_E, 16);
    enum rsa_error error = !p || !q || !e
                               ? RSA_ERR_MEMORY
                               : rsa_key_from_primes_told(pair, p, q, e, &options->walk.listener);
    rsa_text_free(p);
    rsa_text_free(q);
    rsa_text_free(e);
    stored_key_free(&key);
    return error == RSA_OK || problem_set(problem, "%s", translate(rsa_strerror(error)));
}

static bool make(struct rsa_key **pair, int *status, const struct gen_options *options,
                 struct problem *problem)
{
    if (options->name)
        return make_again(pair, options, problem);
    enum rsa_error error =
        options->p
            ? rsa_key_from_primes_told(pair, options->p, options->q, options->exponent,
                                       &options->walk.listener)
            : rsa_key_generate_told(pair, options->bits == 0 ? KEY_LEARNING_BITS : options->bits,
                                    options->exponent, NULL, &options->walk.listener);
    *status = number_status(error);
    return error == RSA_OK ||
           problem_set(problem, "cannot make this key: %s", translate(rsa_strerror(error)));
}

static int walk_gen(int argc, char **argv)
{
    struct gen_options options = {.name = NULL};
    struct problem problem = {0};
    struct rsa_key *pair = NULL;
    int status = CONSOLE_FAILED;
    console_parse(&gen_table, argc, argv, &options);
    options.home.access.any_family = options.home.access.allow_flawed =
        true; /* it is only looked at */
    walk_open(&options.walk, "gen");
    bool done = make(&pair, &status, &options, &problem);
    done = walk_show(&options.walk, &problem) && done;
    walk_close(&options.walk);
    rsa_key_free(pair);
    return done ? CONSOLE_DONE : console_problem(&problem, (enum console_status)status);
}

static const struct console_command commands[] = {
    {"gen", N_("how a key is made"), walk_gen},
    {"encrypt", N_("how a message is encrypted"), walk_encrypt},
    {"decrypt", N_("how it is decrypted"), walk_decrypt},
    {"sign", N_("how a message is signed"), walk_sign},
    {"verify", N_("how a signature is checked"), walk_verify},
    {"dh", N_("how two agree on a key by Diffie-Hellman"), walk_dh},
    {NULL, NULL, NULL},
};

int keytool_walk(int argc, char **argv)
{
    return console_dispatch(
        commands, "Tells the arithmetic of RSA and of Diffie-Hellman, step by step.", argc, argv);
}

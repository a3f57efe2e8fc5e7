/*
 * keytool export: a key in a format that other programs read.
 */
#include "console.h"
#include "home_option.h"
#include "key_formats.h"
#include "key_store.h"
#include "keytool.h"
#include "output_file.h"
#include "protection.h"
#include "sym_memory.h"

#include <sys/stat.h>

struct export_options {
    struct home_options home;
    struct protection_options protection;
    const char *name, *output;
    enum key_format format;
    bool public, der;
};

enum { OPTION_FORMAT = 1, OPTION_PUBLIC, OPTION_DER };

static const struct argp_option options_table[] = {
    {"format", OPTION_FORMAT, "csv|pkcs1|pkcs8|spki|openssh|jwk", 0, "What to write", 0},
    {"public", OPTION_PUBLIC, NULL, 0, "The public half alone (spki has no other)", 0},
    {"der", OPTION_DER, NULL, 0, "DER instead of PEM (pkcs1, pkcs8, spki)", 0},
    {"output", 'o', "FILE", 0, "A new file (default: standard output)", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct export_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->home;
        state->child_inputs[1] = &options->protection;
        return 0;
    case OPTION_FORMAT:
        if (!key_format_parse(&options->format, argument))
            console_usage(state,
                          "--format is '%s'; it can be csv, pkcs1, pkcs8, spki, openssh "
                          "or jwk",
                          argument);
        return 0;
    case OPTION_PUBLIC:
        options->public = true;
        return 0;
    case OPTION_DER:
        options->der = true;
        return 0;
    case 'o':
        options->output = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (options->name != NULL)
            return ARGP_ERR_UNKNOWN;
        options->name = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->name == NULL)
            console_usage(state, "no key given");
        if (options->format == KEY_FORMATS)
            console_usage(state, "no --format given: csv, pkcs1, pkcs8, spki, openssh or jwk");
        if (options->protection.iterations != 0 && !options->protection.wanted)
            console_usage(state, "--iterations goes with --passphrase");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    {&home_argp, 0, NULL, 0}, {&protection_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options_table,
    .parser = parse,
    .args_doc = "NAME|FILE",
    .doc = "Writes a key in a format that other programs read: the pair, or with --public its "
           "public half. A file that is there already is not replaced; one with a private key is "
           "yours alone to read, and in the clear unless it gets a --passphrase (pkcs8, csv)."
           "\vExamples:\n"
           "  keytool export anna --format pkcs8 -o anna.pem\n"
           "  keytool export anna --format pkcs8 --passphrase -o anna.pem\n"
           "  keytool export anna --format openssh --public\n"
           "  keytool export ./boris.pub.csv --format spki --der -o boris.der",
    .children = children,
};

#define SECRET_MODE (S_IRUSR | S_IWUSR)
#define PUBLIC_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* less the umask */

/* A private key must not slip into a file that others can read: so into none that is there. */
static bool check_new(const char *path, struct problem *problem)
{
    struct stat status;
    if (path == NULL || lstat(path, &status) != 0)
        return true;
    problem_set(problem, "%s is there already", path);
    return problem_hint(problem, "choose another name, or remove that file first");
}

static bool write_out(const struct key_text *text, const char *path, bool private,
                      struct problem *problem)
{
    struct output_file out = {0};
    bool done = check_new(path, problem) &&
                output_file_open(&out, path, private ? SECRET_MODE : PUBLIC_MODE, problem) &&
                output_file_write(&out, text->data, text->bytes, problem) &&
                output_file_finish(&out, problem);
    output_file_close(&out);
    return done;
}

/* What can be known before anybody is asked for a passphrase. */
static bool check_wish(const struct export_options *options, bool private, struct problem *problem)
{
    const struct key_protection some = {0};
    return key_wish_check(
        &(struct key_wish){.format = options->format,
                           .private = private,
                           .der = options->der,
                           .protection = options->protection.wanted ? &some : NULL},
        problem);
}

static bool write_key(const struct stored_key *key, const struct export_options *options,
                      bool private, const struct key_protection *protection,
                      struct problem *problem)
{
    struct key_text text = {0};
    const struct key_wish wish = {.format = options->format,
                                  .private = private,
                                  .der = options->der,
                                  .published = key->published,
                                  .family = key->family,
                                  .seed = key->seed,
                                  .name = key->name,
                                  .created = key->created,
                                  .protection = protection};
    bool done = key_formats_write(&text, key->key, &wish, problem) &&
                write_out(&text, options->output, private, problem);
    key_text_free(&text);
    if (done && key->family == FAMILY_TEXTBOOK && options->format != KEY_FORMAT_CSV)
        console_note(
            "the format does not say that this key is for the textbook suite: whoever takes it "
            "in adds --suite textbook");
    if (done && private && protection == NULL)
        console_note("the private key is written in the clear%s",
                     key->iterations > 0 ? ", without the passphrase that protects it here" : "");
    return done;
}

static bool export(const struct stored_key *key, const struct export_options *options, bool private,
                   struct problem *problem)
{
    char secret[PASSPHRASE_BYTES];
    struct key_protection protection;
    if (!options->protection.wanted)
        return write_key(key, options, private, NULL, problem);
    bool done = protection_get(&protection, secret, &options->protection,
                               "New passphrase of the exported key", problem) &&
                (secret[0] != '\0' || problem_set(problem, "the passphrase is empty")) &&
                write_key(key, options, private, &protection, problem);
    sym_wipe(secret, sizeof(secret));
    return done;
}

int keytool_export(int argc, char **argv)
{
    struct export_options options = {.format = KEY_FORMATS};
    struct problem problem = {0};
    struct home home;
    struct stored_key key = {0};
    console_parse(&argp, argc, argv, &options);
    options.home.access.any_family = true;
    bool private = !options.public && options.format != KEY_FORMAT_SPKI;
    bool done = check_wish(&options, private, &problem) && check_new(options.output, &problem) &&
                home_find(&home, options.home.directory, &problem) &&
                key_store_find(&key, &home, options.name, private ? KEY_PRIVATE : KEY_PUBLIC,
                               &options.home.access, &problem) &&
                export(&key, &options, private, &problem);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/*
 * keytool export: a key in a format that other programs read.
 */
#include "home_option.h"
#include "key_formats.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "output_file.h"
#include "protection.h"
#include "sym_memory.h"
#include "translate.h"

#include <sys/stat.h>

struct export_options {
    struct home_options home;
    struct protection_options protection;
    const char *name, *output;
    enum key_format format;
    bool public, der;
};

static void read_format(void *field, const char *what, const char *text,
                        const struct argp_state *state)
{
    if (!key_format_parse(field, text))
        console_usage(state, "%s is '%s'; it can be csv, pkcs1, pkcs8, spki, openssh or jwk", what,
                      text);
}

static void check(void *field, const struct argp_state *state)
{
    const struct export_options *options = field;
    if (options->format == KEY_FORMATS)
        console_usage(state, "no --format given: csv, pkcs1, pkcs8, spki, openssh or jwk");
    if (options->protection.iterations != 0 && !options->protection.wanted)
        console_usage(state, "--iterations goes with --passphrase");
}

#define S struct export_options
static const struct option_row rows[] = {
    ARGUMENT(S, name, "no key given"),
    READ(S, format, "format", 0, "csv|pkcs1|pkcs8|spki|openssh|jwk", "What to write", read_format),
    FLAG(S, public, "public", 0, "The public half alone (spki has no other)"),
    FLAG(S, der, "der", 0, "DER instead of PEM (pkcs1, pkcs8, spki)"),
    TEXT(S, output, "output", 'o', "FILE", "A new file (default: standard output)"),
    GROUP(S, home, home_table),
    GROUP(S, protection, protection_table),
    {0}};

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("NAME|FILE"),
    .text = N_("Writes a key in a format that other programs read: the pair, or with --public its "
               "public half. A file that already exists is not replaced; one with a private key is "
               "yours alone to read, and in the clear unless it gets a --passphrase (pkcs8, csv)."
               "\vExamples:\n"
               "  keytool export anna --format pkcs8 -o anna.pem\n"
               "  keytool export anna --format pkcs8 --passphrase -o anna.pem\n"
               "  keytool export anna --format openssh --public\n"
               "  keytool export ./boris.pub.csv --format spki --der -o boris.der"),
    .check = check,
};

#define SECRET_MODE (S_IRUSR | S_IWUSR)
#define PUBLIC_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* less the umask */

/* A private key must not slip into a file that others can read: so into none that is there. */
static bool check_new(const char *path, struct problem *problem)
{
    struct stat status;
    if (!path || lstat(path, &status) != 0)
        return true;
    problem_set(problem, "%s already exists", path);
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
                                  .marks = key->marks,
                                  .name = key->name,
                                  .created = key->created,
                                  .protection = protection};
    bool done = key_formats_write(&text, key->key, &wish, problem) &&
                write_out(&text, options->output, private, problem);
    key_text_free(&text);
    if (done && key->marks.family == FAMILY_TEXTBOOK && options->format != KEY_FORMAT_CSV)
        console_note(
            "the format does not say that this key is for the textbook suite: whoever takes it "
            "in adds --suite textbook");
    if (done && key->marks.flaw[0] != '\0')
        console_note("this key was made weak on purpose (flaw: %s)%s", key->marks.flaw,
                     options->format == KEY_FORMAT_CSV ? "" : ", and the format does not say so");
    if (done && private && !protection)
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
                               _("New passphrase of the exported key"), problem) &&
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
    console_parse(&table, argc, argv, &options);
    options.home.access.any_family = options.home.access.allow_flawed = true;
    bool private = !options.public && options.format != KEY_FORMAT_SPKI;
    bool done = check_wish(&options, private, &problem) && check_new(options.output, &problem) &&
                home_find(&home, options.home.directory, &problem) &&
                key_store_find(&key, &home, options.name, private ? KEY_PRIVATE : KEY_PUBLIC,
                               &options.home.access, &problem) &&
                export(&key, &options, private, &problem);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

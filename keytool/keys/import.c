/*
 * keytool import: keys of other programs come into the store.
 */
#include "fingerprint.h"
#include "home_option.h"
#include "key_input.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "suite_option.h"
#include "sym_memory.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>

struct import_options {
    struct home_options home;
    const char *file, *name;
    bool has_family;
    enum key_family family;
};

#define DIGITS "0123456789"

static void read_suite(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct import_options *options = field;
    suite_read_family(&options->family, what, text, state);
    options->has_family = true;
}

#define S struct import_options
static const struct option_row rows[] = {
    ARGUMENT(S, file, "no file given"),
    READ(S, name, "name", 0, "NAME",
         "The name it goes by here (default: what the key or its file is called)", key_name_read),
    READ_ALL("suite", 0, "modern|textbook",
             "modern or textbook: what it is for (default: what our CSV says, else modern)",
             read_suite),
    GROUP(S, home, home_table),
    {0}};

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("FILE|-"),
    .text = N_(
        "Takes keys into the store, from PEM or DER (PKCS#1, PKCS#8, SPKI, X.509 "
        "certificates), OpenSSH (also authorized_keys and known_hosts), JWK, or our own CSV; "
        "which of them, is seen from the content. All keys of the file come in, or none. A key "
        "under a passphrase (PKCS#8, CSV) stays under it."
        "\vExamples:\n"
        "  keytool import anna.pem\n"
        "  keytool import ~/.ssh/id_rsa --name me\n"
        "  ssh-keyscan -t rsa server | keytool import -"),
};

/* A protected key stays so, under the same passphrase: the one that was given last, for there may
 * be one private key in a file. */
struct rememberer {
    struct passphrase_source source;
    char secret[PASSPHRASE_BYTES];
};

static bool get_and_remember(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                             const char *what, unsigned attempt, struct problem *problem)
{
    struct rememberer *rememberer = source->context;
    if (!rememberer->source.get(secret, &rememberer->source, what, attempt, problem))
        return false;
    memcpy(rememberer->secret, secret, sizeof(rememberer->secret));
    return true;
}

/* What is to be saved, and under which names. */
struct import {
    struct key_finds finds;
    char (*names)[KEY_NAME_BYTES];
    const char *passphrase; /* of the protected one */
};

static bool is_taken(const struct import *import, size_t before, const char *name)
{
    for (size_t i = 0; i < before; i++)
        if (strcmp(import->names[i], name) == 0)
            return true;
    return false;
}

/* How many names so far are this one, or this one and a number. */
static unsigned count_alike(const struct import *import, size_t before, const char *plain)
{
    unsigned count = 0;
    size_t length = strlen(plain);
    for (size_t i = 0; i < before; i++) {
        const char *rest = import->names[i] + length;
        if (strncmp(import->names[i], plain, length) == 0)
            count += *rest == '\0' || (*rest == '-' && rest[1 + strspn(rest + 1, DIGITS)] == '\0');
    }
    return count;
}

/* "anna", "anna-2", "anna-3": several keys of one file may say the same name. The count leads to
 * the first free one at once, or nearly: a file may have ten thousand. */
static bool choose_name(struct import *import, size_t index, const char *path,
                        struct problem *problem)
{
    char *name = import->names[index], plain[KEY_NAME_BYTES];
    key_input_name(plain, &import->finds, index, path);
    strcpy(name, plain);
    for (unsigned again = count_alike(import, index, plain) + 1; is_taken(import, index, name);
         again++)
        snprintf(name, KEY_NAME_BYTES, "%.*s-%u", KEY_NAME_BYTES - 12, plain, again);
    return key_name_check(name, problem);
}

static bool choose_names(struct import *import, const struct import_options *options,
                         struct problem *problem)
{
    import->names = calloc(import->finds.count, sizeof(*import->names));
    if (!import->names)
        return problem_memory(problem);
    if (!options->name) {
        for (size_t i = 0; i < import->finds.count; i++)
            if (!choose_name(import, i, options->file, problem))
                return false;
        return true;
    }
    if (import->finds.count > 1)
        return problem_set(problem, "--name is for one key, and %s has %zu", options->file,
                           import->finds.count);
    if (!key_name_check(options->name, problem))
        return false;
    strcpy(import->names[0], options->name);
    return true;
}

static size_t count_private(const struct key_finds *finds)
{
    size_t count = 0;
    for (size_t i = 0; i < finds->count; i++)
        count += rsa_key_is_private(finds->keys[i].key);
    return count;
}

/* A key that was made for the textbook suite is of no other use, ever. */
static bool choose_family(struct import *import, const struct import_options *options,
                          struct problem *problem)
{
    for (size_t i = 0; options->has_family && i < import->finds.count; i++) {
        struct key_found *found = &import->finds.keys[i];
        if (found->marks.family == FAMILY_TEXTBOOK && options->family == FAMILY_MODERN) {
            problem_set(problem, "%s has a key of the textbook suite", options->file);
            return problem_hint(problem, "leave --suite out; a key of the modern suite is made by "
                                         "keytool gen NAME");
        }
        found->marks.family = options->family;
    }
    return true;
}

/* False: one of the keys is this key of the home, and for the other suites. */
static bool serve_one_purpose(const struct import *import, const struct stored_key *stored,
                              const struct home *home, struct problem *problem)
{
    for (size_t i = 0; i < import->finds.count; i++) {
        const struct key_found *found = &import->finds.keys[i];
        if (stored->marks.family == found->marks.family ||
            !rsa_key_equal_public(stored->key, found->key))
            continue;
        problem_set(problem, "'%s' of %s is this key, for the %s suite", stored->name,
                    home->directory, key_family_name(stored->marks.family));
        return problem_hint(problem,
                            "a key serves one purpose: keytool gen NAME --suite %s makes "
                            "one for the other",
                            key_family_name(found->marks.family));
    }
    return true;
}

static bool check_purposes(const struct import *import, const struct home *home,
                           struct problem *problem)
{
    char **names;
    size_t count;
    if (!key_store_names(&names, &count, home, problem))
        return false;
    bool done = true;
    for (size_t i = 0; done && i < count; i++) {
        struct problem ignored = {0}; /* a broken file of the home is another matter */
        struct stored_key stored;
        if (!key_store_load(&stored, home, names[i], KEY_PUBLIC, NULL, &ignored))
            continue;
        done = serve_one_purpose(import, &stored, home, problem);
        stored_key_free(&stored);
    }
    key_store_names_free(names, count);
    return done;
}

/* A stranger may have made the pair: reading it asked only what damage would show. */
static bool judge(const struct import *import, const char *file, struct problem *problem)
{
    for (size_t i = 0; i < import->finds.count; i++) {
        enum rsa_number bad;
        enum rsa_error error = rsa_key_check(import->finds.keys[i].key, &bad);
        if (error != RSA_OK)
            return problem_set(problem, "%s: %s: %s", file, rsa_number_name(bad),
                               translate(rsa_strerror(error)));
    }
    return true;
}

/* All that can be known before anything is written. */
static bool check(const struct import *import, const struct home *home, const char *file,
                  struct problem *problem)
{
    size_t private = count_private(&import->finds);
    if (private > 1) {
        problem_set(problem, "%s has %zu private keys", file, private);
        return problem_hint(problem, "import them one by one, each under a name of its own");
    }
    for (size_t i = 0; i < import->finds.count; i++) {
        if (!key_store_check_free(home, import->names[i], false, problem))
            return problem_hint(problem, import->finds.count == 1
                                             ? "--name NAME imports it under another name"
                                             : "import the keys one by one, each with --name NAME");
    }
    return check_purposes(import, home, problem) && judge(import, file, problem);
}

static bool save(const struct import *import, size_t index, const struct home *home,
                 struct problem *problem)
{
    const struct key_found *found = &import->finds.keys[index];
    const struct key_protection protection = {import->passphrase, KEY_ITERATIONS};
    bool protect = found->iterations > 0;
    const char *name = import->names[index];
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    const struct key_saving how = {.protection = protect ? &protection : NULL,
                                   .marks = found->marks};
    if (!key_store_save(home, name, found->key, &how, NULL, problem))
        return false;
    fingerprint_text(fingerprint, found->key);
    printf(_("%s: %s, %u bits, %s\n"), name,
           rsa_key_is_private(found->key) ? _("private") : _("public"), rsa_key_bits(found->key),
           fingerprint);
    if (protect)
        console_note(
            "%s: under the same passphrase here, with %u rounds of PBKDF2 (%u in the file)", name,
            protection.iterations, found->iterations);
    if (found->marks.family == FAMILY_TEXTBOOK)
        console_note("%s: for the textbook suite and raw RSA alone", name);
    else if (rsa_key_bits(found->key) < KEY_LEARNING_BITS)
        console_note("%s: a key below %d bits is for learning only", name, KEY_LEARNING_BITS);
    return true;
}

static bool save_all(struct import *import, const struct import_options *options,
                     const struct home *home, struct problem *problem)
{
    if (!choose_family(import, options, problem) || !choose_names(import, options, problem) ||
        !check(import, home, options->file, problem))
        return false;
    for (size_t i = 0; i < import->finds.count; i++)
        if (!save(import, i, home, problem))
            return false;
    return true;
}

int keytool_import(int argc, char **argv)
{
    struct import_options options = {.name = NULL};
    struct rememberer rememberer = {.secret = ""};
    struct import import = {.passphrase = rememberer.secret};
    struct problem problem = {0};
    struct home home;
    mode_t mode = 0;
    console_parse(&table, argc, argv, &options);
    rememberer.source = options.home.access.passphrase;
    options.home.access.passphrase.get = get_and_remember;
    options.home.access.passphrase.context = &rememberer;
    bool done = home_find(&home, options.home.directory, &problem) &&
                key_input_read(&import.finds, &mode, options.file, &options.home.access,
                               &problem) &&
                save_all(&import, &options, &home, &problem);
    sym_wipe(&rememberer, sizeof(rememberer));
    if (done && import.finds.others > 0)
        console_note("%zu keys of other kinds were passed over", import.finds.others);
    if (done && count_private(&import.finds) > 0 && (mode & (S_IRWXG | S_IRWXO)) != 0)
        console_note("others can read %s: chmod 600 it, or remove it", options.file);
    key_finds_free(&import.finds);
    free(import.names);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

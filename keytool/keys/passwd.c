/*
 * keytool passwd: sets, changes or removes the passphrase of a key in the store.
 */
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "protection.h"
#include "sym_memory.h"
#include "translate.h"

#include <stdio.h>
#include <string.h>

struct passwd_options {
    struct home_options home;
    struct protection_options protection;
    const char *name;
    bool remove;
};

static void check(void *field, const struct argp_state *state)
{
    const struct passwd_options *options = field;
    if (options->remove && (options->protection.wanted || options->protection.iterations != 0))
        console_usage(state, "--remove leaves nothing for a new passphrase to do");
}

#define S struct passwd_options
static const struct option_row rows[] = {
    ARGUMENT(S, name, "no key given"),
    FLAG(S, remove, "remove", 0, "Leave it without a passphrase, in the clear"),
    GROUP(S, home, home_table),
    GROUP(S, protection, new_passphrase_table),
    {0}};

static const struct option_table table = {
    .rows = rows,
    .arguments = N_("NAME"),
    .text = N_(
        "Gives the private key a passphrase, or another one; an empty one, typed, takes it away. "
        "The key stays the same: nobody has to be told. Copies made before are as they were."
        "\vExamples:\n"
        "  keytool passwd anna\n"
        "  keytool passwd anna --remove\n"
        "  keytool passwd server --passphrase-file old --new-passphrase-file new"),
    .check = check,
};

static bool load(struct stored_key *key, const struct home *home,
                 const struct passwd_options *options, struct problem *problem)
{
    if (!key_store_load(key, home, options->name, KEY_PRIVATE, &options->home.access, problem))
        return false;
    if (!key->marks.published)
        return true;
    problem_set(problem, "%s is a published example: everybody has it already", key->path);
    stored_key_free(key);
    return false;
}

static bool change(const struct home *home, const struct stored_key *key,
                   const struct passwd_options *options, struct problem *problem)
{
    char secret[PASSPHRASE_BYTES] = "", prompt[KEY_NAME_BYTES + 128];
    struct key_protection protection;
    snprintf(prompt, sizeof(prompt), _("New passphrase of %s (empty: none)"), options->name);
    bool done = options->remove ||
                protection_get(&protection, secret, &options->protection, prompt, problem);
    bool none = secret[0] == '\0';
    done = done && key_store_protect(home, key, none ? NULL : &protection, problem);
    sym_wipe(secret, sizeof(secret));
    if (done && none)
        printf(_("%s: without a passphrase: whoever can read %s has the key\n"), options->name,
               key->path);
    else if (done)
        printf(_("%s: protected by the new passphrase, %u rounds of PBKDF2\n"), options->name,
               protection.iterations);
    return done;
}

int keytool_passwd(int argc, char **argv)
{
    struct passwd_options options = {.name = NULL};
    struct problem problem = {0};
    struct home home;
    struct stored_key key = {0};
    console_parse(&table, argc, argv, &options);
    options.home.access.any_family = options.home.access.allow_flawed = true;
    bool done = home_find(&home, options.home.directory, &problem) &&
                load(&key, &home, &options, &problem) && change(&home, &key, &options, &problem);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/*
 * keytool check: every test that a key must pass, one by one.
 *
 * A file whose numbers do not belong together is refused on loading already, with the number's
 * place in the file. This command shows what was asked, of the half that is there, and tests the
 * primes as those of a stranger.
 */
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "table.h"

#include <stdio.h>

struct check_options {
    struct home_options home;
    const char *name;
    bool json;
};

#define S struct check_options
static const struct option_row rows[] = {ARGUMENT(S, name, "no key given"),
                                         FLAG(S, json, "json", 0, "Print JSON"),
                                         GROUP(S, home, home_table),
                                         {0}};

static const struct option_table command = {
    .rows = rows,
    .arguments = "NAME|FILE",
    .text = "Judges a key in full, the private half too if it is there, and says which test failed."
            "\vExamples:\n"
            "  keytool check anna\n"
            "  keytool check ./boris.pub.csv",
};

static const struct table_column columns[] = {
    {"test", TABLE_TEXT, false}, {"passed", TABLE_BOOLEAN, false}, {NULL, TABLE_TEXT, false}};

static void print_test(void *context, const char *what, enum rsa_error error)
{
    (void)context;
    enum console_style style = error == RSA_OK ? CONSOLE_GREEN : CONSOLE_RED;
    printf("%s%s%s  %s\n", console_style(stdout, style), error == RSA_OK ? "ok    " : "failed",
           console_style(stdout, CONSOLE_PLAIN), what);
}

/* For JSON: context is a table. */
static void keep_test(void *context, const char *what, enum rsa_error error)
{
    if (!table_add(context, (const char *const[]){what, table_boolean(error == RSA_OK)}))
        console_error("no memory");
}

/* Every test, as lines or as JSON. */
static enum rsa_error test(enum rsa_number *bad, const struct stored_key *key, bool json)
{
    if (!json)
        return rsa_key_check_each(key->key, bad, print_test, NULL);
    struct table *table = table_new(columns);
    if (!table)
        return RSA_ERR_MEMORY;
    enum rsa_error error = rsa_key_check_each(key->key, bad, keep_test, table);
    if (!table_print(table, true))
        error = RSA_ERR_MEMORY;
    table_free(table);
    return error;
}

static void tell_protection(const struct stored_key *key)
{
    if (key->iterations == 0)
        return;
    printf("%s: under a passphrase, %u rounds of PBKDF2\n", key->path, key->iterations);
    if (key->iterations < KEY_FEW_ITERATIONS)
        console_note("%u rounds are few: guessing costs little. keytool passwd NAME, or import and "
                     "export --passphrase, make it %u",
                     key->iterations, KEY_ITERATIONS);
}

static bool check(const struct stored_key *key, bool json, struct problem *problem)
{
    enum rsa_number bad = RSA_N;
    enum rsa_error error = test(&bad, key, json);
    if (error != RSA_OK)
        return problem_set(problem, "%s: %s: %s", key->path, rsa_number_name(bad),
                           rsa_strerror(error));
    if (json)
        return true;
    printf("%s: a good %s of %u bits\n", key->path,
           rsa_key_is_private(key->key) ? "pair" : "public key", rsa_key_bits(key->key));
    tell_protection(key);
    if (rsa_key_bits(key->key) < KEY_LEARNING_BITS)
        console_note("a key below %d bits is for learning only: it can be broken, and the modern "
                     "suite refuses it",
                     KEY_LEARNING_BITS);
    return true;
}

int keytool_check(int argc, char **argv)
{
    struct check_options options = {.name = NULL};
    struct problem problem = {0};
    struct home home;
    struct stored_key key;
    console_parse(&command, argc, argv, &options);
    /* It is only looked at. */
    options.home.access.allow_published = options.home.access.allow_seeded = true;
    options.home.access.any_family = true;
    if (!home_find(&home, options.home.directory, &problem) ||
        !key_store_find(&key, &home, options.name, KEY_WHOLE, &options.home.access, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = check(&key, options.json, &problem);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/*
 * keytool check: every test that a key must pass, one by one.
 *
 * A file whose numbers do not belong together is refused on loading already, with the number's
 * place in the file. This command shows what was asked, of the half that is there, and tests the
 * primes as those of a stranger. Then it looks for what is known to make keys weak.
 */
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "option_table.h"
#include "table.h"
#include "translate.h"
#include "weak_key.h"

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
    .arguments = N_("NAME|FILE"),
    .text = N_(
        "Judges a key in full, the private half too if it is there, and says which test failed."
        "\vExamples:\n"
        "  keytool check anna\n"
        "  keytool check ./boris.pub.csv"),
};

static const struct table_column columns[] = {
    {"test", TABLE_WORD, false}, {"passed", TABLE_BOOLEAN, false}, {NULL, TABLE_TEXT, false}};

static void print_test(void *context, const char *what, enum rsa_error error)
{
    (void)context;
    enum console_style style = error == RSA_OK ? CONSOLE_GREEN : CONSOLE_RED;
    printf("%s%s%s  %s\n", console_style(stdout, style),
           error == RSA_OK ? _("ok    ") : _("failed"), console_style(stdout, CONSOLE_PLAIN),
           translate(what));
}

/* For JSON: context is a table. */
static void keep_test(void *context, const char *what, enum rsa_error error)
{
    if (!table_add(context, (const char *const[]){what, table_boolean(error == RSA_OK)}))
        console_error("no memory");
}

typedef void test_told(void *context, const char *what, enum rsa_error error);

/* Known weaknesses, those of the deep part too as far as they are cheap beside the other tests. */
static void test_weakness(struct rsa_weakness_report *report, const struct rsa_key *key,
                          test_told *told, void *context)
{
    enum { BOUND = 1000 };
    rsa_weakness_of_key(report, key, BOUND);
    for (int i = 0; i < RSA_WEAKNESSES; i++) {
        char what[256];
        const struct rsa_weakness_info *info = rsa_weakness_info((enum rsa_weakness)i);
        snprintf(what, sizeof(what), "%s: %s", info->title, report->findings[i].detail);
        if (report->findings[i].verdict == RSA_BROKEN)
            told(context, what, RSA_ERR_MODULUS);
    }
    if (!report->is_weak)
        told(context,
             N_("none of the known weaknesses that show fast; keytool audit looks further"),
             RSA_OK);
}

static enum rsa_error run_tests(enum rsa_number *bad, struct rsa_weakness_report *report,
                                const struct rsa_key *key, test_told *told, void *context)
{
    enum rsa_error error = rsa_key_check_each(key, bad, told, context);
    if (rsa_key_bits(key) >= WEAK_KEY_LEAST_BITS)
        test_weakness(report, key, told, context);
    return error;
}

/* Every test, as lines or as JSON. */
static enum rsa_error test(enum rsa_number *bad, struct rsa_weakness_report *report,
                           const struct stored_key *key, bool json)
{
    if (!json)
        return run_tests(bad, report, key->key, print_test, NULL);
    struct table *table = table_new(columns);
    if (!table)
        return RSA_ERR_MEMORY;
    enum rsa_error error = run_tests(bad, report, key->key, keep_test, table);
    if (!table_print(table, true))
        error = RSA_ERR_MEMORY;
    table_free(table);
    return error;
}

/* Those that hold no private number. */
static void print_proofs(const struct rsa_weakness_report *report)
{
    for (int i = 0; i < RSA_WEAKNESSES; i++) {
        const struct rsa_weakness_info *info = rsa_weakness_info((enum rsa_weakness)i);
        if (report->findings[i].proof && !info->is_private)
            printf(_("proof (it prints True): %s\npython3 -c '%s'\n"), info->title,
                   report->findings[i].proof);
    }
}

static void tell_protection(const struct stored_key *key)
{
    if (key->iterations == 0)
        return;
    printf(_("%s: under a passphrase, %u rounds of PBKDF2\n"), key->path, key->iterations);
    if (key->iterations < KEY_FEW_ITERATIONS)
        console_note("%u rounds are few: guessing costs little. keytool passwd NAME, or import and "
                     "export --passphrase, make it %u",
                     key->iterations, KEY_ITERATIONS);
}

static bool judge(struct rsa_weakness_report *report, const struct stored_key *key, bool json,
                  struct problem *problem)
{
    enum rsa_number bad = RSA_N;
    enum rsa_error error = test(&bad, report, key, json);
    if (!json)
        print_proofs(report);
    if (key->marks.flaw[0] != '\0')
        console_note("%s was made weak on purpose (flaw: %s)", key->path, key->marks.flaw);
    if (report->is_weak)
        return weak_key_refuse(report, key->path, problem);
    return error == RSA_OK || problem_set(problem, "%s: %s: %s", key->path, rsa_number_name(bad),
                                          translate(rsa_strerror(error)));
}

static bool check(const struct stored_key *key, bool json, struct problem *problem)
{
    struct rsa_weakness_report report = {0};
    bool good = judge(&report, key, json, problem);
    rsa_weakness_report_free(&report);
    if (!good)
        return false;
    if (json)
        return true;
    printf(rsa_key_is_private(key->key) ? _("%s: a good pair of %u bits\n")
                                        : _("%s: a good public key of %u bits\n"),
           key->path, rsa_key_bits(key->key));
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
    options.home.access.any_family = options.home.access.allow_flawed = true;
    if (!home_find(&home, options.home.directory, &problem) ||
        !key_store_find(&key, &home, options.name, KEY_WHOLE, &options.home.access, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = check(&key, options.json, &problem);
    stored_key_free(&key);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

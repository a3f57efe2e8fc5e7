/*
 * keytool allow set and allow remove: the rows of people who are in the list already; of all that
 * were named, or of none.
 */
#include "allow_place.h"
#include "allow_terms.h"
#include "keytool.h"
#include "option_table.h"
#include "translate.h"

#include <stdio.h>

struct set_options {
    struct allow_place place;
    struct allow_terms terms;
    char **words; /* names and fingerprints, as typed */
    size_t count;
};

static void check_set(void *field, const struct argp_state *state)
{
    const struct set_options *options = field;
    if (options->terms.fields == 0)
        console_usage(state, "nothing to change: --name, --role, --quota, --expires, --comment");
    if (options->count > 1 && options->terms.values.name)
        console_usage(state, "--name is for one key, not for %zu", options->count);
}

#define S struct set_options
static const struct option_row set_rows[] = {
    ARGUMENTS(S, words, count, "no name or fingerprint given"),
    GROUP(S, terms, allow_terms_table),
    GROUP(S, place, allow_place_table),
    {0}};

static const struct option_table set_table = {
    .rows = set_rows,
    .arguments = N_("NAME|FINGERPRINT..."),
    .text = N_(
        "Changes what is said of keys in the allow-list; what is not given stays. A server that "
        "runs takes it over within a second or two."
        "\vExamples:\n"
        "  keytool allow set anna --quota 2G --expires 2026-06-30\n"
        "  keytool allow set anna boris eve --expires never\n"
        "  keytool allow set key-1344c37e15 --name eve"),
    .check = check_set,
};
static const struct option_row remove_rows[] = {
    ARGUMENTS(S, words, count, "no name or fingerprint given"),
    GROUP(S, place, allow_place_table),
    {0}};

static const struct option_table remove_table = {
    .rows = remove_rows,
    .arguments = N_("NAME|FINGERPRINT..."),
    .text = N_("Lets keys in no longer. A server that runs closes their sessions."
               "\vExamples:\n"
               "  keytool allow remove eve"),
};

/* What is done with one row: false, and the problem says why, if it cannot be. */
typedef bool change_row(struct allow_edit *edit, const struct allow_entry *entry,
                        const struct allow_terms *terms, struct problem *problem);

static bool set_row(struct allow_edit *edit, const struct allow_entry *entry,
                    const struct allow_terms *terms, struct problem *problem)
{
    return allow_edit_set(edit, entry, &terms->values, terms->fields, problem);
}

static bool remove_row(struct allow_edit *edit, const struct allow_entry *entry,
                       const struct allow_terms *terms, struct problem *problem)
{
    (void)terms;
    (void)problem;
    allow_edit_remove(edit, entry);
    return true;
}

typedef void tell_row(const struct allow_entry *entry, const struct allow_terms *terms);

static void tell_set(const struct allow_entry *entry, const struct allow_terms *terms)
{
    char quota[ALLOW_QUOTA_TEXT_BYTES];
    const struct allow_new *values = &terms->values;
    allow_quota_text(quota, values->quota);
    const struct {
        enum allow_field field;
        const char *what, *text, *none;
    } said[] = {{ALLOW_SET_NAME, "name", values->name, "none"},
                {ALLOW_SET_ROLE, "role", allow_role_name(values->role), NULL},
                {ALLOW_SET_QUOTA, "quota", quota, "none"},
                {ALLOW_SET_EXPIRES, "expires", values->expires, "never"},
                {ALLOW_SET_COMMENT, "comment", values->comment, "none"}};
    const char *before = ": ";
    printf(_("changed %s"), entry->name);
    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        if ((terms->fields & said[i].field) == 0)
            continue;
        printf("%s%s %s", before, said[i].what, said[i].text[0] ? said[i].text : said[i].none);
        before = ", ";
    }
    putchar('\n');
    allow_terms_note_expiry(entry->name, values->expires);
}

static void tell_removed(const struct allow_entry *entry, const struct allow_terms *terms)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES];
    (void)terms;
    fingerprint_digest_text(fingerprint, entry->digest);
    printf(_("removed %s: %s\n"), entry->name, fingerprint);
}

/* All words are looked at, so that all that is wrong is said at once. */
static bool change_all(struct allow_edit *edit, const struct set_options *options,
                       change_row *change)
{
    bool done = true;
    for (size_t i = 0; i < options->count; i++) {
        struct problem problem = {0};
        const struct allow_entry *entry = allow_list_find_word(allow_edit_before(edit),
                                                               options->words[i], &problem);
        if (!entry || !change(edit, entry, &options->terms, &problem)) {
            console_problem(&problem, CONSOLE_FAILED);
            done = false;
        }
    }
    if (!done && options->count > 1)
        console_error("nothing was changed");
    return done;
}

static int run(const struct set_options *options, change_row *change, tell_row *tell)
{
    struct problem problem = {0};
    struct home home;
    char path[HOME_PATH_BYTES];
    struct allow_edit *edit;
    if (!allow_place_find(&home, path, &options->place, &problem) ||
        !allow_edit_begin(&edit, path, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool done = change_all(edit, options, change) && allow_edit_write(edit, &problem);
    for (size_t i = 0; done && i < options->count; i++)
        tell(allow_list_find_word(allow_edit_before(edit), options->words[i], NULL),
             &options->terms);
    allow_edit_end(edit);
    if (problem.message[0] != '\0')
        console_problem(&problem, CONSOLE_FAILED);
    return done ? CONSOLE_DONE : CONSOLE_FAILED;
}

int allow_command_set(int argc, char **argv)
{
    struct set_options options = {.terms = ALLOW_TERMS_NONE};
    console_parse(&set_table, argc, argv, &options);
    return run(&options, set_row, tell_set);
}

int allow_command_remove(int argc, char **argv)
{
    struct set_options options = {.terms = ALLOW_TERMS_NONE};
    console_parse(&remove_table, argc, argv, &options);
    return run(&options, remove_row, tell_removed);
}

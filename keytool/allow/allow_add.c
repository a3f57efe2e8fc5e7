/*
 * keytool allow add: keys come into the allow-list, from files, from the home, or from those that a
 * server has refused; all that were named, or none.
 */
#include "allow_place.h"
#include "allow_terms.h"
#include "candidates.h"
#include "fingerprint_words.h"
#include "keytool.h"
#include "option_table.h"
#include "suite_option.h"
#include "translate.h"

struct add_options {
    struct allow_place place;
    struct allow_terms terms;
    char **words; /* what is to be added, as typed */
    size_t count;
    bool pass_known, has_family;
    enum key_family family;
};

static void read_suite(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct add_options *options = field;
    suite_read_family(&options->family, what, text, state);
    options->has_family = true;
}

#define S struct add_options
static const struct option_row add_rows[] = {
    ARGUMENTS(S, words, count, "no key given"),
    FLAG(S, pass_known, "new", 0, "Pass over keys that are allowed already"),
    READ_ALL("suite", 0, "modern|textbook",
             "modern or textbook: where they may come in (default: what the key or its refusal "
             "says, else modern)",
             read_suite),
    GROUP(S, terms, allow_terms_table),
    GROUP(S, place, allow_place_table),
    {0}};

static const struct option_table add_table = {
    .rows = add_rows,
    .arguments = N_("FILE|FOLDER|-|NAME|FINGERPRINT..."),
    .text = N_(
        "Lets keys in: from files of any format that keytool import reads, from all files of a "
        "folder, from stdin, by name from the home, or by the fingerprint or the six words under "
        "which a server has refused it. All of them come in, or none and every reason is said."
        "\vA key alone in its file goes by the file's name, up to the first dot; others by their "
        "comment. What is no key of the home is taken for a file.\n\n"
        "Examples:\n"
        "  keytool allow add class/*.pub\n"
        "  keytool allow add class --new --quota 500M --expires 2026-06-30\n"
        "  keytool allow add boris --name Борис --role admin\n"
        "  keytool allow add SHA256:N2PwzQd2... --name eve"),
};

static bool check_one_name(const struct candidates *candidates, const struct allow_new *terms,
                           struct problem *problem)
{
    if (!terms->name || candidates->count <= 1)
        return true;
    problem_set(problem, "--name is for one key, not for %zu", candidates->count);
    return problem_hint(problem, "without it each goes by the name of its file");
}

/* A fingerprint of the list does not wait: says whose it is. */
static bool say_listed(const char *path, const char *word)
{
    struct problem problem = {0};
    struct allow_list *list = NULL;
    const struct allow_entry *entry = NULL;
    if (fingerprint_is_meant(word) && allow_list_load(&list, path, NULL))
        entry = allow_list_find_word(list, word, NULL);
    if (entry) {
        allow_say_listed(&problem, list, entry);
        console_problem(&problem, CONSOLE_FAILED);
    }
    allow_list_free(list);
    return entry != NULL;
}

int allow_command_add(int argc, char **argv)
{
    struct add_options options = {.terms = ALLOW_TERMS_NONE};
    struct problem problem = {0};
    struct candidates candidates = {0};
    struct home home;
    char path[HOME_PATH_BYTES];
    console_parse(&add_table, argc, argv, &options);
    if (!allow_place_find(&home, path, &options.place, &problem) ||
        (!options.place.allowed && !home_make(&home, NULL, &problem)))
        return console_problem(&problem, CONSOLE_FAILED);
    for (size_t i = 0; i < options.count; i++) {
        if (say_listed(path, options.words[i]))
            candidates.faults += !options.pass_known;
        else
            candidates_gather(&candidates, &home, options.words[i],
                              options.place.home.access.allow_published);
    }
    if (options.has_family)
        candidates_choose_family(&candidates, options.family);
    bool done = check_one_name(&candidates, &options.terms.values, &problem);
    if (!done)
        console_problem(&problem, CONSOLE_FAILED);
    done = done &&
           candidates_let_in(&candidates, &home, path, &options.terms.values, options.pass_known);
    candidates_free(&candidates);
    return done ? CONSOLE_DONE : CONSOLE_FAILED;
}

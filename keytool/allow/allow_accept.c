/*
 * keytool allow accept: refused keys come into the allow-list, after a look at each.
 */
#include "allow_place.h"
#include "allow_terms.h"
#include "candidates.h"
#include "fingerprint_art.h"
#include "keytool.h"
#include "known_peers.h"
#include "option_table.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct accept_options {
    struct allow_place place;
    struct allow_terms terms;
    char **words; /* numbers and fingerprints, as typed */
    size_t count;
    bool all, yes;
};

static void check(void *field, const struct argp_state *state)
{
    const struct accept_options *options = field;
    if (options->all == (options->count > 0))
        console_usage(state, options->all ? "--all stands in the place of numbers"
                                          : "no key given; --all is for all that wait");
    if (options->terms.values.name && (options->all || options->count > 1))
        console_usage(state, "--name is for one key");
}

#define S struct accept_options
static const struct option_row accept_rows[] = {ARGUMENTS(S, words, count, NULL),
                                                FLAG(S, all, "all", 0, "All keys that wait"),
                                                FLAG(S, yes, "yes", 0, "Do not ask; for scripts"),
                                                GROUP(S, terms, allow_terms_table),
                                                GROUP(S, place, allow_place_table),
                                                {0}};

static const struct option_table accept_table = {
    .rows = accept_rows,
    .arguments = N_("NUMBER|FINGERPRINT..."),
    .text = N_(
        "Lets in keys that a server has refused, by their number or fingerprint in 'keytool "
        "allow pending'. Shows each key's fingerprint and picture and asks, to be compared with "
        "what its owner sees ('keytool fingerprint client --art')."
        "\vThe answer may be a name for the key. Nothing is changed before the last answer.\n\n"
        "Examples:\n"
        "  keytool allow accept 3\n"
        "  keytool allow accept 3 --name eve --quota 500M --yes\n"
        "  keytool allow accept --all"),
    .check = check,
};

/* --- asking ---------------------------------------------------------------------------------- */

enum answer { ANSWER_YES, ANSWER_NO, ANSWER_STOP };

static void show(const struct pending_key *row)
{
    char art[FINGERPRINT_ART_BYTES];
    fingerprint_art(art, row->key);
    fprintf(stderr,
            translate_count("Key %lu, from %s, refused %lu time, last %s\n",
                            "Key %lu, from %s, refused %lu times, last %s\n", row->times),
            row->number, row->address, row->times, row->last_seen);
    fprintf(stderr,
            row->family == FAMILY_TEXTBOOK ? _("%u bits, for the textbook suite, %s\n%s\n")
                                           : _("%u bits, %s\n%s\n"),
            rsa_key_bits(row->key), row->fingerprint, art);
}

/* Whether all who were let in so far and this one could come in together. Says why not. */
static bool could_come_in(const struct candidates *candidates, const char *path,
                          const struct allow_new *terms, const struct pending_key *row,
                          const char *name)
{
    struct allow_edit *edit;
    struct problem problem = {0};
    struct allow_new entry = *terms;
    bool done = allow_edit_begin(&edit, path, &problem);
    for (size_t i = 0; done && i < candidates->count; i++) {
        entry.key = candidates->list[i].key;
        entry.family = candidates->list[i].family;
        entry.name = candidates->list[i].name;
        done = allow_edit_add(edit, &entry, NULL, &problem);
    }
    entry.key = row->key;
    entry.family = row->family;
    entry.name = name;
    done = done && allow_edit_add(edit, &entry, NULL, &problem);
    allow_edit_end(edit);
    if (!done)
        console_problem(&problem, CONSOLE_FAILED);
    return done;
}

/* name: that of --name, or ""; what is typed instead. */
static enum answer ask(char name[KEY_NAME_BYTES], const struct candidates *candidates,
                       const char *path, const struct allow_new *terms,
                       const struct pending_key *row)
{
    char line[256], given[KEY_NAME_BYTES];
    strcpy(given, name);
    show(row);
    for (;;) {
        fputs(_("Let it in? (yes, no, or a name for it) "), stderr);
        if (!fgets(line, sizeof(line), stdin)) {
            fputc('\n', stderr);
            return ANSWER_STOP;
        }
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '\0' || strcmp(line, "no") == 0 || strcmp(line, "n") == 0)
            return ANSWER_NO;
        bool yes = strcmp(line, "yes") == 0 || strcmp(line, "y") == 0;
        const char *wanted = yes ? given : line;
        if (could_come_in(candidates, path, terms, row, wanted)) {
            strcpy(name, wanted); /* it is legal, and so short enough */
            return ANSWER_YES;
        }
    }
}

/* --- accepting ------------------------------------------------------------------------------- */

struct accepting {
    const struct accept_options *options;
    struct home home;
    char path[HOME_PATH_BYTES];
    struct pending_key *rows;
    size_t count;
    struct candidates candidates;
};

/* A key that is allowed already (a crash came between the two files, or an editor was used) needs
 * no question: it waits no longer. */
/* One row, once. False: stop, and change nothing. */
static bool consider(struct accepting *accepting, struct pending_key *row,
                     const struct allow_list *list)
{
    const struct accept_options *options = accepting->options;
    const char *given = options->terms.values.name;
    char name[KEY_NAME_BYTES];
    if (!row->key) /* typed twice */
        return true;
    snprintf(name, sizeof(name), "%s", !given ? "" : given);
    enum answer answer = ANSWER_YES;
    if (!options->yes && !allow_list_find_key(list, row->key))
        answer = ask(name, &accepting->candidates, accepting->path, &options->terms.values, row);
    if (answer == ANSWER_YES) {
        candidates_take(&accepting->candidates, row->key, row->family, name, "key %lu",
                        row->number);
        row->key = NULL; /* transferred */
    }
    return answer != ANSWER_STOP;
}

static bool consider_all(struct accepting *accepting, struct problem *problem)
{
    const struct accept_options *options = accepting->options;
    struct allow_list *list;
    if (!allow_list_load(&list, accepting->path, problem))
        return false;
    bool done = true;
    size_t count = options->all ? accepting->count : options->count;
    for (size_t i = 0; done && i < count; i++) {
        struct pending_key *row = options->all
                                      ? &accepting->rows[i]
                                      : pending_rows_find(accepting->rows, accepting->count,
                                                          options->words[i], problem);
        if (!row)
            done = false;
        else if (!consider(accepting, row, list))
            done = problem_set(problem, "no answer: nothing was changed");
    }
    allow_list_free(list);
    return done;
}

/* The names were asked for, one by one: --name is among them. */
static bool let_in(const struct accepting *accepting)
{
    struct allow_new terms = accepting->options->terms.values;
    terms.name = NULL;
    if (accepting->candidates.count == 0) {
        console_note("nobody was let in");
        return true;
    }
    return candidates_let_in(&accepting->candidates, &accepting->home, accepting->path, &terms,
                             true);
}

static bool find_rows(struct accepting *accepting, struct problem *problem)
{
    char pending[HOME_PATH_BYTES];
    const struct allow_place *place = &accepting->options->place;
    if (!allow_place_find(&accepting->home, accepting->path, place, problem))
        return false;
    home_path(pending, &accepting->home, HOME_PENDING);
    if (!pending_rows_read(&accepting->rows, &accepting->count, pending, problem))
        return false;
    if (accepting->count > 0 && !accepting->options->yes && !isatty(STDIN_FILENO)) {
        problem_set(problem, "accept asks, and there is no terminal to ask at");
        return problem_hint(problem, "add --yes, if the fingerprint was compared");
    }
    return true;
}

int allow_command_accept(int argc, char **argv)
{
    struct accept_options options = {.terms = ALLOW_TERMS_NONE};
    struct accepting accepting = {.options = &options};
    struct problem problem = {0};
    console_parse(&accept_table, argc, argv, &options);
    bool done = find_rows(&accepting, &problem) && consider_all(&accepting, &problem);
    if (!done)
        console_problem(&problem, CONSOLE_FAILED);
    done = done && let_in(&accepting);
    pending_rows_free(accepting.rows, accepting.count);
    candidates_free(&accepting.candidates);
    return done ? CONSOLE_DONE : CONSOLE_FAILED;
}

/*
 * keytool allow accept: refused keys come into the allow-list, after a look at each. Each answer is
 * followed at once, so that who was let in need not wait for the others.
 */
#include "allow_ask.h"
#include "allow_place.h"
#include "allow_terms.h"
#include "allow_watch.h"
#include "candidates.h"
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
    char **words; /* numbers, fingerprints and words, as typed */
    size_t count;
    bool all, yes, wished, watch;
};

static void check(void *field, const struct argp_state *state)
{
    const struct accept_options *options = field;
    if (options->watch && (options->all || options->yes || options->count > 0))
        console_usage(state, "--watch asks for every key as it comes: it goes without numbers, "
                             "--all and --yes");
    if (!options->watch && options->all == (options->count > 0))
        console_usage(state, options->all
                                 ? "--all stands in the place of numbers"
                                 : "no key given; --all is for all that wait, --watch for all "
                                   "that come");
    if (options->terms.values.name && (options->watch || options->all || options->count > 1))
        console_usage(state, "--name is for one key");
    if (options->wished && !options->yes)
        console_usage(state, "--wished goes with --yes: without it the wish is proposed");
    if (options->wished && options->terms.values.name)
        console_usage(state, "--wished or --name, not both");
}

#define S struct accept_options
static const struct option_row accept_rows[] = {
    ARGUMENTS(S, words, count, NULL),
    FLAG(S, all, "all", 0, "All keys that wait"),
    FLAG(S, watch, "watch", 0, "Stay, and ask for each key as it comes, until Ctrl-C"),
    FLAG(S, yes, "yes", 0, "Do not ask; for scripts"),
    FLAG(S, wished, "wished", 0,
         "With --yes: by the names that they would like, though nothing vouches for those"),
    GROUP(S, terms, allow_terms_table),
    GROUP(S, place, allow_place_table),
    {0}};

static const struct option_table accept_table = {
    .rows = accept_rows,
    .arguments = N_("NUMBER|FINGERPRINT|WORDS..."),
    .text = N_(
        "Lets in keys that a server has refused, by their number, fingerprint or six words in "
        "'keytool allow pending'. Shows each key's fingerprint, words and picture and asks, to be "
        "compared with what its owner sees."
        "\vEnter takes the name that the key would like, if it has told one; the answer may be "
        "another. Each answer is followed at once. With --yes all come in together, or none, "
        "under names made of their keys; with --wished one by one, as they would like to be "
        "called.\n\n"
        "Examples:\n"
        "  keytool allow accept 3\n"
        "  keytool allow accept 3 --name eve --quota 500M --yes\n"
        "  keytool allow accept --all\n"
        "  keytool allow accept --watch"),
    .check = check,
};

/* --- one key ---------------------------------------------------------------------------------- */

/* What was answered of a key; its number is no other key's. */
struct refusal {
    unsigned long number;
    char wish[KEY_NAME_BYTES];
};

struct accepting {
    const struct accept_options *options;
    const struct allow_watch *watch; /* NULL: not with --watch */
    struct home home;
    char path[HOME_PATH_BYTES], pending[HOME_PATH_BYTES];
    struct candidates candidates; /* of --yes */
    struct refusal *refusals;     /* of --watch: who is not to be asked for again */
    size_t refused, let_in;
    bool failed;
};

static void take(struct candidates *candidates, struct pending_key *row, const char *name)
{
    candidates_take(candidates, row->key, row->family, name, "key %lu", row->number);
    row->key = NULL; /* transferred */
}

/* The name stands with the candidate. */
static bool let_in(const struct accepting *accepting, const struct candidates *candidates)
{
    struct allow_new terms = accepting->options->terms.values;
    terms.name = NULL;
    return candidates_let_in(candidates, &accepting->home, accepting->path, &terms, true);
}

/* A key that is allowed already (a crash came between the two files, or an editor was used) needs
 * no question: it waits no longer. */
static bool is_allowed(const struct accepting *accepting, const struct pending_key *row)
{
    struct allow_list *list;
    bool allowed = allow_list_load(&list, accepting->path, NULL) &&
                   allow_list_find_key(list, row->key);
    allow_list_free(list);
    return allowed;
}

/* One row, once: asked for (or not, with --wished), and let in at once. */
static enum allow_answer consider(struct accepting *accepting, struct pending_key *row)
{
    const struct allow_new *terms = &accepting->options->terms.values;
    struct candidates one = {0};
    char name[KEY_NAME_BYTES] = "";
    enum allow_answer answer = ANSWER_YES;
    if (!row->key) /* typed twice */
        return ANSWER_YES;
    if (accepting->options->wished)
        allow_propose(name, row, accepting->path, terms);
    else if (!is_allowed(accepting, row))
        answer = allow_ask(name, row, accepting->path, terms, accepting->watch);
    if (answer != ANSWER_YES)
        return answer;
    take(&one, row, name);
    bool came_in = let_in(accepting, &one);
    candidates_free(&one);
    accepting->let_in += came_in;
    accepting->failed |= !came_in;
    return came_in ? ANSWER_YES : ANSWER_NO;
}

/* --- those that wait -------------------------------------------------------------------------- */

static bool consider_row(struct accepting *accepting, struct pending_key *row,
                         struct problem *problem)
{
    const char *name = accepting->options->terms.values.name;
    if (accepting->options->yes && !accepting->options->wished && row->key)
        take(&accepting->candidates, row, name ? name : "");
    else if (consider(accepting, row) == ANSWER_STOP)
        return problem_set(problem, "no answer: this key waits still, and so do those behind it");
    return true;
}

static bool consider_rows(struct accepting *accepting, struct pending_key *rows, size_t count,
                          struct problem *problem)
{
    const struct accept_options *options = accepting->options;
    size_t wanted = options->all ? count : options->count;
    for (size_t i = 0; !options->all && i < wanted; i++) /* a slip of the fingers changes nothing */
        if (!pending_rows_find(rows, count, options->words[i], problem))
            return false;
    for (size_t i = 0; i < wanted; i++) {
        struct pending_key *row = options->all
                                      ? &rows[i]
                                      : pending_rows_find(rows, count, options->words[i], problem);
        if (!consider_row(accepting, row, problem))
            return false;
    }
    return true;
}

static bool accept_rows_of(struct accepting *accepting, struct problem *problem)
{
    struct pending_key *rows;
    size_t count;
    if (!home_is_there(&accepting->home, problem) ||
        !pending_rows_read(&rows, &count, accepting->pending, problem))
        return false;
    bool done = count == 0 || accepting->options->yes || isatty(STDIN_FILENO);
    if (!done) {
        problem_set(problem, "accept asks, and there is no terminal to ask at");
        problem_hint(problem, "add --yes, if the fingerprint was compared");
    }
    done = done && consider_rows(accepting, rows, count, problem);
    pending_rows_free(rows, count);
    if (done && accepting->candidates.count > 0)
        accepting->failed = !let_in(accepting, &accepting->candidates);
    else if (done && accepting->let_in == 0 && !accepting->failed)
        console_note("nobody was let in");
    return done;
}

/* --- those that come -------------------------------------------------------------------------- */

/* Whether it was said no to this key under this name. */
static bool was_refused(const struct accepting *accepting, const struct pending_key *row)
{
    for (size_t i = 0; i < accepting->refused; i++)
        if (accepting->refusals[i].number == row->number &&
            strcmp(accepting->refusals[i].wish, row->wish) == 0)
            return true;
    return false;
}

/* Without memory it is asked for again. */
static void keep_refusal(struct accepting *accepting, const struct pending_key *row)
{
    struct refusal *grown = reallocarray(accepting->refusals, accepting->refused + 1,
                                         sizeof(*grown));
    if (!grown)
        return;
    accepting->refusals = grown;
    grown[accepting->refused].number = row->number;
    strcpy(grown[accepting->refused++].wish, row->wish);
}

/* The first key that was not asked for yet: NO, if there is none. A file that cannot be read is told
 * of once, for somebody may be at it. */
static enum allow_answer consider_next(struct accepting *accepting, struct problem *told)
{
    struct problem problem = {0};
    struct pending_key *rows;
    size_t count, next = 0;
    enum allow_answer answer = ANSWER_NO;
    if (!pending_rows_read(&rows, &count, accepting->pending, &problem)) {
        if (strcmp(problem.message, told->message) != 0)
            console_problem(&problem, CONSOLE_FAILED);
        *told = problem;
        return ANSWER_NO;
    }
    while (next < count && was_refused(accepting, &rows[next]))
        next++;
    if (next < count) {
        answer = consider(accepting, &rows[next]);
        if (answer == ANSWER_NO) {
            keep_refusal(accepting, &rows[next]);
            answer = ANSWER_YES; /* there may be another */
        }
    }
    pending_rows_free(rows, count);
    return answer;
}

static bool accept_watching(struct accepting *accepting, struct problem *problem)
{
    struct allow_watch watch;
    struct problem told = {0};
    bool goes_on = true, said = false;
    if (!isatty(STDIN_FILENO))
        return problem_set(problem, "--watch asks, and there is no terminal to ask at");
    allow_watch_begin(&watch, accepting->home.directory);
    accepting->watch = &watch;
    while (goes_on) {
        enum allow_answer answer = consider_next(accepting, &told);
        if (answer == ANSWER_NO && !said)
            console_note("waiting for keys that a server refuses; Ctrl-C ends");
        said = answer == ANSWER_NO;
        goes_on = answer == ANSWER_YES || (answer == ANSWER_NO && allow_watch_wait(&watch));
    }
    allow_watch_end(&watch);
    accepting->watch = NULL;
    accepting->failed = false; /* each was told; to stop is no failure */
    console_note("let in: %zu; not let in: %zu", accepting->let_in, accepting->refused);
    return true;
}

/* --- the command ------------------------------------------------------------------------------ */

int allow_command_accept(int argc, char **argv)
{
    struct accept_options options = {.terms = ALLOW_TERMS_NONE};
    struct accepting accepting = {.options = &options};
    struct problem problem = {0};
    console_parse(&accept_table, argc, argv, &options);
    bool done = allow_place_find(&accepting.home, accepting.path, &options.place, &problem);
    home_path(accepting.pending, &accepting.home, HOME_PENDING);
    done = done && (options.watch ? accept_watching(&accepting, &problem)
                                  : accept_rows_of(&accepting, &problem));
    if (!done)
        console_problem(&problem, CONSOLE_FAILED);
    candidates_free(&accepting.candidates);
    free(accepting.refusals);
    return done && !accepting.failed ? CONSOLE_DONE : CONSOLE_FAILED;
}

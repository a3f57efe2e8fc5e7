/*
 * keytool allow list, pending, check and remove.
 */
#include "allow_place.h"
#include "console.h"
#include "keytool.h"
#include "known_peers.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>

struct show_options {
    struct allow_place place;
    const char *word; /* NAME|FINGERPRINT or FILE; NULL: not given */
    bool json;
};

enum { OPTION_JSON = 1 };

static const struct argp_option json_option[] = {{"json", OPTION_JSON, NULL, 0, "Print JSON", 0},
                                                 {0}};
static const struct argp_child children[] = {{&allow_place_argp, 0, NULL, 0}, {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct show_options *options = state->input;
    (void)argument;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->place;
        return 0;
    case OPTION_JSON:
        options->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The same with one word behind the options. */
static error_t parse_word(int key, char *argument, struct argp_state *state)
{
    struct show_options *options = state->input;
    if (key != ARGP_KEY_ARG || options->word != NULL)
        return parse(key, argument, state);
    options->word = argument;
    return 0;
}

static error_t parse_needed_word(int key, char *argument, struct argp_state *state)
{
    if (key == ARGP_KEY_NO_ARGS)
        console_usage(state, "no name or fingerprint given");
    return parse_word(key, argument, state);
}

/* --- list ------------------------------------------------------------------------------------ */

static const struct argp list_argp = {
    .options = json_option,
    .parser = parse,
    .doc = "Lists who is allowed, in the order of the file."
           "\vExamples:\n"
           "  keytool allow list\n"
           "  keytool allow list --json --allowed ./allowed.csv",
    .children = children,
};
static const struct table_column list_columns[] = {
    {"name", TABLE_TEXT},        {"role", TABLE_TEXT},  {"quota", TABLE_NUMBER},
    {"bits", TABLE_NUMBER},      {"added", TABLE_TEXT}, {"comment", TABLE_TEXT},
    {"fingerprint", TABLE_TEXT}, {NULL, TABLE_TEXT}};

static bool add_entry(struct table *table, const struct allow_entry *entry)
{
    char quota[32], bits[16], fingerprint[FINGERPRINT_TEXT_BYTES];
    snprintf(quota, sizeof(quota), "%" PRIu64, entry->quota);
    snprintf(bits, sizeof(bits), "%u", entry->bits);
    fingerprint_digest_text(fingerprint, entry->digest);
    return table_add(table, (const char *const[]){
                                entry->name, allow_role_name(entry->role),
                                entry->quota == ALLOW_NO_QUOTA ? NULL : quota, bits,
                                entry->added[0] == '\0' ? NULL : entry->added,
                                entry->comment[0] == '\0' ? NULL : entry->comment, fingerprint});
}

static bool print_list(const struct allow_list *list, bool json, struct problem *problem)
{
    struct table *table = table_new(list_columns);
    bool done = table != NULL;
    for (size_t i = 0; done && i < allow_list_count(list); i++)
        done = add_entry(table, allow_list_at(list, i));
    done = done && table_print(table, json);
    table_free(table);
    return done || problem_memory(problem);
}

int allow_command_list(int argc, char **argv)
{
    struct show_options options = {.word = NULL};
    struct problem problem = {0};
    struct home home;
    struct allow_list *list = NULL;
    char path[HOME_PATH_BYTES];
    console_parse(&list_argp, argc, argv, &options);
    bool done = allow_place_find(&home, path, &options.place, &problem) &&
                allow_list_load(&list, path, &problem) && print_list(list, options.json, &problem);
    allow_list_free(list);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/* --- pending --------------------------------------------------------------------------------- */

static const struct argp pending_argp = {
    .options = json_option,
    .parser = parse,
    .doc = "Lists the keys that a server has refused, so that the person at the server can compare "
           "a fingerprint and accept the key. A number stays with its key."
           "\vExamples:\n"
           "  keytool allow pending\n"
           "  keytool allow accept 3 --name eve",
    .children = children,
};
static const struct table_column pending_columns[] = {
    {"number", TABLE_NUMBER},    {"address", TABLE_TEXT},    {"times", TABLE_NUMBER},
    {"bits", TABLE_NUMBER},      {"first_seen", TABLE_TEXT}, {"last_seen", TABLE_TEXT},
    {"fingerprint", TABLE_TEXT}, {NULL, TABLE_TEXT}};

static bool add_pending_row(struct table *table, const struct pending_key *row)
{
    char number[32], times[32], bits[16];
    snprintf(number, sizeof(number), "%lu", row->number);
    snprintf(times, sizeof(times), "%lu", row->times);
    snprintf(bits, sizeof(bits), "%u", rsa_key_bits(row->key));
    return table_add(table,
                     (const char *const[]){number, row->address, times, bits, row->first_seen,
                                           row->last_seen, row->fingerprint});
}

int allow_command_pending(int argc, char **argv)
{
    struct show_options options = {.word = NULL};
    struct problem problem = {0};
    struct home home;
    struct pending_key *rows;
    size_t count;
    char path[HOME_PATH_BYTES];
    console_parse(&pending_argp, argc, argv, &options);
    if (!home_find(&home, options.place.home.directory, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    home_path(path, &home, HOME_PENDING);
    if (!pending_rows_read(&rows, &count, path, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    struct table *table = table_new(pending_columns);
    bool done = table != NULL;
    for (size_t i = 0; done && i < count; i++)
        done = add_pending_row(table, &rows[i]);
    if (!done || !table_print(table, options.json))
        done = problem_memory(&problem);
    table_free(table);
    pending_rows_free(rows, count);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/* --- check ----------------------------------------------------------------------------------- */

static const struct argp check_argp = {
    .parser = parse_word,
    .args_doc = "[FILE]",
    .doc = "Checks an allow-list and shows every row that is wrong, with its line and column."
           "\vExamples:\n"
           "  keytool allow check\n"
           "  keytool allow check ./allowed.csv",
    .children = children,
};

static void print_bad_row(void *context, const struct problem *problem)
{
    (void)context;
    console_problem(problem, CONSOLE_FAILED);
}

int allow_command_check(int argc, char **argv)
{
    struct show_options options = {.word = NULL};
    struct problem problem = {0};
    struct home home;
    char path[HOME_PATH_BYTES];
    size_t good, bad;
    console_parse(&check_argp, argc, argv, &options);
    if (options.word != NULL)
        options.place.allowed = options.word;
    if (!allow_place_find(&home, path, &options.place, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (!allow_list_check(&good, &bad, path, print_bad_row, NULL))
        return CONSOLE_FAILED;
    printf("%s: %zu good, %zu bad\n", path, good, bad);
    return bad == 0 ? CONSOLE_DONE : CONSOLE_FAILED;
}

/* --- remove ---------------------------------------------------------------------------------- */

static const struct argp remove_argp = {
    .parser = parse_needed_word,
    .args_doc = "NAME|FINGERPRINT",
    .doc = "Lets a key in no longer. A server that runs closes its sessions."
           "\vExamples:\n"
           "  keytool allow remove eve",
    .children = children,
};

int allow_command_remove(int argc, char **argv)
{
    struct show_options options = {.word = NULL};
    struct problem problem = {0};
    struct home home;
    struct allow_entry removed;
    char path[HOME_PATH_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    console_parse(&remove_argp, argc, argv, &options);
    if (!allow_place_find(&home, path, &options.place, &problem) ||
        !allow_list_remove(path, options.word, &removed, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    fingerprint_digest_text(fingerprint, removed.digest);
    printf("removed %s: %s\n", removed.name, fingerprint);
    return CONSOLE_DONE;
}

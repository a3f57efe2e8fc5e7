/*
 * keytool allow pending and allow reject: keys that a server has refused.
 */
#include "allow_place.h"
#include "home_option.h"
#include "key_store.h"
#include "keytool.h"
#include "known_peers.h"
#include "option_table.h"
#include "table.h"
#include "translate.h"

#include <stdlib.h>

struct pending_options {
    struct home_options home;
    char **words; /* numbers and fingerprints, as typed */
    size_t count;
    bool json, all;
};

static bool read_rows(struct pending_key **rows, size_t *count, char path[HOME_PATH_BYTES],
                      const struct pending_options *options, struct problem *problem)
{
    struct home home;
    if (!home_find(&home, options->home.directory, problem) || !home_is_there(&home, problem))
        return false;
    home_path(path, &home, HOME_PENDING);
    return pending_rows_read(rows, count, path, problem);
}

/* --- pending --------------------------------------------------------------------------------- */

#define S struct pending_options
static const struct option_row pending_rows[] = {
    FLAG(S, json, "json", 0, "Print JSON"), GROUP(S, home, home_table), {0}};

static const struct option_table pending_table = {
    .rows = pending_rows,
    .text = N_(
        "Lists the keys that a server has refused, so that the person at the server can compare "
        "a fingerprint and accept the key. A number stays with its key."
        "\vExamples:\n"
        "  keytool allow pending\n"
        "  keytool allow accept 3 --name eve"),
};
static const struct table_column pending_columns[] = {
    {"number", TABLE_NUMBER, false},     {"wish", TABLE_TEXT, true},
    {"address", TABLE_TEXT, false},      {"times", TABLE_NUMBER, false},
    {"bits", TABLE_NUMBER, false},       {"for_learning", TABLE_BOOLEAN, true},
    {"family", TABLE_TEXT, true},        {"first_seen", TABLE_TEXT, false},
    {"last_seen", TABLE_TEXT, false},    {"fingerprint", TABLE_FINGERPRINT, false},
    {"words", TABLE_FINGERPRINT, false}, {NULL, TABLE_TEXT, false}};

static bool add_row(struct table *table, const struct pending_key *row)
{
    char number[32], times[32], bits[16];
    snprintf(number, sizeof(number), "%lu", row->number);
    snprintf(times, sizeof(times), "%lu", row->times);
    snprintf(bits, sizeof(bits), "%u", rsa_key_bits(row->key));
    const char *learning = table_boolean(rsa_key_bits(row->key) < KEY_LEARNING_BITS);
    return table_add(table, (const char *const[]){
                                number, table_text(row->wish), row->address, times, bits, learning,
                                table_text(key_family_mark(row->family)), row->first_seen,
                                row->last_seen, row->fingerprint, row->words});
}

int allow_command_pending(int argc, char **argv)
{
    struct pending_options options = {.json = false};
    struct problem problem = {0};
    struct pending_key *rows;
    size_t count;
    char path[HOME_PATH_BYTES];
    console_parse(&pending_table, argc, argv, &options);
    if (!read_rows(&rows, &count, path, &options, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    struct table *table = table_new(pending_columns);
    bool done = table != NULL;
    for (size_t i = 0; done && i < count; i++)
        done = add_row(table, &rows[i]);
    if (!done || !table_print(table, options.json))
        done = problem_memory(&problem);
    table_free(table);
    pending_rows_free(rows, count);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

/* --- reject ---------------------------------------------------------------------------------- */

static void check_reject(void *field, const struct argp_state *state)
{
    const struct pending_options *options = field;
    if (options->all == (options->count > 0))
        console_usage(state, options->all ? "--all stands in the place of numbers"
                                          : "no key given; --all is for all that wait");
}

static const struct option_row reject_rows[] = {ARGUMENTS(S, words, count, NULL),
                                                FLAG(S, all, "all", 0, "All keys that wait"),
                                                GROUP(S, home, home_table),
                                                {0}};

static const struct option_table reject_table = {
    .rows = reject_rows,
    .arguments = N_("NUMBER|FINGERPRINT..."),
    .text = N_("Takes keys that a server has refused off the list of those that wait. They are not "
               "remembered: a key that comes again is refused again, and waits again under another "
               "number."
               "\vExamples:\n"
               "  keytool allow reject 3 4\n"
               "  keytool allow reject --all"),
    .check = check_reject,
};

/* The digests of what is rejected. */
static bool find_all(uint8_t (*digests)[FINGERPRINT_BYTES], const struct pending_options *options,
                     struct pending_key *rows, size_t count, struct problem *problem)
{
    size_t wanted = options->all ? count : options->count;
    for (size_t i = 0; i < wanted; i++) {
        const struct pending_key *row =
            options->all ? &rows[i] : pending_rows_find(rows, count, options->words[i], problem);
        if (!row)
            return false;
        fingerprint_digest(digests[i], row->key);
    }
    return true;
}

static void print_rejected(uint8_t (*digests)[FINGERPRINT_BYTES], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char fingerprint[FINGERPRINT_TEXT_BYTES];
        fingerprint_digest_text(fingerprint, digests[i]);
        printf(_("rejected %s\n"), fingerprint);
    }
}

int allow_command_reject(int argc, char **argv)
{
    struct pending_options options = {.json = false};
    struct problem problem = {0};
    struct pending_key *rows;
    size_t count;
    char path[HOME_PATH_BYTES];
    console_parse(&reject_table, argc, argv, &options);
    if (!read_rows(&rows, &count, path, &options, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    size_t wanted = options.all ? count : options.count;
    uint8_t(*digests)[FINGERPRINT_BYTES] = calloc(wanted + 1, sizeof(*digests));
    bool done = (digests || problem_memory(&problem)) &&
                find_all(digests, &options, rows, count, &problem) &&
                pending_rows_remove(path, digests, wanted, &problem);
    if (done)
        print_rejected(digests, wanted);
    free(digests);
    pending_rows_free(rows, count);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

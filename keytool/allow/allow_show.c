/*
 * keytool allow list and allow check: what the allow-list says.
 */
#include "allow_place.h"
#include "fingerprint_words.h"
#include "key_store.h"
#include "keytool.h"
#include "known_peers.h"
#include "option_table.h"
#include "table.h"
#include "translate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct show_options {
    struct allow_place place;
    const char *word; /* NAME|FINGERPRINT or FILE; NULL: not given */
    bool json;
};

/* --- list ------------------------------------------------------------------------------------ */

#define S struct show_options
static const struct option_row list_rows[] = {
    FLAG(S, json, "json", 0, "Print JSON"), GROUP(S, place, allow_place_table), {0}};

static const struct option_table list_table = {
    .rows = list_rows,
    .text = N_(
        "Lists who is allowed, in the order of the file: on which terms, and when a server has "
        "last seen each. Columns in which there is nothing to say are left out."
        "\vExamples:\n"
        "  keytool allow list\n"
        "  keytool allow list --json --allowed ./allowed.csv"),
};
static const struct table_column list_columns[] = {
    {"name", TABLE_TEXT, false},           {"role", TABLE_TEXT, false},
    {"quota", TABLE_SIZE, true},           {"bits", TABLE_NUMBER, false},
    {"for_learning", TABLE_BOOLEAN, true}, {"family", TABLE_TEXT, true},
    {"added", TABLE_TEXT, false},          {"expires", TABLE_TEXT, true},
    {"expired", TABLE_BOOLEAN, true},      {"last_seen", TABLE_TEXT, true},
    {"comment", TABLE_TEXT, true},         {"fingerprint", TABLE_FINGERPRINT, false},
    {"words", TABLE_FINGERPRINT, false},   {NULL, TABLE_TEXT, false}};

/* clients: NULL if known_clients.csv cannot be read. */
static bool add_entry(struct table *table, const struct allow_entry *entry,
                      const struct known_clients *clients)
{
    char quota[32], bits[16], fingerprint[FINGERPRINT_TEXT_BYTES], words[FINGERPRINT_WORDS_BYTES];
    snprintf(quota, sizeof(quota), "%" PRIu64, entry->quota);
    snprintf(bits, sizeof(bits), "%u", entry->bits);
    fingerprint_digest_text(fingerprint, entry->digest);
    fingerprint_digest_words(words, entry->digest);
    const char *seen = !clients ? "" : known_clients_last_seen(clients, entry->digest);
    return table_add(table, (const char *const[]){
                                entry->name, allow_role_name(entry->role),
                                entry->quota == ALLOW_NO_QUOTA ? NULL : quota, bits,
                                table_boolean(entry->bits < KEY_LEARNING_BITS),
                                table_text(key_family_mark(entry->family)),
                                table_text(entry->added), table_text(entry->expires),
                                table_boolean(allow_expired(entry, time(NULL))), table_text(seen),
                                table_text(entry->comment), fingerprint, words});
}

static bool print_list(const struct allow_list *list, const struct known_clients *clients,
                       bool json, struct problem *problem)
{
    struct table *table = table_new(list_columns);
    bool done = table != NULL;
    for (size_t i = 0; done && i < allow_list_count(list); i++)
        done = add_entry(table, allow_list_at(list, i), clients);
    done = done && table_print(table, json);
    table_free(table);
    return done || problem_memory(problem);
}

/* Without known_clients.csv the list is of use all the same; that it is bad is said. */
static bool open_clients(struct known_clients **clients, const struct home *home)
{
    char path[HOME_PATH_BYTES];
    struct problem problem = {0};
    home_path(path, home, HOME_KNOWN_CLIENTS);
    if (known_clients_open(clients, path, &problem))
        return true;
    console_problem(&problem, CONSOLE_FAILED);
    return false;
}

int allow_command_list(int argc, char **argv)
{
    struct show_options options = {.word = NULL};
    struct problem problem = {0};
    struct home home;
    struct allow_list *list = NULL;
    struct known_clients *clients = NULL;
    char path[HOME_PATH_BYTES];
    console_parse(&list_table, argc, argv, &options);
    if (!allow_place_find(&home, path, &options.place, &problem) ||
        !allow_list_load(&list, path, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    bool whole = open_clients(&clients, &home);
    bool done = print_list(list, clients, options.json, &problem);
    known_clients_free(clients);
    allow_list_free(list);
    if (!done)
        return console_problem(&problem, CONSOLE_FAILED);
    return whole ? CONSOLE_DONE : CONSOLE_FAILED;
}

/* --- check ----------------------------------------------------------------------------------- */

static const struct option_row check_rows[] = {ARGUMENT(S, word, NULL),
                                               FLAG(S, json, "json", 0, "Print JSON"),
                                               GROUP(S, place, allow_place_table),
                                               {0}};

static const struct option_table check_table = {
    .rows = check_rows,
    .arguments = N_("[FILE]"),
    .text = N_("Checks an allow-list and shows every row that is wrong, with its line and column."
               "\vExamples:\n"
               "  keytool allow check\n"
               "  keytool allow check ./allowed.csv --json"),
};
static const struct table_column check_columns[] = {{"line", TABLE_NUMBER, false},
                                                    {"column", TABLE_NUMBER, false},
                                                    {"message", TABLE_TEXT, false},
                                                    {"hint", TABLE_TEXT, false},
                                                    {NULL, TABLE_TEXT, false}};

/* For JSON: what was wrong, row by row. */
struct faults {
    const char *path;
    struct table *table;
    bool failed;
};

static void print_bad_row(void *context, const struct problem *problem)
{
    (void)context;
    console_problem(problem, CONSOLE_FAILED);
}

/* "FILE:LINE:COLUMN: message" in its parts; a fault of the file has no place. */
static void keep_bad_row(void *context, const struct problem *problem)
{
    struct faults *faults = context;
    const char *text = problem->message;
    unsigned line, column;
    char numbers[2][16];
    int used = 0;
    size_t path = strlen(faults->path);
    bool placed = strncmp(text, faults->path, path) == 0 &&
                  sscanf(text + path, ":%u:%u: %n", &line, &column, &used) == 2 && used > 0;
    if (placed) {
        snprintf(numbers[0], sizeof(numbers[0]), "%u", line);
        snprintf(numbers[1], sizeof(numbers[1]), "%u", column);
        text += path + (size_t)used;
    }
    faults->failed |= !table_add(
        faults->table, (const char *const[]){placed ? numbers[0] : NULL, placed ? numbers[1] : NULL,
                                             text, table_text(problem->hint)});
}

static int check_for_programs(const char *path, struct problem *problem)
{
    struct faults faults = {.path = path, .table = table_new(check_columns)};
    size_t good, bad;
    bool read = faults.table && allow_list_check(&good, &bad, path, keep_bad_row, &faults);
    bool printed = faults.table && !faults.failed && table_print(faults.table, true);
    table_free(faults.table);
    if (!printed) {
        problem_memory(problem);
        return console_problem(problem, CONSOLE_FAILED);
    }
    return read && bad == 0 ? CONSOLE_DONE : CONSOLE_FAILED;
}

int allow_command_check(int argc, char **argv)
{
    struct show_options options = {.word = NULL};
    struct problem problem = {0};
    struct home home;
    char path[HOME_PATH_BYTES];
    size_t good, bad;
    console_parse(&check_table, argc, argv, &options);
    if (options.word)
        options.place.allowed = options.word;
    if (!allow_place_find(&home, path, &options.place, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (options.json)
        return check_for_programs(path, &problem);
    if (!allow_list_check(&good, &bad, path, print_bad_row, NULL))
        return CONSOLE_FAILED;
    printf(_("%s: %zu good, %zu bad\n"), path, good, bad);
    return bad == 0 ? CONSOLE_DONE : CONSOLE_FAILED;
}

/*
 * keytool list: the keys of the home, whose private half is here, and who of them is allowed.
 */
#include "allow_place.h"
#include "console.h"
#include "key_store.h"
#include "keytool.h"
#include "table.h"

#include <stdlib.h>
#include <unistd.h>

struct list_options {
    struct allow_place place;
    bool json;
};

enum { OPTION_JSON = 1 };

static const struct argp_option options_table[] = {{"json", OPTION_JSON, NULL, 0, "Print JSON", 0},
                                                   {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    struct list_options *options = state->input;
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

static const struct argp_child children[] = {{&allow_place_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {
    .options = options_table,
    .parser = parse,
    .doc = "Lists the keys of the home: which have their private half here, and under which name "
           "a key is allowed."
           "\vExamples:\n"
           "  keytool list\n"
           "  keytool list --json --home docs/examples/first-lesson",
    .children = children,
};

static const struct table_column columns[] = {{"name", TABLE_TEXT, false},
                                              {"kind", TABLE_TEXT, false},
                                              {"bits", TABLE_NUMBER, false},
                                              {"created", TABLE_TEXT, false},
                                              {"allowed_as", TABLE_TEXT, true},
                                              {"for_learning", TABLE_BOOLEAN, true},
                                              {"published", TABLE_BOOLEAN, true},
                                              {"fingerprint", TABLE_TEXT, false},
                                              {NULL, TABLE_TEXT, false}};

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

/* The private half itself is not read: its numbers are of no use here. */
static bool add_key(struct table *table, const struct home *home, const char *name,
                    const struct allow_list *list, struct problem *problem)
{
    char path[HOME_PATH_BYTES], bits[16], fingerprint[FINGERPRINT_TEXT_BYTES];
    struct stored_key key;
    key_store_path(path, home, name, KEY_PRIVATE);
    bool private = access(path, F_OK) == 0;
    if (!private)
        key_store_path(path, home, name, KEY_PUBLIC);
    if (!key_file_load(&key, path, KEY_PUBLIC, 0, problem))
        return false;
    const struct allow_entry *entry = list == NULL ? NULL : allow_list_find(list, key.key);
    snprintf(bits, sizeof(bits), "%u", rsa_key_bits(key.key));
    fingerprint_text(fingerprint, key.key);
    bool learning = rsa_key_bits(key.key) < KEY_LEARNING_BITS;
    const char *const cells[] = {name,
                                 private ? "private" : "public",
                                 bits,
                                 key.created[0] == '\0' ? NULL : key.created,
                                 entry == NULL ? NULL : entry->name,
                                 yes_no(learning),
                                 yes_no(key.published),
                                 fingerprint};
    bool done = table_add(table, cells) || problem_memory(problem);
    stored_key_free(&key);
    return done;
}

/* A bad key, or a bad allow-list, is said and counts as a failure; the others are listed. */
static bool fill(struct table *table, const struct allow_place *place, struct problem *problem)
{
    char **names, path[HOME_PATH_BYTES];
    size_t count;
    struct home home;
    struct allow_list *list = NULL;
    if (!allow_place_find(&home, path, place, problem) ||
        !key_store_names(&names, &count, &home, problem))
        return false;
    struct problem listing = {0};
    bool done = allow_list_load(&list, path, &listing);
    if (!done)
        console_problem(&listing, CONSOLE_FAILED);
    for (size_t i = 0; i < count; i++) {
        struct problem bad = {0};
        if (!add_key(table, &home, names[i], list, &bad)) {
            console_problem(&bad, CONSOLE_FAILED);
            done = false;
        }
    }
    allow_list_free(list);
    key_store_names_free(names, count);
    return done;
}

int keytool_list(int argc, char **argv)
{
    struct list_options options = {.json = false};
    struct problem problem = {0};
    console_parse(&argp, argc, argv, &options);
    struct table *table = table_new(columns);
    bool done = (table != NULL || problem_memory(&problem)) &&
                fill(table, &options.place, &problem);
    if (problem.message[0] == '\0' && !table_print(table, options.json))
        done = problem_memory(&problem);
    table_free(table);
    if (problem.message[0] != '\0')
        return console_problem(&problem, CONSOLE_FAILED);
    return done ? CONSOLE_DONE : CONSOLE_FAILED;
}

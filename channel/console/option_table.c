/*
 * argp in our way: our tables, its parsing, our help and form of errors; see option_table.h.
 *
 * argp and getopt print errors of their own. ARGP_NO_ERRS silences both, and --help with them: so
 * --help is an option of ours here, and what getopt stumbled over is found out by looking again.
 */
#include "option_table.h"

#include "language.h"
#include "option_help.h"
#include "translate.h"

#include <errno.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define KEY_HELP  '?'
#define KEY_LANG  1
#define KEY_FIRST 256 /* of the rows, by their place */

/* A row, and the structure that it fills. */
struct place {
    const struct option_row *row;
    char *options;
};

struct parse {
    const struct option_table *table;
    struct argp argp;
    struct argp_option *list; /* of argp, which calls it const */
    struct place *places;
    size_t count;
};

_Noreturn void console_usage(const struct argp_state *state, const char *format, ...)
{
    char text[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), translate(format), arguments);
    va_end(arguments);
    console_error("%s", text);
    console_hint("'%s --help' shows how it is used", state->name);
    exit(CONSOLE_USAGE);
}

unsigned long console_number(const struct argp_state *state, const char *what, const char *text,
                             unsigned long least, unsigned long most)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number < least ||
        number > most)
        console_usage(state, "%s is '%s'; it can be %lu to %lu", what, text, least, most);
    return number;
}

void console_read_address(void *field, const char *what, const char *text,
                          const struct argp_state *state)
{
    const struct addrinfo wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    int error = getaddrinfo(text, NULL, &wanted, &found);
    if (error == 0)
        freeaddrinfo(found);
    if (error == EAI_NONAME)
        console_usage(state, "%s is '%s'; it can be an address of this machine, such as 127.0.0.1",
                      what, text);
    *(const char **)field = text;
}

/* --- the rows of all tables, one behind the other --------------------------------------------- */
static size_t count_rows(const struct option_table *table)
{
    size_t count = 0;
    for (const struct option_row *row = table->rows; row && row->kind != KIND_END; row++)
        count += row->kind == KIND_GROUP ? count_rows(row->group) : 1;
    return count;
}

static void add_rows(struct parse *parse, const struct option_table *table, char *options)
{
    for (const struct option_row *row = table->rows; row && row->kind != KIND_END; row++)
        if (row->kind == KIND_GROUP)
            add_rows(parse, row->group, options + row->at);
        else
            parse->places[parse->count++] = (struct place){row, options};
}

static int key_of(const struct parse *parse, size_t place)
{
    const struct option_row *row = parse->places[place].row;
    return row->letter ? row->letter : KEY_FIRST + (int)place;
}

static bool is_argument(const struct option_row *row)
{
    return row->kind == KIND_ARGUMENT || row->kind == KIND_ARGUMENTS;
}

/* What argp is to know of them. */
static void list_options(struct argp_option *option, const struct parse *parse)
{
    for (size_t i = 0; i < parse->count; i++) {
        const struct option_row *row = parse->places[i].row;
        if (is_argument(row))
            continue;
        option->name = row->name;
        option->key = key_of(parse, i);
        option->arg = row->value;
        option->flags = row->optional ? OPTION_ARG_OPTIONAL : 0;
        option++->doc = row->help;
    }
    *option++ = (struct argp_option){"help", KEY_HELP, NULL, 0, N_("Print this help"), -1};
    *option = (struct argp_option){
        "lang",
        KEY_LANG,
        N_("LANGUAGE"),
        0,
        N_("Say it in this language: en or ru (else LC_MESSAGES or LANGUAGE says)"),
        -1};
}

/* Those of the groups first, the last of them first. */
static void check(const struct option_table *table, char *options, const struct argp_state *state)
{
    const struct option_row *row = table->rows;
    while (row && row->kind != KIND_END)
        row++;
    while (row != table->rows)
        if ((--row)->kind == KIND_GROUP)
            check(row->group, options + row->at, state);
    if (table->check)
        table->check(options, state);
}

/* --- what was wrong --------------------------------------------------------------------------- */
/* The long option with this name or, like getopt, the one that it begins. */
static const struct argp_option *find_option(const struct argp *argp, const char *name,
                                             size_t bytes)
{
    const struct argp_option *begun = NULL;
    for (const struct argp_option *option = argp->options; option->name; option++) {
        if (strncmp(option->name, name, bytes) != 0)
            continue;
        if (option->name[bytes] == '\0')
            return option;
        begun = option;
    }
    return begun;
}

/* What one command has as an option, and another as the value of one. */
static const char *called_here(const struct argp *argp, const char *word)
{
    static const char *const other_names[][2] = {
        {"explain=story", "story"}, {"explain=fields", "fields"}, {"explain=math", "math"}};
    for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
        for (int k = 0; k < 2; k++) {
            const char *here = other_names[i][1 - k];
            if (strcmp(word, other_names[i][k]) == 0 && find_option(argp, here, strcspn(here, "=")))
                return here;
        }
    return NULL;
}

/* getopt has refused the word before state->next; of -xyz it goes on with y, and it is that one. */
static const char *refused(const struct argp_state *state)
{
    const char *word = state->argv[state->next - 1];
    const char *next = state->next < state->argc ? state->argv[state->next] : "";
    return (state->next == 1 || word[0] != '-') && next[0] == '-' ? next : word;
}

static _Noreturn void explain(const struct argp_state *state)
{
    const struct parse *parse = state->input;
    const char *word = refused(state);
    if (strncmp(word, "--", 2) == 0) {
        size_t bytes = strcspn(word + 2, "=");
        const struct argp_option *option = find_option(&parse->argp, word + 2, bytes);
        if (option && option->name[bytes] != '\0')
            console_usage(state, "'%s' is cut short: is it --%s?", word, option->name);
        if (option && !option->arg && word[2 + bytes] == '=')
            console_usage(state, "--%s takes no value", option->name);
        if (option && option->arg && word[2 + bytes] == '\0')
            console_usage(state, "--%s needs a value: %s", option->name, translate(option->arg));
    }
    const char *here = word[1] == '-' ? called_here(&parse->argp, word + 2) : NULL;
    if (!here)
        console_usage(state, "there is no option '%s'", word);
    console_error("there is no option '%s'", word);
    console_hint("here it is --%s", here);
    exit(CONSOLE_USAGE);
}

/* --- reading ---------------------------------------------------------------------------------- */
static void store(void *field, size_t bytes, unsigned long value)
{
    if (bytes == 1)
        *(uint8_t *)field = (uint8_t)value;
    else if (bytes == 2)
        *(uint16_t *)field = (uint16_t)value;
    else if (bytes == 4)
        *(uint32_t *)field = (uint32_t)value;
    else
        *(uint64_t *)field = value;
}

static void take_option(const struct place *place, const char *text, const struct argp_state *state)
{
    const struct option_row *row = place->row;
    void *field = place->options + row->at;
    if (row->name && strcmp(row->name, "json") == 0)
        (void)language_set("en", NULL); /* what programs read is the same everywhere */
    char what[64];
    snprintf(what, sizeof(what), "--%s", row->name);
    switch (row->kind) {
    case KIND_SET:
        store(field, row->bytes, row->least);
        break;
    case KIND_NUMBER:
        store(field, row->bytes, console_number(state, what, text, row->least, row->most));
        break;
    case KIND_TEXT:
        *(const char **)field = text;
        break;
    default:
        row->read(field, what, text, state);
    }
}

/* The words that are no options, to the rows that are arguments. */
static void take_arguments(const struct parse *parse, const struct argp_state *state)
{
    char **words = state->argv + state->next;
    int count = state->argc - state->next;
    for (size_t i = 0; i < parse->count && count > 0; i++) {
        const struct place *place = &parse->places[i];
        int taken = place->row->kind == KIND_ARGUMENTS ? count : 1;
        if (!is_argument(place->row))
            continue;
        if (place->row->kind == KIND_ARGUMENT) {
            *(const char **)(place->options + place->row->at) = words[0];
        } else {
            *(char ***)(place->options + place->row->at) = words;
            *(size_t *)(place->options + place->row->count_at) = (size_t)count;
        }
        words += taken;
        count -= taken;
    }
    if (count > 0)
        console_usage(state, "too many arguments: '%s'", words[0]);
}

static void check_arguments(const struct parse *parse, int count, const struct argp_state *state)
{
    for (size_t i = 0; i < parse->count; i++) {
        const struct option_row *row = parse->places[i].row;
        if (is_argument(row) && count-- <= 0 && row->help)
            console_usage(state, "%s", translate(row->help));
    }
}

static error_t parse_key(int key, char *text, struct argp_state *state)
{
    const struct parse *parse = state->input;
    struct problem problem = {0};
    switch (key) {
    case KEY_HELP:
        option_help(stdout, parse->table, parse->list, state->name);
        exit(console_finish(CONSOLE_DONE));
    case KEY_LANG: /* cut short; in full, language_start has taken it */
        if (!language_set(text, &problem))
            exit(console_problem(&problem, CONSOLE_USAGE));
        return 0;
    case ARGP_KEY_ERROR:
        explain(state);
    case ARGP_KEY_ARGS:
        take_arguments(parse, state);
        check_arguments(parse, state->argc - state->next, state);
        return 0;
    case ARGP_KEY_NO_ARGS:
        check_arguments(parse, 0, state);
        return 0;
    }
    for (size_t i = 0; i < parse->count; i++)
        if (!is_argument(parse->places[i].row) && key_of(parse, i) == key) {
            take_option(&parse->places[i], text, state);
            return 0;
        }
    return ARGP_ERR_UNKNOWN;
}

void console_parse(const struct option_table *table, int argc, char **argv, void *options)
{
    size_t rows = count_rows(table);
    struct place *places = calloc(rows + 1, sizeof(*places));
    struct argp_option *list = calloc(rows + 3, sizeof(*list));
    struct parse parse = {.table = table,
                          .argp = {.options = list, .parser = parse_key},
                          .list = list,
                          .places = places};
    struct argp_state state = {.name = argv[0]};
    error_t error = places && list ? 0 : ENOMEM;
    if (!error) {
        add_rows(&parse, table, options);
        list_options(list, &parse);
        error = argp_parse(&parse.argp, argc, argv, ARGP_NO_ERRS | ARGP_NO_HELP, NULL, &parse);
    }
    if (error) {
        console_error("%s", translate(strerrordesc_np(error)));
        exit(CONSOLE_FAILED);
    }
    check(table, options, &state);
    free(places);
    free(list);
}

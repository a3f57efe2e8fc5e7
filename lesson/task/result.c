/*
 * Rows of results; see result.h.
 */
#include "result.h"

#include "console.h"
#include "csv_table.h"
#include "printable.h"

#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CELL_BYTES 32 /* of a number */

/* The text of a cell; number: room for one that is a number. */
static const char *cell_text(char number[CELL_BYTES], const json_t *row, const char *key)
{
    const json_t *cell = json_object_get(row, key);
    if (!json_is_integer(cell))
        return cell ? json_string_value(cell) : "";
    snprintf(number, CELL_BYTES, "%lld", (long long)json_integer_value(cell));
    return number;
}

/* A copy that a terminal may be shown. */
static char *shown_text(const char *text)
{
    size_t bytes = strlen(text);
    char *shown = malloc(PRINTABLE_SPACE(bytes));
    if (shown)
        printable_text(shown, PRINTABLE_SPACE(bytes), text, bytes);
    return shown;
}

static bool add_line(struct libscols_table *table, const json_t *row, const char *const keys[])
{
    struct libscols_line *line = scols_table_new_line(table, NULL);
    bool done = line != NULL;
    for (size_t i = 0; done && keys[i]; i++) {
        char number[CELL_BYTES];
        const char *text = cell_text(number, row, keys[i]);
        char *shown = shown_text(strcmp(text, "0") == 0 ? "."
                                                        : text); /* so that numbers stand out */
        done = shown && scols_line_refer_data(line, i, shown) == 0;
    }
    return done;
}

static bool fill(struct libscols_table *table, const json_t *rows, const char *const keys[],
                 const char *const titles[])
{
    bool done = true;
    for (size_t i = 0; done && keys[i]; i++) {
        bool right = json_is_integer(json_object_get(json_array_get(rows, 0), keys[i]));
        done = scols_table_new_column(table, titles[i], 0, right ? SCOLS_FL_RIGHT : 0) != NULL;
    }
    for (size_t i = 0; done && i < json_array_size(rows); i++)
        done = add_line(table, json_array_get(rows, i), keys);
    return done && scols_table_set_column_separator(table, " ") == 0 &&
           scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER) == 0 &&
           scols_table_enable_noencoding(table, 1) == 0;
}

bool result_print_columns(const json_t *rows, const char *const keys[], const char *const titles[],
                          struct problem *problem)
{
    struct libscols_table *table = scols_new_table();
    char *text = NULL;
    bool done = table && fill(table, rows, keys, titles) &&
                scols_print_table_to_string(table, &text) == 0;
    if (done && text[0] != '\0') {
        size_t heading = strcspn(text, "\n");
        printf("%s%.*s%s%s\n", console_style(stdout, CONSOLE_BOLD), (int)heading, text,
               console_style(stdout, CONSOLE_PLAIN), text + heading);
    }
    free(text);
    scols_unref_table(table);
    return done || problem_memory(problem);
}

/* A cell that begins like this is a formula to a spreadsheet, which would reckon it: a name that
 * does gets a ' in front, which spreadsheets do not show. */
static bool set_cell(struct csv_table *table, size_t line, const char *key, const char *text,
                     struct problem *problem)
{
    char *harmless = NULL;
    if (strcmp(key, "student") == 0 && text[0] != '\0' && strchr("=+-@", text[0])) {
        if (asprintf(&harmless, "'%s", text) < 0)
            return problem_memory(problem);
        text = harmless;
    }
    bool done = csv_table_set(table, line, key, text, problem);
    free(harmless);
    return done;
}

bool result_print_csv(const json_t *rows, const char *const keys[], struct problem *problem)
{
    struct csv_table *table = NULL;
    size_t line, bytes;
    bool done = csv_table_new(&table, "stdout", keys, problem);
    for (size_t i = 0; done && i < json_array_size(rows); i++) {
        done = csv_table_add(table, &line, problem);
        for (size_t k = 0; done && keys[k]; k++) {
            char number[CELL_BYTES];
            done = set_cell(table, line, keys[k],
                            cell_text(number, json_array_get(rows, i), keys[k]), problem);
        }
    }
    char *text = done ? csv_table_text(&bytes, table, problem) : NULL;
    if (text)
        fwrite(text, 1, bytes, stdout);
    free(text);
    csv_table_free(table);
    return text != NULL;
}

bool result_print_json(const json_t *json, struct problem *problem)
{
    if (json_dumpf(json, stdout, JSON_INDENT(2)) != 0 && ferror(stdout) == 0)
        return problem_memory(problem);
    putchar('\n');
    return true;
}

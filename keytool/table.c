/*
 * Results as a table; see table.h. libsmartcols holds the cells, and lays the columns out.
 */
#include "table.h"
#include "allow_list.h"
#include "console.h"
#include "printable.h"
#include "sym_memory.h"
#include "text_wrap.h"
#include "translate.h"

#include <jansson.h>
#include <libsmartcols/libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GAP "  " /* between columns */

struct table {
    const struct table_column *columns;
    size_t width; /* columns */
    struct libscols_table *rows;
};

struct table *table_new(const struct table_column *columns)
{
    struct table *table = calloc(1, sizeof(*table));
    if (!table)
        return NULL;
    table->columns = columns;
    table->rows = scols_new_table();
    bool done = table->rows != NULL;
    for (; done && columns[table->width].name; table->width++) {
        const struct table_column *column = &columns[table->width];
        bool right = column->kind == TABLE_NUMBER || column->kind == TABLE_SIZE;
        char heading[64];
        snprintf(heading, sizeof(heading), "%s", column->name);
        for (char *at = heading; (at = strchr(at, '_')) != NULL;)
            *at = ' ';
        done = scols_table_new_column(table->rows, translate(heading), 0,
                                      right ? SCOLS_FL_RIGHT : 0) != NULL;
    }
    if (done)
        return table;
    table_free(table);
    return NULL;
}

static struct libscols_cell *cell(const struct table *table, size_t row, size_t column)
{
    return scols_line_get_cell(scols_table_get_line(table->rows, row), column);
}

/* A cell takes over the text it is given, and has it wiped where it was. */
static void put(struct libscols_cell *cell, char *text)
{
    char *old = (char *)scols_cell_get_data(cell);
    if (old)
        sym_wipe(old, strlen(old));
    scols_cell_refer_data(cell, text);
}

void table_free(struct table *table)
{
    if (!table)
        return;
    for (size_t row = 0; table->rows && row < scols_table_get_nlines(table->rows); row++)
        for (size_t i = 0; i < table->width; i++)
            put(cell(table, row, i), NULL);
    scols_unref_table(table->rows);
    free(table);
}

bool table_add(struct table *table, const char *const cells[])
{
    struct libscols_line *line = scols_table_new_line(table->rows, NULL);
    bool done = line != NULL;
    for (size_t i = 0; done && i < table->width; i++)
        done = !cells[i] || scols_line_set_data(line, i, cells[i]) == 0;
    return done;
}

const char *table_text(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

const char *table_boolean(bool yes)
{
    return yes ? "yes" : "no";
}

/* --- JSON ------------------------------------------------------------------------------------ */

static json_t *json_cell(const char *text, enum table_kind kind)
{
    if (!text)
        return json_null();
    if (kind == TABLE_NUMBER || kind == TABLE_SIZE)
        return json_integer(strtoll(text, NULL, 10));
    return kind == TABLE_BOOLEAN ? json_boolean(strcmp(text, "yes") == 0) : json_string(text);
}

static json_t *json_row(const struct table *table, size_t row)
{
    json_t *object = json_object();
    for (size_t i = 0; i < table->width; i++) {
        const char *text = scols_cell_get_data(cell(table, row, i));
        if (json_object_set_new(object, table->columns[i].name,
                                json_cell(text, table->columns[i].kind)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static bool json_write(json_t *value)
{
    bool done = value && (json_dumpf(value, stdout, JSON_INDENT(2)) == 0 ||
                          ferror(stdout) != 0); /* what cannot be written, console_finish says */
    if (done)
        putchar('\n');
    json_decref(value);
    return done;
}

static bool json_print(const struct table *table)
{
    json_t *array = json_array();
    for (size_t row = 0; row < scols_table_get_nlines(table->rows); row++) {
        if (json_array_append_new(array, json_row(table, row)) != 0) {
            json_decref(array);
            return false;
        }
    }
    return json_write(array);
}

/* --- columns --------------------------------------------------------------------------------- */

/* What people see of a cell; new text. A file may hold what a terminal must not be shown. */
static char *shown_text(const char *text, enum table_kind kind)
{
    char size[ALLOW_QUOTA_TEXT_BYTES];
    if (text && kind == TABLE_SIZE) {
        allow_quota_text(size, strtoull(text, NULL, 10));
        text = size;
    }
    char words[TRANSLATE_LIBRARY_BYTES];
    if (text && (kind == TABLE_BOOLEAN || kind == TABLE_WORD))
        text = translate_library(words, text);
    size_t bytes = !text ? 0 : strlen(text);
    char *safe = malloc(PRINTABLE_SPACE(bytes));
    if (safe)
        printable_text(safe, PRINTABLE_SPACE(bytes), text, bytes);
    return safe;
}

static void hide(struct table *table, size_t column)
{
    scols_column_set_flags(scols_table_get_column(table->rows, column), SCOLS_FL_HIDDEN);
}

/* Cells become what people see; quiet columns that have nothing to say go. */
static bool prepare(struct table *table)
{
    for (size_t i = 0; i < table->width; i++) {
        const struct table_column *column = &table->columns[i];
        bool says = !column->quiet;
        for (size_t row = 0; row < scols_table_get_nlines(table->rows); row++) {
            const char *text = scols_cell_get_data(cell(table, row, i));
            char *shown = shown_text(text, column->kind);
            if (!shown)
                return false;
            says |= text && !(column->kind == TABLE_BOOLEAN && strcmp(text, "no") == 0);
            put(cell(table, row, i), shown);
        }
        for (size_t row = 0; !says && row < scols_table_get_nlines(table->rows); row++)
            put(cell(table, row, i), NULL);
        if (!says)
            hide(table, i);
    }
    scols_table_set_column_separator(table->rows, GAP);
    scols_table_set_termforce(table->rows, SCOLS_TERMFORCE_NEVER); /* rows are never cut */
    return scols_table_enable_noencoding(table->rows, 1) == 0;
}

/* Whether a row that has been laid out is wider than the terminal. */
static bool too_wide(const struct table *table)
{
    size_t width = 0;
    for (size_t i = 0; i < table->width; i++) {
        struct libscols_column *column = scols_table_get_column(table->rows, i);
        if (!scols_column_is_hidden(column))
            width += scols_column_get_width(column) + strlen(GAP);
    }
    return isatty(STDOUT_FILENO) && width - strlen(GAP) > console_columns(stdout);
}

/* The rows as text, which is the caller's; NULL without memory. On a narrow terminal the columns from
 * `below` on have gone: those that are to be copied all together, others one by one. */
static char *lay_out(struct table *table, size_t *below)
{
    char *text = NULL;
    *below = table->width;
    while (scols_print_table_to_string(table->rows, &text) == 0) {
        if (*below <= 1 || !too_wide(table))
            return text;
        free(text);
        text = NULL;
        do
            hide(table, --*below);
        while (*below > 1 && table->columns[*below - 1].kind == TABLE_FINGERPRINT);
    }
    return NULL;
}

/* The cells of a row that stand below it; what is not copied says what it is. */
static void print_below(const struct table *table, size_t row, size_t below)
{
    for (size_t i = below; i < table->width; i++) {
        const char *text = scols_cell_get_data(cell(table, row, i));
        const char *heading =
            scols_cell_get_data(scols_column_get_header(scols_table_get_column(table->rows, i)));
        if (text && table->columns[i].kind == TABLE_FINGERPRINT)
            printf("    %s\n", text);
        else if (text && text[0] != '\0')
            printf("    %s: %s\n", heading, text);
    }
}

static bool print_columns(struct table *table)
{
    size_t count = scols_table_get_nlines(table->rows), below;
    if (count == 0 && !scols_table_new_line(table->rows, NULL))
        return false; /* of no row at all there would be no headings */
    char *text = prepare(table) ? lay_out(table, &below) : NULL, *rest = text;
    for (size_t row = 0; text && row <= count; row++) {
        printf("%s%s%s\n", row == 0 ? console_style(stdout, CONSOLE_BOLD) : "", strsep(&rest, "\n"),
               row == 0 ? console_style(stdout, CONSOLE_PLAIN) : "");
        if (row > 0)
            print_below(table, row - 1, below);
    }
    const bool done = text != NULL;
    free(text);
    return done;
}

bool table_print(struct table *table, bool json)
{
    return json ? json_print(table) : print_columns(table);
}

static bool print_fields(const struct table *table)
{
    size_t width = 0;
    for (size_t i = 0; i < table->width; i++)
        width = printable_width(translate(table->columns[i].name)) > width
                    ? printable_width(translate(table->columns[i].name))
                    : width;
    for (size_t i = 0; i < table->width; i++) {
        const char *text = scols_cell_get_data(cell(table, 0, i));
        char *shown = !text ? NULL : shown_text(text, table->columns[i].kind);
        if (!text)
            continue;
        if (!shown)
            return false;
        const char *name = translate(table->columns[i].name);
        printf("%s%*s" GAP "%s\n", name, printable_pad(name, (int)width), "", shown);
        put(cell(table, 0, i), shown);
    }
    return true;
}

bool table_print_record(struct table *table, bool json)
{
    return json ? json_write(json_row(table, 0)) : print_fields(table);
}

/*
 * Results as a table; see table.h.
 */
#include "table.h"
#include "console.h"
#include "printable.h"
#include "sym_memory.h"

#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct table {
    const struct table_column *columns;
    size_t width; /* columns */
    size_t rows;
    char **cells; /* rows * width */
};

struct table *table_new(const struct table_column *columns)
{
    struct table *table = calloc(1, sizeof(*table));
    if (table == NULL)
        return NULL;
    table->columns = columns;
    while (table->width < TABLE_COLUMNS && columns[table->width].name != NULL)
        table->width++;
    return table;
}

static void wiping_free(void *data)
{
    if (data != NULL)
        sym_wipe(data, malloc_usable_size(data));
    free(data);
}

void table_free(struct table *table)
{
    if (table == NULL)
        return;
    for (size_t i = 0; i < table->rows * table->width; i++)
        wiping_free(table->cells[i]);
    free(table->cells);
    free(table);
}

bool table_add(struct table *table, const char *const cells[])
{
    char **grown = reallocarray(table->cells, (table->rows + 1) * table->width, sizeof(*grown));
    if (grown == NULL)
        return false;
    table->cells = grown;
    char **row = grown + table->rows * table->width;
    bool done = true;
    for (size_t i = 0; i < table->width; i++) {
        row[i] = cells[i] == NULL ? NULL : strdup(cells[i]);
        done = done && (cells[i] == NULL || row[i] != NULL);
    }
    table->rows++;
    return done;
}

static const char *cell(const struct table *table, size_t row, size_t column)
{
    return table->cells[row * table->width + column];
}

/* --- JSON ------------------------------------------------------------------------------------ */

static json_t *json_cell(const char *text, enum table_kind kind)
{
    if (text == NULL)
        return json_null();
    switch (kind) {
    case TABLE_NUMBER:
        return json_integer(strtoll(text, NULL, 10));
    case TABLE_BOOLEAN:
        return json_boolean(strcmp(text, "yes") == 0);
    case TABLE_TEXT:
        break;
    }
    return json_string(text);
}

static json_t *json_row(const struct table *table, size_t row)
{
    json_t *object = json_object();
    for (size_t i = 0; i < table->width; i++) {
        const struct table_column *column = &table->columns[i];
        if (json_object_set_new(object, column->name,
                                json_cell(cell(table, row, i), column->kind)) != 0) {
            json_decref(object);
            return NULL;
        }
    }
    return object;
}

static bool json_write(json_t *value)
{
    bool done = value != NULL && json_dumpf(value, stdout, JSON_INDENT(2)) == 0;
    if (done)
        putchar('\n');
    json_decref(value);
    return done;
}

static bool json_print(const struct table *table)
{
    json_t *array = json_array();
    for (size_t row = 0; row < table->rows; row++) {
        if (json_array_append_new(array, json_row(table, row)) != 0) {
            json_decref(array);
            return false;
        }
    }
    return json_write(array);
}

/* --- columns --------------------------------------------------------------------------------- */

static void print_padded(const char *text, size_t width, bool right)
{
    size_t pad = width - printable_width(text); /* width is that of the widest */
    printf("%*s%s%*s", right ? (int)pad : 0, "", text, right ? 0 : (int)pad, "");
}

/* A file may hold anything; a terminal may not be shown it. */
static char *safe_text(const char *text)
{
    size_t bytes = text == NULL ? 0 : strlen(text);
    char *safe = malloc(PRINTABLE_SPACE(bytes));
    if (safe != NULL)
        printable_text(safe, PRINTABLE_SPACE(bytes), text, bytes);
    return safe;
}

static void print_headings(const struct table *table, const size_t widths[TABLE_COLUMNS])
{
    fputs(console_style(stdout, CONSOLE_BOLD), stdout);
    for (size_t i = 0; i < table->width; i++) {
        char heading[64];
        snprintf(heading, sizeof(heading), "%s", table->columns[i].name);
        for (char *at = heading; (at = strchr(at, '_')) != NULL;)
            *at = ' ';
        bool last = i + 1 == table->width;
        print_padded(heading, last ? strlen(heading) : widths[i],
                     table->columns[i].kind == TABLE_NUMBER);
        fputs(last ? "" : "  ", stdout);
    }
    printf("%s\n", console_style(stdout, CONSOLE_PLAIN));
}

/* The last column is not padded: no blanks at the end of lines. */
static bool print_row(const struct table *table, const size_t widths[TABLE_COLUMNS], size_t row)
{
    for (size_t i = 0; i < table->width; i++) {
        char *text = safe_text(cell(table, row, i));
        if (text == NULL)
            return false;
        bool last = i + 1 == table->width;
        print_padded(text, last ? printable_width(text) : widths[i],
                     table->columns[i].kind == TABLE_NUMBER);
        fputs(last ? "" : "  ", stdout);
        wiping_free(text);
    }
    putchar('\n');
    return true;
}

static bool measure(size_t widths[TABLE_COLUMNS], const struct table *table)
{
    for (size_t i = 0; i < table->width; i++) {
        widths[i] = printable_width(table->columns[i].name);
        for (size_t row = 0; row < table->rows; row++) {
            char *text = safe_text(cell(table, row, i));
            if (text == NULL)
                return false;
            size_t width = printable_width(text);
            widths[i] = width > widths[i] ? width : widths[i];
            wiping_free(text);
        }
    }
    return true;
}

static bool print_columns(const struct table *table)
{
    size_t widths[TABLE_COLUMNS];
    bool done = measure(widths, table);
    if (done)
        print_headings(table, widths);
    for (size_t row = 0; done && row < table->rows; row++)
        done = print_row(table, widths, row);
    return done;
}

bool table_print(const struct table *table, bool json)
{
    return json ? json_print(table) : print_columns(table);
}

static bool print_fields(const struct table *table)
{
    size_t width = 0;
    for (size_t i = 0; i < table->width; i++)
        width = strlen(table->columns[i].name) > width ? strlen(table->columns[i].name) : width;
    for (size_t i = 0; i < table->width; i++) {
        if (cell(table, 0, i) == NULL)
            continue;
        char *text = safe_text(cell(table, 0, i));
        if (text == NULL)
            return false;
        printf("%-*s  %s\n", (int)width, table->columns[i].name, text);
        wiping_free(text);
    }
    return true;
}

bool table_print_record(const struct table *table, bool json)
{
    if (!json)
        return print_fields(table);
    return json_write(json_row(table, 0));
}

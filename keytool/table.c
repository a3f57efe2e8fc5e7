/*
 * Results as a table; see table.h.
 */
#include "table.h"
#include "allow_list.h"
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

const char *table_text(const char *text)
{
    return text[0] == '\0' ? NULL : text;
}

const char *table_boolean(bool yes)
{
    return yes ? "yes" : "no";
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
    case TABLE_SIZE:
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
    bool done = value != NULL &&
                (json_dumpf(value, stdout, JSON_INDENT(2)) == 0 ||
                 ferror(stdout) != 0); /* what cannot be written, console_finish says */
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

/* What columns show of a cell; new text. A file may hold what a terminal must not be shown. */
static char *shown_text(const struct table *table, size_t row, size_t column)
{
    char size[ALLOW_QUOTA_TEXT_BYTES];
    const char *text = cell(table, row, column);
    if (text != NULL && table->columns[column].kind == TABLE_SIZE) {
        allow_quota_text(size, strtoull(text, NULL, 10));
        text = size;
    }
    size_t bytes = text == NULL ? 0 : strlen(text);
    char *safe = malloc(PRINTABLE_SPACE(bytes));
    if (safe != NULL)
        printable_text(safe, PRINTABLE_SPACE(bytes), text, bytes);
    return safe;
}

static bool says_something(const struct table *table, size_t column)
{
    bool boolean = table->columns[column].kind == TABLE_BOOLEAN;
    for (size_t row = 0; row < table->rows; row++) {
        const char *text = cell(table, row, column);
        if (text != NULL && !(boolean && strcmp(text, "no") == 0))
            return true;
    }
    return !table->columns[column].quiet;
}

/* The columns that are shown, and how wide they are. */
struct layout {
    size_t count;
    size_t columns[TABLE_COLUMNS], widths[TABLE_COLUMNS];
};

static bool measure(struct layout *layout, const struct table *table)
{
    layout->count = 0;
    for (size_t i = 0; i < table->width; i++) {
        if (!says_something(table, i))
            continue;
        size_t widest = printable_width(table->columns[i].name);
        for (size_t row = 0; row < table->rows; row++) {
            char *text = shown_text(table, row, i);
            if (text == NULL)
                return false;
            size_t width = printable_width(text);
            widest = width > widest ? width : widest;
            wiping_free(text);
        }
        layout->widths[layout->count] = widest;
        layout->columns[layout->count++] = i;
    }
    return true;
}

/* The last column is not padded: no blanks at the end of lines. */
static void print_cell(const char *text, const struct layout *layout, size_t at,
                       enum table_kind kind)
{
    bool last = at + 1 == layout->count;
    bool right = kind == TABLE_NUMBER || kind == TABLE_SIZE;
    print_padded(text, last && !right ? printable_width(text) : layout->widths[at], right);
    fputs(last ? "" : "  ", stdout);
}

static void print_headings(const struct table *table, const struct layout *layout)
{
    fputs(console_style(stdout, CONSOLE_BOLD), stdout);
    for (size_t i = 0; i < layout->count; i++) {
        const struct table_column *column = &table->columns[layout->columns[i]];
        char heading[64];
        snprintf(heading, sizeof(heading), "%s", column->name);
        for (char *at = heading; (at = strchr(at, '_')) != NULL;)
            *at = ' ';
        print_cell(heading, layout, i, column->kind);
    }
    printf("%s\n", console_style(stdout, CONSOLE_PLAIN));
}

static bool print_row(const struct table *table, const struct layout *layout, size_t row)
{
    for (size_t i = 0; i < layout->count; i++) {
        char *text = shown_text(table, row, layout->columns[i]);
        if (text == NULL)
            return false;
        print_cell(text, layout, i, table->columns[layout->columns[i]].kind);
        wiping_free(text);
    }
    putchar('\n');
    return true;
}

static bool print_columns(const struct table *table)
{
    struct layout layout;
    bool done = measure(&layout, table);
    if (done)
        print_headings(table, &layout);
    for (size_t row = 0; done && row < table->rows; row++)
        done = print_row(table, &layout, row);
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
        char *text = shown_text(table, 0, i);
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

/*
 * A CSV table in memory: rows of cells, columns by name; see csv_table.h.
 */
#include "csv_cells.h"
#include "sym_memory.h"
#include "translate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_COLUMN SIZE_MAX

/* --- rows ------------------------------------------------------------------------------------ */

static void cell_free(struct csv_cell *cell)
{
    sym_wipe(cell->text, strlen(cell->text));
    free(cell->text);
}

bool csv_row_append(struct csv_row *row, const char *text, size_t bytes, unsigned line,
                    unsigned column)
{
    struct csv_cell *cells = reallocarray(row->cells, row->count + 1, sizeof(*cells));
    if (!cells)
        return false;
    row->cells = cells;
    char *copy = strndup(text, bytes);
    if (!copy)
        return false;
    row->cells[row->count++] = (struct csv_cell){.text = copy, .line = line, .column = column};
    return true;
}

void csv_row_free(struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++)
        cell_free(&row->cells[i]);
    free(row->cells);
    *row = (struct csv_row){0};
}

bool csv_table_append(struct csv_table *table, struct csv_row *row)
{
    if (table->count == table->space) {
        size_t space = table->space == 0 ? 16 : 2 * table->space; /* rows are few: CSV_TABLE_ROWS */
        struct csv_row *rows = reallocarray(table->rows, space, sizeof(*rows));
        if (!rows)
            return false;
        table->rows = rows;
        table->space = space;
    }
    table->rows[table->count++] = *row;
    *row = (struct csv_row){0}; /* transferred */
    return true;
}

/* --- tables ---------------------------------------------------------------------------------- */

bool csv_table_new(struct csv_table **table, const char *file, const char *const columns[],
                   struct problem *problem)
{
    struct csv_table *made = calloc(1, sizeof(*made));
    *table = NULL;
    if (!made)
        return problem_memory(problem);
    made->file = strdup(file);
    bool done = made->file != NULL;
    for (; done && *columns; columns++)
        done = csv_row_append(&made->header, *columns, strlen(*columns), 0, 0);
    if (!done) {
        csv_table_free(made);
        return problem_memory(problem);
    }
    *table = made;
    return true;
}

void csv_table_free(struct csv_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->count; i++)
        csv_row_free(&table->rows[i]);
    csv_row_free(&table->header);
    free(table->rows);
    free(table->file);
    free(table);
}

static size_t find_column(const struct csv_table *table, const char *column)
{
    for (size_t i = 0; i < table->header.count; i++)
        if (strcasecmp(table->header.cells[i].text, column) == 0)
            return i;
    return NO_COLUMN;
}

size_t csv_table_rows(const struct csv_table *table)
{
    return table->count;
}

const char *csv_table_column(const struct csv_table *table, size_t index)
{
    return index < table->header.count ? table->header.cells[index].text : NULL;
}

bool csv_table_has_column(const struct csv_table *table, const char *column)
{
    return find_column(table, column) != NO_COLUMN;
}

bool csv_table_require(const struct csv_table *table, const char *const columns[],
                       struct problem *problem)
{
    for (; *columns != NULL; columns++) {
        if (!csv_table_has_column(table, *columns)) {
            problem_set(problem, "%s:1:1: there is no column %s", table->file, *columns);
            return problem_hint(problem, "the first line names the columns");
        }
    }
    return true;
}

const char *csv_table_get(const struct csv_table *table, size_t row, const char *column)
{
    size_t at = find_column(table, column);
    return at == NO_COLUMN ? "" : table->rows[row].cells[at].text;
}

unsigned csv_table_line(const struct csv_table *table, size_t row)
{
    return table->rows[row].line;
}

/* --- changes --------------------------------------------------------------------------------- */

/* A column at the end of every row; if memory runs out, rows that already have it lose it again. */
static bool add_column(struct csv_table *table, const char *column)
{
    size_t done = 0;
    while (done < table->count && csv_row_append(&table->rows[done], "", 0, 0, 0))
        done++;
    if (done == table->count && csv_row_append(&table->header, column, strlen(column), 0, 0))
        return true;
    while (done-- > 0) {
        struct csv_row *row = &table->rows[done];
        cell_free(&row->cells[--row->count]);
    }
    return false;
}

bool csv_table_set(struct csv_table *table, size_t row, const char *column, const char *text,
                   struct problem *problem)
{
    size_t at = find_column(table, column);
    if (at == NO_COLUMN) {
        at = table->header.count;
        if (!add_column(table, column))
            return problem_memory(problem);
    }
    char *copy = strdup(text);
    if (!copy)
        return problem_memory(problem);
    struct csv_cell *cell = &table->rows[row].cells[at];
    cell_free(cell);
    cell->text = copy;
    return true;
}

bool csv_table_add(struct csv_table *table, size_t *row, struct problem *problem)
{
    struct csv_row made = {0};
    *row = table->count;
    if (table->count >= CSV_TABLE_ROWS)
        return problem_set(problem, "%s has %u rows, which is the most it can have", table->file,
                           CSV_TABLE_ROWS);
    bool done = true;
    for (size_t i = 0; done && i < table->header.count; i++)
        done = csv_row_append(&made, "", 0, 0, 0);
    if (done && csv_table_append(table, &made))
        return true;
    csv_row_free(&made);
    return problem_memory(problem);
}

void csv_table_remove(struct csv_table *table, size_t row)
{
    csv_row_free(&table->rows[row]);
    table->count--;
    memmove(&table->rows[row], &table->rows[row + 1],
            (table->count - row) * sizeof(table->rows[row]));
}

/* --- faults ---------------------------------------------------------------------------------- */

bool csv_place_fault(struct problem *problem, const char *file, unsigned line, unsigned column,
                     const char *format, ...)
{
    char what[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), translate(format), arguments);
    va_end(arguments);
    return problem_set(problem, "%s:%u:%u: %s", file, line, column, what);
}

bool csv_table_fault(struct problem *problem, const struct csv_table *table, size_t row,
                     const char *column, const char *format, ...)
{
    char what[PROBLEM_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof(what), translate(format), arguments);
    va_end(arguments);
    size_t at = find_column(table, column);
    if (at == NO_COLUMN)
        return problem_set(problem, "%s:%u: %s: %s", table->file, table->rows[row].line, column,
                           what);
    const struct csv_cell *cell = &table->rows[row].cells[at];
    return csv_place_fault(problem, table->file, cell->line, cell->column, "%s: %s", column, what);
}

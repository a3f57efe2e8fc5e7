/*
 * Tables of a page for a terminal: columns as wide as they must be, cells broken at blanks.
 */
#include "page_rows_internal.h"

#include <stdlib.h>
#include <string.h>

#define MOST_COLUMNS 12
#define MOST_ROWS    128
#define GAP          2

struct page_table {
    char *cells[MOST_ROWS][MOST_COLUMNS];
    size_t rows, columns;
    size_t width[MOST_COLUMNS];
};

/* The cells of "| a | b |". */
static bool add_row(struct page_table *table, const char *row, const char *end)
{
    size_t number = 0;
    for (const char *at = row + 1; at < end && number < MOST_COLUMNS; number++) {
        const char *bar = memmem(at, (size_t)(end - at), " |", 2);
        const char *stop = bar ? bar : end;
        while (at < stop && *at == ' ')
            at++;
        table->cells[table->rows][number] = page_rows_plain(at, (size_t)(stop - at), false);
        if (!table->cells[table->rows][number])
            return false;
        at = stop + 2;
    }
    if (number > table->columns)
        table->columns = number;
    table->rows++;
    return true;
}

static const char *cell(const struct page_table *table, size_t row, size_t column)
{
    return table->cells[row][column] ? table->cells[row][column] : "";
}

static size_t longest_word(const char *text)
{
    size_t longest = 0;
    while (*(text += strspn(text, " "))) {
        size_t bytes = strcspn(text, " "), width = page_rows_width(text, bytes);
        if (width > longest)
            longest = width;
        text += bytes;
    }
    return longest;
}

/* Each column as wide as its widest cell; then the widest gives way, down to its longest word. */
static void set_widths(struct page_table *table, size_t columns)
{
    size_t least[MOST_COLUMNS] = {0}, total = 0;
    for (size_t i = 0; i < table->columns; i++) {
        for (size_t row = 0; row < table->rows; row++) {
            size_t width = page_rows_width(cell(table, row, i), strlen(cell(table, row, i)));
            size_t word = longest_word(cell(table, row, i));
            table->width[i] = width > table->width[i] ? width : table->width[i];
            least[i] = word > least[i] ? word : least[i];
        }
        total += table->width[i] + (i > 0 ? GAP : 0);
    }
    while (total > columns) {
        size_t widest = MOST_COLUMNS;
        for (size_t i = 0; i < table->columns; i++)
            if (table->width[i] > least[i] &&
                (widest == MOST_COLUMNS || table->width[i] > table->width[widest]))
                widest = i;
        if (widest == MOST_COLUMNS)
            return; /* words as wide as the screen: the terminal breaks them */
        table->width[widest]--;
        total--;
    }
}

/* As many words as fit; returns what is left. */
static const char *put_piece(FILE *out, const char *text, size_t width, bool last)
{
    size_t column = 0;
    while (*(text += strspn(text, " "))) {
        size_t bytes = strcspn(text, " "), wide = page_rows_width(text, bytes);
        if (column > 0 && column + 1 + wide > width)
            break;
        fprintf(out, "%s%.*s", column > 0 ? " " : "", (int)bytes, text);
        column += wide + (column > 0 ? 1 : 0);
        text += bytes;
    }
    if (!last)
        fprintf(out, "%*s", (int)(width + GAP - (column < width ? column : width)), "");
    return text;
}

static void put_row(FILE *out, const struct page_table *table, size_t row)
{
    const char *left[MOST_COLUMNS];
    bool more = true;
    for (size_t i = 0; i < table->columns; i++)
        left[i] = cell(table, row, i);
    while (more) {
        more = false;
        for (size_t i = 0; i < table->columns; i++) {
            left[i] = put_piece(out, left[i], table->width[i], i + 1 == table->columns);
            more |= left[i][strspn(left[i], " ")] != '\0';
        }
        putc('\n', out);
    }
}

/* Lines of dashes below the headings, where there are any. */
static void put_rule(FILE *out, const struct page_table *table)
{
    bool any = false;
    for (size_t i = 0; i < table->columns; i++)
        any |= *cell(table, 0, i) != '\0';
    for (size_t i = 0; any && i < table->columns; i++) {
        for (size_t dash = 0; dash < table->width[i]; dash++)
            putc('-', out);
        fprintf(out, "%*s", i + 1 < table->columns ? GAP : 0, "");
    }
    if (any)
        putc('\n', out);
}

static bool read_table(struct page_table *table, const char *text, size_t bytes)
{
    size_t number = 0;
    for (const char *row = text, *end; row < text + bytes; row = end + 1, number++) {
        end = memchr(row, '\n', bytes - (size_t)(row - text));
        if (!end)
            end = text + bytes;
        if (number != 1 && table->rows < MOST_ROWS && !add_row(table, row, end))
            return false; /* number 1 is the line of dashes */
    }
    return true;
}

bool page_rows_table(const struct page_rows *rows, const char *text, size_t bytes)
{
    struct page_table *table = calloc(1, sizeof(*table));
    bool good = table && read_table(table, text, bytes);
    if (good) {
        set_widths(table, rows->columns);
        for (size_t row = 0; row < table->rows; row++) {
            bool is_heading = row == 0;
            if (!is_heading || *cell(table, 0, table->columns - 1) || *cell(table, 0, 0))
                put_row(rows->out, table, row);
            if (is_heading)
                put_rule(rows->out, table);
        }
    }
    for (size_t row = 0; table && row < table->rows; row++)
        for (size_t i = 0; i < MOST_COLUMNS; i++)
            free(table->cells[row][i]);
    free(table);
    return good;
}

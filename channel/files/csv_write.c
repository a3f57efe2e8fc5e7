/*
 * Writing CSV, RFC 4180 section 2: quoted where it has to be, and nowhere else; see csv_table.h.
 */
#include "csv_cells.h"
#include "sym_memory.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR_LINE "sep=,\n"

#define MARK "\xef\xbb\xbf"

/* Quotes are needed for quotation marks and line breaks (2.6), blanks at an end, and a byte order
 * mark, which reading would drop. An empty cell needs them only if it is alone on its line, which
 * reading would skip. */
static bool needs_quotes(const char *text, size_t bytes, size_t cells)
{
    if (bytes == 0)
        return cells == 1;
    return strpbrk(text, ",\"\r\n") != NULL || strchr(" \t", text[0]) != NULL ||
           strchr(" \t", text[bytes - 1]) != NULL || strncmp(text, MARK, strlen(MARK)) == 0;
}

/* Writes one row to out, or only measures it if out is NULL. */
static size_t write_row(char *out, const struct csv_row *row)
{
    size_t length = 0;
    for (size_t i = 0; i < row->count; i++) {
        const char *text = row->cells[i].text;
        size_t bytes = strlen(text);
        char *to = out == NULL ? NULL : out + length;
        if (needs_quotes(text, bytes, row->count)) {
            length += csv_write(to, out == NULL ? 0 : SIZE_MAX, text, bytes);
        } else {
            if (to != NULL)
                memcpy(to, text, bytes);
            length += bytes;
        }
        if (out != NULL)
            out[length] = i + 1 < row->count ? ',' : '\n';
        length++;
    }
    return length;
}

static size_t write_rows(char *out, const struct csv_table *table)
{
    size_t length = table->separator_line ? strlen(SEPARATOR_LINE) : 0;
    if (out != NULL)
        memcpy(out, SEPARATOR_LINE, length);
    length += write_row(out == NULL ? NULL : out + length, &table->header);
    for (size_t i = 0; i < table->count; i++)
        length += write_row(out == NULL ? NULL : out + length, &table->rows[i]);
    return length;
}

char *csv_table_text(size_t *bytes, const struct csv_table *table, struct problem *problem)
{
    *bytes = write_rows(NULL, table); /* measured, so that no buffer grows and is left behind */
    if (*bytes > CSV_TABLE_FILE_BYTES) {
        problem_set(problem, "%s would be larger than %u bytes", table->file, CSV_TABLE_FILE_BYTES);
        return NULL;
    }
    char *text = malloc(*bytes);
    if (text == NULL)
        problem_memory(problem);
    else
        write_rows(text, table);
    return text;
}

bool csv_table_write(const struct csv_table *table, const struct file_lock *lock, const char *path,
                     mode_t mode, struct problem *problem)
{
    size_t bytes;
    char *text = csv_table_text(&bytes, table, problem);
    if (text == NULL)
        return false;
    bool done = whole_file_replace(lock, path, text, bytes, mode, problem);
    sym_wipe(text, bytes);
    free(text);
    return done;
}

/*
 * Writing CSV, RFC 4180 section 2: quoted where it has to be, and nowhere else; see csv_table.h.
 */
#include "csv_cells.h"
#include "sym_memory.h"

#include <stdlib.h>
#include <string.h>

#define SEPARATOR_LINE "sep=,\n"
#define MARK           "\xef\xbb\xbf"

/* Quotes are needed for quotation marks and line breaks (2.6), blanks at an end, and a byte order
 * mark, which reading would drop. An empty cell needs them only if it is alone on its line, which
 * reading would skip. */
static bool needs_quotes(const char *text, size_t bytes, size_t cells)
{
    if (bytes == 0)
        return cells == 1;
    return strpbrk(text, ",\"\r\n") || strchr(" \t", text[0]) || strchr(" \t", text[bytes - 1]) ||
           strncmp(text, MARK, strlen(MARK)) == 0;
}

/* out NULL: only measured. */
static void put(char *out, size_t *length, const char *text, size_t bytes)
{
    if (out)
        memcpy(out + *length, text, bytes);
    *length += bytes;
}

static void put_row(char *out, size_t *length, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        const char *text = row->cells[i].text;
        bool quoted = needs_quotes(text, strlen(text), row->count);
        put(out, length, "\"", quoted);
        if (!quoted)
            put(out, length, text, strlen(text));
        for (; quoted && *text != '\0'; text++) {
            put(out, length, "\"", quoted && *text == '"'); /* RFC 4180 2.7: written twice */
            put(out, length, text, 1);
        }
        put(out, length, "\"", quoted);
        put(out, length, i + 1 < row->count ? "," : "\n", 1);
    }
}

static size_t put_table(char *out, const struct csv_table *table)
{
    size_t length = 0;
    if (table->separator_line)
        put(out, &length, SEPARATOR_LINE, strlen(SEPARATOR_LINE));
    put_row(out, &length, &table->header);
    for (size_t i = 0; i < table->count; i++)
        put_row(out, &length, &table->rows[i]);
    return length;
}

char *csv_table_text(size_t *bytes, const struct csv_table *table, struct problem *problem)
{
    *bytes = put_table(NULL, table); /* measured, so that no buffer grows and is left behind */
    if (*bytes > CSV_TABLE_FILE_BYTES) {
        problem_set(problem, "%s would be larger than %u bytes", table->file, CSV_TABLE_FILE_BYTES);
        return NULL;
    }
    char *text = malloc(*bytes);
    if (!text)
        problem_memory(problem);
    else
        put_table(text, table);
    return text;
}

bool csv_table_write(const struct csv_table *table, const struct file_lock *lock, const char *path,
                     mode_t mode, struct problem *problem)
{
    size_t bytes;
    char *text = csv_table_text(&bytes, table, problem);
    if (!text)
        return false;
    bool done = whole_file_replace(lock, path, text, bytes, mode, problem);
    sym_wipe(text, bytes);
    free(text);
    return done;
}

/*
 * Reading CSV with libcsv; see csv_table.h.
 *
 * libcsv does not say where a cell stood, so it is fed in small bites while we count lines and
 * columns. Its buffer is wiped as ours are: a private key may have passed through.
 */
#include "byte_order_mark.h"
#include "csv_cells.h"
#include "file_guard.h"
#include "sym_memory.h"
#include "utf8.h"

#include <csv.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

struct place {
    unsigned line, column;
};

struct reading {
    struct csv_table *table;
    struct csv_row row; /* the cells of this row so far */
    struct place at;    /* of the byte that is being parsed */
    struct place start; /* of the cell that is being parsed */
    bool started;       /* that cell's first byte was seen */
    bool after_return;  /* the last byte was CR: an LF belongs to it */
    bool failed;        /* problem is set: skip the rest */
    struct problem *problem;
};

/* --- libcsv's buffer, wiped ------------------------------------------------------------------ */

static void wiping_free(void *old)
{
    if (old != NULL)
        sym_wipe(old, malloc_usable_size(old));
    free(old);
}

static void *wiping_realloc(void *old, size_t bytes)
{
    void *made = malloc(bytes);
    if (made != NULL && old != NULL) {
        size_t kept = malloc_usable_size(old);
        memcpy(made, old, kept < bytes ? kept : bytes);
        wiping_free(old);
    }
    return made;
}

/* --- what libcsv reports --------------------------------------------------------------------- */

static void on_cell(void *text, size_t bytes, void *context)
{
    struct reading *reading = context;
    reading->started = false;
    if (reading->failed)
        return;
    if (reading->row.count == CSV_TABLE_ROW_CELLS)
        reading->failed = !csv_place_fault(reading->problem, reading->table->file,
                                           reading->start.line, reading->start.column,
                                           "more than %u cells in a row", CSV_TABLE_ROW_CELLS);
    else if (!csv_row_append(&reading->row, bytes == 0 ? "" : text, bytes, reading->start.line,
                             reading->start.column))
        reading->failed = !problem_memory(reading->problem);
}

/* Spreadsheets end every line with as many commas as their widest row has. */
static void drop_empty_end(struct csv_row *row, size_t keep)
{
    while (row->count > keep && row->cells[row->count - 1].text[0] == '\0')
        free(row->cells[--row->count].text);
}

static bool check_header(const struct reading *reading, const struct csv_row *header)
{
    const char *file = reading->table->file;
    if (header->count > CSV_TABLE_COLUMNS) /* first: what follows compares each to each */
        return csv_place_fault(reading->problem, file, header->line, 1, "more than %u columns",
                               CSV_TABLE_COLUMNS);
    for (size_t i = 0; i < header->count; i++) {
        const struct csv_cell *cell = &header->cells[i];
        if (cell->text[0] == '\0')
            return csv_place_fault(reading->problem, file, cell->line, cell->column,
                                   "a column has no name");
        for (size_t j = 0; j < i; j++) {
            if (strcasecmp(cell->text, header->cells[j].text) == 0)
                return csv_place_fault(reading->problem, file, cell->line, cell->column,
                                       "the column %s is there twice", cell->text);
        }
    }
    if (header->count == 1 && strchr(header->cells[0].text, ';') != NULL) {
        csv_place_fault(reading->problem, file, header->line, 1, "the columns are not separated");
        return problem_hint(reading->problem, "separate them by commas, not semicolons");
    }
    return true;
}

static bool check_row(const struct reading *reading, const struct csv_row *row)
{
    const char *file = reading->table->file;
    size_t wanted = reading->table->header.count;
    if (row->count < wanted)
        return csv_place_fault(reading->problem, file, reading->at.line, reading->at.column,
                               "%zu cells where the header has %zu: the row is cut short",
                               row->count, wanted);
    if (row->count > wanted)
        return csv_place_fault(reading->problem, file, row->cells[wanted].line,
                               row->cells[wanted].column,
                               "more cells than the %zu of the header: a stray comma?", wanted);
    return reading->table->count < CSV_TABLE_ROWS ||
           csv_place_fault(reading->problem, file, row->line, 1, "more than %u rows",
                           CSV_TABLE_ROWS);
}

static void on_row(int terminator, void *context)
{
    (void)terminator;
    struct reading *reading = context;
    struct csv_table *table = reading->table;
    if (reading->failed || reading->row.count == 0)
        return;
    reading->row.line = reading->row.cells[0].line;
    drop_empty_end(&reading->row, table->header.count);
    bool empty = true;
    for (size_t i = 0; i < reading->row.count; i++)
        empty = empty && reading->row.cells[i].text[0] == '\0';

    if (empty) {
        csv_row_free(&reading->row);
    } else if (table->header.count == 0) {
        reading->failed = !check_header(reading, &reading->row);
        table->header = reading->row;
        reading->row = (struct csv_row){0}; /* transferred */
    } else {
        reading->failed = !check_row(reading, &reading->row) ||
                          (!csv_table_append(table, &reading->row) &&
                           !problem_memory(reading->problem));
    }
}

/* --- the text -------------------------------------------------------------------------------- */

/* Moves the place past a byte. Lines end in LF, CR, or CR LF. */
static void advance(struct reading *reading, char byte)
{
    bool ends_line = byte == '\r' || (byte == '\n' && !reading->after_return);
    reading->after_return = byte == '\r';
    if (ends_line) {
        reading->at.line++;
        reading->at.column = 1;
    } else if (byte != '\n' && ((unsigned char)byte & 0xC0u) != 0x80) { /* UTF-8: one character */
        reading->at.column++;
    }
}

/* A cell starts at the first byte that is not blank; its end counts, for the empty cell. */
static void note_start(struct reading *reading, char byte)
{
    bool between_rows = reading->row.count == 0 && (byte == '\r' || byte == '\n');
    if (reading->started || between_rows || byte == ' ' || byte == '\t')
        return;
    reading->start = reading->at;
    reading->started = true;
}

static bool fault_at(const struct reading *reading, struct place place, const char *what)
{
    return csv_place_fault(reading->problem, reading->table->file, place.line, place.column, "%s",
                           what);
}

/* What libcsv refused: CSV_STRICT lets no stray quotation mark pass. */
static bool parser_fault(const struct reading *reading, struct csv_parser *parser, bool at_end)
{
    if (csv_error(parser) != CSV_EPARSE)
        return problem_memory(reading->problem);
    if (at_end) {
        fault_at(reading, reading->start, "the quotation mark is never closed");
        return problem_hint(reading->problem, "the file may be cut short");
    }
    fault_at(reading, reading->at, "a quotation mark in the wrong place");
    return problem_hint(reading->problem, "write \"...\" around the cell, and \"\" for one inside");
}

/* Hands libcsv one byte that matters to CSV or to the count of lines, or a run of other bytes. */
static bool feed(struct reading *reading, struct csv_parser *parser, const char *text, size_t bytes)
{
    note_start(reading, text[0]);
    if (text[0] == '\0')
        return fault_at(reading, reading->at, "a zero byte: this is no text file");
    if (csv_parse(parser, text, bytes, on_cell, on_row, reading) != bytes)
        return parser_fault(reading, parser, false);
    if (parser->entry_pos > CSV_TABLE_CELL_BYTES)
        return csv_place_fault(reading->problem, reading->table->file, reading->start.line,
                               reading->start.column, "a cell is longer than %u bytes",
                               CSV_TABLE_CELL_BYTES);
    for (size_t i = 0; i < bytes; i++)
        advance(reading, text[i]);
    return !reading->failed;
}

/* How many bytes are letters and digits of ASCII: most of a file of keys is. */
static size_t plain_run(const char *text, size_t bytes)
{
    size_t run = 0;
    if (bytes > CSV_TABLE_CELL_BYTES)
        bytes = CSV_TABLE_CELL_BYTES;
    while (run < bytes && ((text[run] >= '0' && text[run] <= '9') ||
                           ((text[run] | 0x20) >= 'a' && (text[run] | 0x20) <= 'z')))
        run++;
    return run;
}

/* The line of Excel that names the separator: sep=, maybe quoted or with empty cells behind. *used:
 * its bytes with the line break, 0 if there is none. */
static bool take_separator_line(size_t *used, struct reading *reading, const char *text,
                                size_t bytes)
{
    size_t sign = bytes > 0 && text[0] == '"' ? 5 : 4, length = 0, end = sign + 1;
    *used = 0;
    while (length < bytes && text[length] != '\n' && text[length] != '\r')
        length++;
    while (end < length && (text[end] == ',' || text[end] == '"'))
        end++;
    if (length < sign + 1 || end < length || strncasecmp(text + sign - 4, "sep=", 4) != 0)
        return true;
    if (text[sign] != ',') {
        csv_place_fault(reading->problem, reading->table->file, 1, (unsigned)sign + 1,
                        "the cells are separated by '%.1s'", text + sign);
        return problem_hint(reading->problem,
                            "separate them by commas, and write sep=, or nothing");
    }
    length += length + 1 < bytes && text[length] == '\r' && text[length + 1] == '\n';
    length += length < bytes;
    for (; *used < length; ++*used)
        advance(reading, text[*used]);
    reading->table->separator_line = true;
    return true;
}

static bool parse_text(struct reading *reading, struct csv_parser *parser, const char *text,
                       size_t bytes)
{
    for (size_t at = 0, used; at < bytes; at += used) {
        used = plain_run(text + at, bytes - at);
        if (used == 0 && utf8_decode(text + at, bytes - at, &used) == UTF8_INVALID) {
            fault_at(reading, reading->at, "not UTF-8");
            return problem_hint(reading->problem, "save the file as CSV UTF-8");
        }
        if (!feed(reading, parser, text + at, used))
            return false;
    }
    if (csv_fini(parser, on_cell, on_row, reading) != 0)
        return parser_fault(reading, parser, true);
    if (!reading->failed && reading->table->header.count == 0) {
        fault_at(reading, (struct place){reading->table->separator_line ? 2 : 1, 1},
                 "no header row");
        return problem_hint(reading->problem, "the first line names the columns");
    }
    return !reading->failed;
}

bool csv_table_parse(struct csv_table **table, const char *file, const char *text, size_t bytes,
                     struct problem *problem)
{
    struct csv_parser parser;
    struct reading reading = {.at = {1, 1}, .start = {1, 1}, .problem = problem};
    *table = NULL;
    if (!csv_table_new(&reading.table, file, (const char *const[]){NULL}, problem))
        return false;
    csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL);
    csv_set_realloc_func(&parser, wiping_realloc);
    csv_set_free_func(&parser, wiping_free);

    size_t skip = byte_order_mark(text, bytes), line = 0;
    bool done = utf16_check(problem, file, text, bytes) &&
                take_separator_line(&line, &reading, text + skip, bytes - skip) &&
                parse_text(&reading, &parser, text + skip + line, bytes - skip - line);
    csv_free(&parser);
    csv_row_free(&reading.row);
    if (done)
        *table = reading.table; /* transferred */
    else
        csv_table_free(reading.table);
    return done;
}

/* columns: of an empty table, if there is no such file. */
static bool read_file(struct csv_table **table, struct whole_file *file, const char *path,
                      const char *const columns[], struct problem *problem)
{
    struct problem reading = {0};
    if (!whole_file_read(file, path, CSV_TABLE_FILE_BYTES, &reading)) {
        if (errno == ENOENT && columns != NULL)
            return csv_table_new(table, path, columns, problem);
        problem_set(problem, "%s", reading.message);
        return problem_hint(problem, "%s", reading.hint);
    }
    bool done = csv_table_parse(table, path, file->data, file->bytes, problem);
    struct whole_file contents = *file; /* the stamp and the mode stay there */
    whole_file_free(&contents);
    return done;
}

bool csv_table_read(struct csv_table **table, const char *path, const char *const columns[],
                    struct file_stamp *stamp, mode_t *mode, struct problem *problem)
{
    struct whole_file file = {0};
    *table = NULL;
    bool done = file_guard(path, problem) && read_file(table, &file, path, columns, problem);
    if (stamp != NULL)
        *stamp = file.stamp;
    if (mode != NULL)
        *mode = file.mode;
    return done;
}

bool csv_table_read_given(struct csv_table **table, const char *path, mode_t *mode,
                          struct problem *problem)
{
    struct whole_file file = {0};
    *table = NULL;
    bool done = read_file(table, &file, path, NULL, problem);
    *mode = file.mode;
    return done;
}

/*
 * Reading CSV (RFC 4180); see csv_table.h.
 *
 *     file = row *(line break row)     row = cell *("," cell)     cell = quoted / bare
 *
 * The comma is another sign if the caller says so. A quoted cell ends at a quotation mark that stands alone; two are one inside. A bare one ends at a
 * comma or a line break, and has no quotation mark. Blanks around either do not count.
 */
#include "byte_order_mark.h"
#include "csv_cells.h"
#include "file_guard.h"
#include "sym_memory.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct csv_table *table;
    char separator;
    struct csv_row row;              /* the cells of this row so far */
    const char *at, *end;            /* what is still to be read */
    const char *counted;             /* the line and the column are of this place */
    unsigned line, column;           /* from 1; a column is a character */
    char cell[CSV_TABLE_CELL_BYTES]; /* a quoted one, without its quotation marks */
    struct problem *problem;
};

/* --- places ---------------------------------------------------------------------------------- */

/* Counts up to `at`. Lines end in LF, CR, or CR LF. */
static void count_to(struct reading *reading, const char *at)
{
    for (const char *byte = reading->counted; byte < at; byte++) {
        if (*byte == '\n' || (*byte == '\r' && (byte + 1 == reading->end || byte[1] != '\n'))) {
            reading->line++;
            reading->column = 1;
        } else if (*byte != '\r' && ((unsigned char)*byte & 0xC0u) != 0x80) { /* UTF-8 */
            reading->column++;
        }
    }
    reading->counted = at;
}

static bool fault_here(const struct reading *reading, const char *what)
{
    return csv_place_fault(reading->problem, reading->table->file, reading->line, reading->column,
                           "%s", what);
}

static bool fault_at(struct reading *reading, const char *at, const char *what)
{
    count_to(reading, at);
    return fault_here(reading, what);
}

/* --- rows ------------------------------------------------------------------------------------ */

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
    if (reading->separator == ',' && header->count == 1 && strchr(header->cells[0].text, ';')) {
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
        return csv_place_fault(reading->problem, file, reading->line, reading->column,
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

/* The row is complete: the header, a row, or nothing but empty cells. */
static bool take_row(struct reading *reading)
{
    struct csv_table *table = reading->table;
    reading->row.line = reading->row.cells[0].line;
    drop_empty_end(&reading->row, table->header.count);
    bool empty = true;
    for (size_t i = 0; i < reading->row.count; i++)
        empty = empty && reading->row.cells[i].text[0] == '\0';
    if (empty) {
        csv_row_free(&reading->row);
        return true;
    }
    if (table->header.count > 0)
        return check_row(reading, &reading->row) &&
               (csv_table_append(table, &reading->row) || problem_memory(reading->problem));
    table->header = reading->row;
    reading->row = (struct csv_row){0}; /* transferred */
    return check_header(reading, &table->header);
}

/* --- cells ----------------------------------------------------------------------------------- */

static bool is_blank(const struct reading *reading, char byte)
{
    return byte == ' ' || (byte == '\t' && reading->separator != '\t');
}

static void skip_blanks(struct reading *reading)
{
    while (reading->at < reading->end && is_blank(reading, *reading->at))
        reading->at++;
}

static bool ends_cell(const struct reading *reading)
{
    return reading->at == reading->end || *reading->at == reading->separator ||
           strchr("\r\n", *reading->at);
}

/* text: in the file, or in reading->cell. The place counted is where it starts. */
static bool take_cell(struct reading *reading, const char *text, size_t bytes)
{
    const char *file = reading->table->file;
    if (bytes > CSV_TABLE_CELL_BYTES)
        return csv_place_fault(reading->problem, file, reading->line, reading->column,
                               "a cell is longer than %u bytes", CSV_TABLE_CELL_BYTES);
    if (reading->row.count == CSV_TABLE_ROW_CELLS)
        return csv_place_fault(reading->problem, file, reading->line, reading->column,
                               "more than %u cells in a row", CSV_TABLE_ROW_CELLS);
    return csv_row_append(&reading->row, text, bytes, reading->line, reading->column) ||
           problem_memory(reading->problem);
}

static bool stray_mark(struct reading *reading)
{
    fault_at(reading, reading->at, "a quotation mark in the wrong place");
    return problem_hint(reading->problem, "write \"...\" around the cell, and \"\" for one inside");
}

static bool read_bare(struct reading *reading)
{
    const char *start = reading->at, *last = start; /* behind the last byte that is not blank */
    for (; !ends_cell(reading); reading->at++) {
        if (*reading->at == '"')
            return stray_mark(reading);
        if (!is_blank(reading, *reading->at))
            last = reading->at + 1;
    }
    return take_cell(reading, start, (size_t)(last - start));
}

static bool read_quoted(struct reading *reading)
{
    size_t bytes = 0;
    bool closed = false;
    while (++reading->at < reading->end) {
        closed = *reading->at == '"' && (++reading->at == reading->end || *reading->at != '"');
        if (closed)
            break;
        if (bytes < sizeof(reading->cell))
            reading->cell[bytes] = *reading->at;
        bytes++;
    }
    if (bytes <= sizeof(reading->cell) && !closed) {
        fault_here(reading, "the quotation mark is never closed");
        return problem_hint(reading->problem, "the file may be cut short");
    }
    if (!take_cell(reading, reading->cell, bytes))
        return false;
    skip_blanks(reading);
    return ends_cell(reading) || stray_mark(reading);
}

static bool read_row(struct reading *reading)
{
    bool more = true;
    while (more) {
        skip_blanks(reading);
        count_to(reading, reading->at);
        bool quoted = reading->at < reading->end && *reading->at == '"';
        if (!(quoted ? read_quoted(reading) : read_bare(reading)))
            return false;
        more = reading->at < reading->end && *reading->at == reading->separator;
        reading->at += more;
    }
    count_to(reading, reading->at);
    return take_row(reading);
}

/* --- the text -------------------------------------------------------------------------------- */

static bool check_text(struct reading *reading)
{
    for (const char *at = reading->at; at < reading->end;) {
        size_t used = 1; /* most of a file of keys is ASCII */
        if (*at == '\0')
            return fault_at(reading, at, "a zero byte: this is not a text file");
        if ((unsigned char)*at >= 0x80 &&
            utf8_decode(at, (size_t)(reading->end - at), &used) == UTF8_INVALID) {
            fault_at(reading, at, "not UTF-8");
            return problem_hint(reading->problem, "save the file as CSV UTF-8");
        }
        at += used;
    }
    return true;
}

/* The line of Excel that names the separator: sep=, maybe quoted or with empty cells behind. */
static bool take_separator_line(struct reading *reading)
{
    const char *text = reading->at;
    size_t bytes = (size_t)(reading->end - text);
    size_t sign = bytes > 0 && text[0] == '"' ? 5 : 4, length = 0, end = sign + 1;
    while (length < bytes && text[length] != '\n' && text[length] != '\r')
        length++;
    while (end < length && (text[end] == reading->separator || text[end] == '"'))
        end++;
    if (length < sign + 1 || end < length || strncasecmp(text + sign - 4, "sep=", 4) != 0)
        return true;
    if (text[sign] != reading->separator) {
        csv_place_fault(reading->problem, reading->table->file, 1, (unsigned)sign + 1,
                        "the cells are separated by '%.1s'", text + sign);
        return problem_hint(reading->problem,
                            "separate them by commas, and write sep=, or nothing");
    }
    reading->at += length;
    reading->table->separator_line = true;
    return true;
}

static bool read_rows(struct reading *reading)
{
    for (;;) {
        while (reading->at < reading->end && strchr(" \t\r\n", *reading->at))
            reading->at++;
        if (reading->at == reading->end)
            break;
        if (!read_row(reading))
            return false;
    }
    if (reading->table->header.count > 0)
        return true;
    csv_place_fault(reading->problem, reading->table->file, reading->table->separator_line ? 2 : 1,
                    1, "no header row");
    return problem_hint(reading->problem, "the first line names the columns");
}

bool csv_table_parse(struct csv_table **table, const char *file, const char *text, size_t bytes,
                     struct problem *problem)
{
    return csv_table_parse_separated(table, file, text, bytes, ',', problem);
}

bool csv_table_parse_separated(struct csv_table **table, const char *file, const char *text,
                               size_t bytes, char separator, struct problem *problem)
{
    const char *begin = text + byte_order_mark(text, bytes);
    struct reading reading = {.separator = separator,
                              .at = begin,
                              .end = text + bytes,
                              .counted = begin,
                              .line = 1,
                              .column = 1,
                              .problem = problem};
    *table = NULL;
    if (!csv_table_new(&reading.table, file, (const char *const[]){NULL}, problem))
        return false;
    bool done = utf16_check(problem, file, text, bytes) && check_text(&reading);
    done = done && take_separator_line(&reading) && read_rows(&reading);
    csv_row_free(&reading.row);
    sym_wipe(reading.cell, sizeof(reading.cell)); /* a private key may have passed through */
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
        if (errno == ENOENT && columns)
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
    if (stamp)
        *stamp = file.stamp;
    if (mode)
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

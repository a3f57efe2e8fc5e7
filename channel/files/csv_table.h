/*
 * CSV as people and spreadsheets write it (RFC 4180): a header row, then rows.
 *
 * Columns go by name (case does not matter). Where each cell stood is known (line and column of the
 * file, counted in characters from 1, as editors do), and errors say it:
 *
 *     allowed.csv:3:14: n: not a number
 *
 * Text is UTF-8 (a byte order mark is skipped). So is a first line sep=, as Excel knows it, which
 * is written again; of other signs between cells it is an error. Lines end in LF, CRLF or CR; empty
 * lines are skipped; blanks around unquoted cells do not count. There are no comments. Every row
 * has as many cells as the header: fewer is a row cut short, more is a stray comma (empty ones at
 * the end are let pass). Unknown columns and the order of all rows and columns survive a rewrite.
 * Cells are wiped when freed: private keys pass through here.
 */
#ifndef GLASSBOX_CSV_TABLE_H
#define GLASSBOX_CSV_TABLE_H

#include "whole_file.h"

#define CSV_TABLE_FILE_BYTES (64u << 20) /* 10,000 rows with keys of 16384 bits fit */
#define CSV_TABLE_CELL_BYTES 16384u      /* a pair of 16384 bits, encrypted, has 12484 letters */
#define CSV_TABLE_COLUMNS    64u
#define CSV_TABLE_ROW_CELLS  16384u /* with the empty ones behind: the widest sheet of Excel */
#define CSV_TABLE_ROWS       100000u

struct csv_table;

/* An empty table: columns is a list of names that ends with NULL. file is the name for messages. */
bool csv_table_new(struct csv_table **table, const char *file, const char *const columns[],
                   struct problem *problem) __attribute__((warn_unused_result));

/* Parses text; file is the name for messages. */
bool csv_table_parse(struct csv_table **table, const char *file, const char *text, size_t bytes,
                     struct problem *problem) __attribute__((warn_unused_result));

/* The same of a list by people, whose cells another sign separates: ; or a tab. It is written again
 * with commas. */
bool csv_table_parse_separated(struct csv_table **table, const char *file, const char *text,
                               size_t bytes, char separator, struct problem *problem)
    __attribute__((warn_unused_result));

/* Reads a file that is this program's own: who else may write it is looked at (file_guard.h). If
 * there is none: an empty table with these columns, or, where columns is NULL, an error. stamp and
 * mode may be NULL; they are set to what the file had (0 if there is none). */
bool csv_table_read(struct csv_table **table, const char *path, const char *const columns[],
                    struct file_stamp *stamp, mode_t *mode, struct problem *problem)
    __attribute__((warn_unused_result));

/* Reads a file that somebody hands in, whoever may write it. */
bool csv_table_read_given(struct csv_table **table, const char *path, mode_t *mode,
                          struct problem *problem) __attribute__((warn_unused_result));

/* The file as text, without a 0 behind it; NULL on failure. The caller wipes and frees it. */
char *csv_table_text(size_t *bytes, const struct csv_table *table, struct problem *problem)
    __attribute__((warn_unused_result));

/* Writes it as whole_file_replace does. */
bool csv_table_write(const struct csv_table *table, const struct file_lock *lock, const char *path,
                     mode_t mode, struct problem *problem) __attribute__((warn_unused_result));

/* Wipes and frees. NULL is fine. */
void csv_table_free(struct csv_table *table);

size_t csv_table_rows(const struct csv_table *table);
/* The name of a column, from 0; NULL behind the last. */
const char *csv_table_column(const struct csv_table *table, size_t index);
bool csv_table_has_column(const struct csv_table *table, const char *column);

/* Whether all these columns (a list that ends with NULL) are there. */
bool csv_table_require(const struct csv_table *table, const char *const columns[],
                       struct problem *problem) __attribute__((warn_unused_result));

/* The text of a cell, valid until the cell is set or the table freed; "" if there is no such
 * column. row < csv_table_rows. */
const char *csv_table_get(const struct csv_table *table, size_t row, const char *column);

/* The line on which a row begins; 0 for a row that was added. */
unsigned csv_table_line(const struct csv_table *table, size_t row);

/* Sets a cell; a column that is not there yet is added at the end, empty in all other rows. */
bool csv_table_set(struct csv_table *table, size_t row, const char *column, const char *text,
                   struct problem *problem) __attribute__((warn_unused_result));
/* Adds an empty row at the end and says which it is. */
bool csv_table_add(struct csv_table *table, size_t *row, struct problem *problem)
    __attribute__((warn_unused_result));
void csv_table_remove(struct csv_table *table, size_t row);

/* problem_set with the place in front: "FILE:LINE:COLUMN: NAME: ..."; the line alone if there is no
 * such column. Always false. */
bool csv_table_fault(struct problem *problem, const struct csv_table *table, size_t row,
                     const char *column, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif

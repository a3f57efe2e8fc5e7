/*
 * How a struct csv_table is stored. For csv_table.c, csv_read.c and csv_write.c; nobody else.
 */
#ifndef GLASSBOX_CSV_CELLS_H
#define GLASSBOX_CSV_CELLS_H

#include "csv_table.h"

struct csv_cell {
    char *text;            /* owned, never NULL */
    unsigned line, column; /* where it stood in the file, from 1; 0 if it was set later */
};

struct csv_row {
    struct csv_cell *cells;
    size_t count;
    unsigned line;
};

struct csv_table {
    char *file;            /* name for messages */
    bool separator_line;   /* sep=, stands in front of the header */
    struct csv_row header; /* each row has as many cells as this */
    struct csv_row *rows;
    size_t count, space;
};

/* A copy of text becomes the last cell of the row. False without memory. */
bool csv_row_append(struct csv_row *row, const char *text, size_t bytes, unsigned line,
                    unsigned column);
void csv_row_free(struct csv_row *row);

/* The row becomes the last of the table, and {0} here. */
bool csv_table_append(struct csv_table *table, struct csv_row *row);

/* "FILE:LINE:COLUMN: ..." for a place that is in no cell yet. Always false. */
bool csv_place_fault(struct problem *problem, const char *file, unsigned line, unsigned column,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif

/*
 * Results as a table: columns for people, or JSON for programs.
 *
 * Cells are text; NULL means that there is nothing to say: blank in columns, null in JSON. Cells
 * are wiped when freed: `show --private` passes private numbers through here.
 */
#ifndef GLASSBOX_KEYTOOL_TABLE_H
#define GLASSBOX_KEYTOOL_TABLE_H

#include <stdbool.h>

enum table_kind {
    TABLE_TEXT,
    TABLE_WORD,        /* a text of ours, which people see translated */
    TABLE_NUMBER,      /* decimal digits; right-aligned; a number in JSON */
    TABLE_BOOLEAN,     /* "yes" or "no"; true or false in JSON */
    TABLE_SIZE,        /* bytes, in decimal digits; 2G in columns, a number in JSON */
    TABLE_FINGERPRINT, /* text to be copied: last columns */
};

struct table_column {
    const char *name; /* the JSON key, and the heading with blanks for _; NULL ends a list */
    enum table_kind kind;
    bool quiet; /* columns leave it out while no row has more to say than NULL or "no" */
};

struct table;

/* columns live as long as the table. NULL without memory, like all that follows. */
struct table *table_new(const struct table_column *columns);
void table_free(struct table *table); /* NULL is fine */

/* Adds a row with copies of as many cells as there are columns. */
bool table_add(struct table *table, const char *const cells[]) __attribute__((warn_unused_result));

/* Cells: NULL for "", and "yes" or "no". */
const char *table_text(const char *text);
const char *table_boolean(bool yes);

/* Prints all rows to stdout, under headings, or as an array of objects. Once a table. On a terminal
 * that is too narrow for them, last columns go below their rows: first those that are to be copied,
 * then, each with its heading, as many as it takes. */
bool table_print(struct table *table, bool json) __attribute__((warn_unused_result));

/* Prints the first row alone: a line for each column that is not NULL, or one object. Likewise. */
bool table_print_record(struct table *table, bool json) __attribute__((warn_unused_result));

#endif

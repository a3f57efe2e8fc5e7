/*
 * The allow-list as a table of rows.
 *
 * For allow_list.c, allow_edit.c and allow_rows.c; programs use allow_list.h.
 */
#ifndef GLASSBOX_ALLOW_ROWS_H
#define GLASSBOX_ALLOW_ROWS_H

#include "allow_list.h"
#include "csv_table.h"

extern const char *const allow_columns[]; /* of a new file */

#define ALLOW_EXPIRES_HINT                                                                         \
    "a day, 2026-12-31, or a time, 2026-12-31T18:00:00Z, both in UTC; nothing for no end"

/* One row, judged by itself. */
bool allow_row_read(struct allow_entry *entry, const struct csv_table *table, size_t row,
                    struct problem *problem) __attribute__((warn_unused_result));

/* The list that a table makes. Each bad row is reported (report may be NULL) and left out. NULL
 * only without memory. */
struct allow_list *allow_list_from_table(size_t *bad, const struct csv_table *table,
                                         const char *path, allow_report *report, void *context);

/* The same, but the first bad row fails it. */
bool allow_list_judge(struct allow_list **list, const struct csv_table *table, const char *path,
                      struct problem *problem) __attribute__((warn_unused_result));

/* The row of the table that an entry was read from. */
size_t allow_list_row(const struct allow_list *list, const struct allow_entry *entry);

#endif

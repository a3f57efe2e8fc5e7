/*
 * Rows on their way into a file of peers.
 *
 * For known_clients.c and pending_keys.c; programs use known_peers.h.
 */
#ifndef GLASSBOX_PEER_CHANGES_H
#define GLASSBOX_PEER_CHANGES_H

#include "csv_table.h"

/* What the files have in common: a column last_seen, by which the newest rows are kept. */
struct peer_file {
    const char *const *columns;  /* of a new file */
    const char *const *required; /* of one that is there; the others are added when needed */
    size_t identity;             /* the first so many columns say which row it is */
    size_t most_rows;
    bool shares; /* whoever has most rows loses the oldest of them; else the oldest of all goes */
};

/* An empty table of changes for such a file. NULL without memory. */
struct csv_table *peer_rows_new(const struct peer_file *kind, const char *path);

/* The row that goes first, where addresses have shares: the one seen longest ago of the address
 * that has most rows. An IPv6 address counts by its first 64 bits, which one person may hold. */
size_t peer_rows_surplus(const struct csv_table *table);

/* Takes over the rows. NULL without memory, and then the rows are still the caller's. */
struct peer_changes *peer_changes_new(const struct peer_file *kind, const char *path,
                                      struct csv_table *rows);

#endif

/*
 * Merging what a server has seen into known_clients.csv or pending.csv; see known_peers.h.
 *
 * The file may have changed since: another server, or a keytool, works on it too. So the file is
 * read, each change goes into the row it belongs to or becomes a new row, the oldest rows beyond
 * the limit go, and the file is written, all under its lock. An index sorted by identity keeps this
 * at (rows + changes) * log(rows).
 */
#include "peer_changes.h"
#include "known_peers.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NEW_FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* less the umask */

struct peer_changes {
    const struct peer_file *kind;
    char *path;
    struct csv_table *rows;
};

struct csv_table *peer_rows_new(const struct peer_file *kind, const char *path)
{
    struct csv_table *rows;
    return csv_table_new(&rows, path, kind->columns, NULL) ? rows : NULL;
}

struct peer_changes *peer_changes_new(const struct peer_file *kind, const char *path,
                                      struct csv_table *rows)
{
    struct peer_changes *changes = calloc(1, sizeof(*changes));
    if (!changes)
        return NULL;
    changes->kind = kind;
    changes->path = strdup(path);
    if (!changes->path) {
        free(changes);
        return NULL;
    }
    changes->rows = rows;
    return changes;
}

void peer_changes_free(struct peer_changes *changes)
{
    if (!changes)
        return;
    csv_table_free(changes->rows);
    free(changes->path);
    free(changes);
}

/* --- the index ------------------------------------------------------------------------------- */

struct order {
    const struct csv_table *table;
    const char *const *columns; /* compared one after the other */
    size_t count;
};

static int compare_cells(const struct order *order, size_t row, const struct csv_table *other,
                         size_t other_row)
{
    int result = 0;
    for (size_t i = 0; result == 0 && i < order->count; i++)
        result = strcmp(csv_table_get(order->table, row, order->columns[i]),
                        csv_table_get(other, other_row, order->columns[i]));
    return result;
}

static int compare_rows(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    size_t first = *(const size_t *)a, second = *(const size_t *)b;
    int result = compare_cells(order, first, order->table, second);
    return result != 0 ? result : (first > second) - (first < second);
}

/* The rows of the table in this order. NULL without memory. */
static size_t *sorted_rows(const struct order *order)
{
    size_t count = csv_table_rows(order->table);
    size_t *index = calloc(count + 1, sizeof(*index));
    if (!index)
        return NULL;
    for (size_t i = 0; i < count; i++)
        index[i] = i;
    qsort_r(index, count, sizeof(*index), compare_rows, (void *)order);
    return index;
}

/* The row that a change belongs to. */
static bool find_row(size_t *row, const struct order *order, const size_t *index, size_t count,
                     const struct csv_table *changes, size_t change)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int result = compare_cells(order, index[middle], changes, change);
        *row = index[middle];
        if (result == 0)
            return true;
        if (result > 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

/* --- merging --------------------------------------------------------------------------------- */

static unsigned long number_in(const struct csv_table *table, size_t row, const char *column)
{
    return strtoul(csv_table_get(table, row, column), NULL, 10);
}

/* One cell of a change into its row: counts add up, first times stay, numbers once given stay. */
static bool merge_cell(struct csv_table *table, size_t row, const char *column, const char *text,
                       struct problem *problem)
{
    char sum[32];
    const char *old = csv_table_get(table, row, column);
    if (text[0] == '\0' || (strcmp(column, "first_seen") == 0 && old[0] != '\0'))
        return true;
    if (strcmp(column, "times") == 0) {
        snprintf(sum, sizeof(sum), "%lu", number_in(table, row, column) + strtoul(text, NULL, 10));
        text = sum;
    }
    return csv_table_set(table, row, column, text, problem);
}

/* New rows of a file that numbers them get the next number, which a person types instead of a
 * fingerprint. No number is given twice: a key must not be accepted under the number of another. */
static bool give_number(struct csv_table *table, size_t row, const struct file_lock *lock,
                        struct problem *problem)
{
    unsigned long last = 0;
    char text[32];
    if (!csv_table_has_column(table, "number"))
        return true;
    for (size_t i = 0; i < csv_table_rows(table); i++) {
        unsigned long number = number_in(table, i, "number");
        last = number > last ? number : last;
    }
    snprintf(text, sizeof(text), "%lu", file_lock_next(lock, last));
    return csv_table_set(table, row, "number", text, problem);
}

static bool merge_row(struct csv_table *table, size_t row, const struct peer_changes *changes,
                      size_t change, struct problem *problem)
{
    for (const char *const *column = changes->kind->columns; *column != NULL; column++)
        if (!merge_cell(table, row, *column, csv_table_get(changes->rows, change, *column),
                        problem))
            return false;
    return true;
}

/* Whether a change only adds to a row that is there, because nobody was seen: a person may have taken
 * the row out since. */
static bool only_adds(const struct peer_changes *changes, size_t change)
{
    return csv_table_has_column(changes->rows, "times") &&
           csv_table_get(changes->rows, change, "times")[0] == '\0';
}

static bool merge_rows(struct csv_table *table, const struct peer_changes *changes,
                       const struct file_lock *lock, struct problem *problem)
{
    const struct order order = {table, changes->kind->columns, changes->kind->identity};
    size_t *index = sorted_rows(&order), count = csv_table_rows(table);
    if (!index)
        return problem_memory(problem);
    bool done = true;
    for (size_t i = 0; done && i < csv_table_rows(changes->rows); i++) {
        size_t row;
        bool there = find_row(&row, &order, index, count, changes->rows, i);
        if (!there && only_adds(changes, i))
            continue;
        if (!there)
            done = csv_table_add(table, &row, problem) && give_number(table, row, lock, problem);
        done = done && merge_row(table, row, changes, i, problem);
    }
    free(index);
    return done;
}

static int compare_down(const void *a, const void *b)
{
    size_t first = *(const size_t *)a, second = *(const size_t *)b;
    return (first < second) - (first > second);
}

/* What one person may hold, in 16 bytes: 64 bits of an IPv6 address; else how the text begins. */
static void network_of(uint8_t out[16], const char *address)
{
    memset(out, 0, 16);
    if (inet_pton(AF_INET6, address, out) == 1)
        memset(out + 8, 0, 8);
    else
        memcpy(out, address, strnlen(address, 16));
}

size_t peer_rows_surplus(const struct csv_table *table)
{
    size_t rows = csv_table_rows(table), found = 0, most = 0;
    uint8_t(*networks)[16] = calloc(rows + 1, sizeof(*networks));
    if (!networks)
        return 0;
    for (size_t row = 0; row < rows; row++)
        network_of(networks[row], csv_table_get(table, row, "address"));
    for (size_t row = 0; row < rows; row++) {
        size_t count = 0;
        for (size_t other = 0; other < rows; other++)
            count += memcmp(networks[row], networks[other], 16) == 0;
        if (count > most) {
            most = count;
            found = row;
        }
    }
    for (size_t row = 0, whose = found; row < rows; row++)
        if (memcmp(networks[row], networks[whose], 16) == 0 &&
            strcmp(csv_table_get(table, row, "last_seen"),
                   csv_table_get(table, found, "last_seen")) < 0)
            found = row;
    free(networks);
    return found;
}

/* Rows beyond the limit go. */
static bool trim(struct csv_table *table, const struct peer_file *kind, struct problem *problem)
{
    static const char *const by_age[] = {"last_seen"};
    const struct order order = {table, by_age, 1};
    const size_t most = kind->most_rows;
    while (kind->shares && csv_table_rows(table) > most)
        csv_table_remove(table, peer_rows_surplus(table));
    if (csv_table_rows(table) <= most)
        return true;
    size_t excess = csv_table_rows(table) - most, *index = sorted_rows(&order);
    if (!index)
        return problem_memory(problem);
    qsort(index, excess, sizeof(*index),
          compare_down); /* from the end: removing moves what follows */
    for (size_t i = 0; i < excess; i++)
        csv_table_remove(table, index[i]);
    free(index);
    return true;
}

bool peer_changes_write(struct peer_changes *changes, struct problem *problem)
{
    struct file_lock lock;
    struct csv_table *table = NULL;
    if (!file_lock_take(&lock, changes->path, problem))
        return false;
    bool done = csv_table_read(&table, changes->path, changes->kind->columns, NULL, NULL,
                               problem) &&
                csv_table_require(table, changes->kind->required, problem) &&
                merge_rows(table, changes, &lock, problem) && trim(table, changes->kind, problem) &&
                csv_table_write(table, &lock, changes->path, NEW_FILE_MODE, problem);
    csv_table_free(table);
    file_lock_release(&lock);
    return done;
}

/*
 * Fuzzes the reader of tables, and of the lists that are made of them. What is accepted as a table
 * comes out again as a text that is the same table; a list that loads has no bad row, and a list
 * with a bad row does not load.
 *
 * Parser: channel/files/csv_read.c channel/files/csv_table.c channel/peers/allow_rows.c
 */
#include "allow_list.h"
#include "csv_table.h"
#include "fuzz.h"
#include "known_peers.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"name", "n", "e", NULL};

static struct csv_table *parse(const char *text, size_t bytes)
{
    struct csv_table *table;
    struct problem problem = {0};
    if (csv_table_parse(&table, "fuzzed", text, bytes, &problem))
        return table;
    fuzz_require(problem.message[0] != '\0', "refused without a word");
    return NULL;
}

static char *written(const struct csv_table *table, size_t *bytes)
{
    struct problem problem = {0};
    char *text = csv_table_text(bytes, table, &problem);
    fuzz_require(text != NULL, "accepted, and cannot be written");
    return text;
}

static void check_table(const char *text, size_t bytes)
{
    struct csv_table *table = parse(text, bytes), *again;
    struct problem problem = {0};
    char *first, *second;
    size_t first_bytes, second_bytes, row;
    if (!table)
        return;
    if (!csv_table_require(table, columns, &problem))
        fuzz_require(problem.message[0] != '\0', "a column is missing without a word");
    first = written(table, &first_bytes);
    /* A first column of this name has no way back: in front of all, it is no cell. */
    if (strncasecmp(first, "sep=", 4) == 0 || strncasecmp(first, "\"sep=", 5) == 0) {
        free(first);
        csv_table_free(table);
        return;
    }
    again = parse(first, first_bytes);
    fuzz_require(again != NULL, "what was written is refused");
    fuzz_require(csv_table_rows(again) == csv_table_rows(table), "another number of rows");
    second = written(again, &second_bytes);
    fuzz_require(first_bytes == second_bytes && memcmp(first, second, first_bytes) == 0,
                 "written differently the second time");
    if (csv_table_add(table, &row, &problem) &&
        csv_table_set(table, row, "name", "a, \"b\"\n", &problem))
        fuzz_require(strcmp(csv_table_get(table, row, "NAME"), "a, \"b\"\n") == 0, "a lost cell");
    csv_table_fault(&problem, table, 0, "name", "%s", "a fault");
    csv_table_remove(table, 0);
    free(first);
    free(second);
    csv_table_free(table);
    csv_table_free(again);
}

/* --- the lists that are files --------------------------------------------------------------- */

static void write_file(const char *path, const char *text, size_t bytes)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(text, 1, bytes, file) != bytes || fclose(file) != 0)
        abort();
}

static void hear(void *context, const struct problem *problem)
{
    size_t *count = context;
    fuzz_require(problem->message[0] != '\0', "a bad row without a word");
    ++*count;
}

static void check_allowed(const char *path)
{
    struct allow_list *list;
    struct problem problem = {0};
    size_t good = 0, bad = 0, heard = 0;
    const bool loaded = allow_list_load(&list, path, &problem);
    const bool checked = allow_list_check(&good, &bad, path, hear, &heard);
    fuzz_require(loaded == (checked && bad == 0), "one reader accepts what the other does not");
    for (size_t i = 0; loaded && i < allow_list_count(list); i++) {
        const struct allow_entry *entry = allow_list_at(list, i);
        fuzz_require(allow_list_find_digest(list, entry->digest) == entry, "a key is not found");
        fuzz_require(allow_list_find_name(list, entry->name, entry->family) == entry,
                     "a name is not found");
        allow_expired(entry, 0);
    }
    if (loaded)
        allow_list_free(list);
}

static void check_cells(const char *text)
{
    char again[ALLOW_QUOTA_TEXT_BYTES];
    uint64_t quota, same;
    enum allow_role role;
    time_t when;
    if (allow_quota_parse(&quota, text)) {
        allow_quota_text(again, quota);
        fuzz_require(allow_quota_parse(&same, again) && same == quota, "another quota");
    }
    if (allow_role_parse(&role, text))
        fuzz_require(*text == '\0' || strcmp(allow_role_name(role), text) == 0, "another role");
    if (allow_expires_parse(&when, text))
        fuzz_require(strlen(text) >= strlen("2026-12-31"), "no date");
}

static void check_peers(const char *path)
{
    struct pending_key *rows;
    struct known_clients *clients;
    struct problem problem = {0};
    size_t count;
    if (pending_rows_read(&rows, &count, path, &problem))
        pending_rows_free(rows, count);
    if (known_clients_open(&clients, path, &problem))
        known_clients_free(clients);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static char *folder, *path;
    char *text = fuzz_text(data, bytes);
    if (!folder) {
        folder = scratch_new();
        path = scratch_path(folder, "list.csv");
        check_peers(path); /* there is none yet */
    }
    check_table(text, bytes);
    check_cells(text);
    write_file(path, text, bytes);
    check_allowed(path);
    check_peers(path);
    free(text);
    return 0;
}

FUZZ_MAIN("csv", 500);

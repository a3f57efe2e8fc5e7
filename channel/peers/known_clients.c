/*
 * known_clients.csv: which key came from which address; see known_peers.h.
 *
 * In memory: an array of at most KNOWN_CLIENT_ROWS, searched from end to end (tens of microseconds
 * when full, beside milliseconds of RSA for the same client). What changed stands in a table of its
 * own, one row a client, until known_clients_changes takes it.
 */
#include "key_row.h"
#include "known_peers.h"
#include "peer_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNCHANGED SIZE_MAX

struct known_client {
    char address[PEER_ADDRESS_BYTES];
    char name[KEY_NAME_BYTES];
    char first_seen[TIMESTAMP_BYTES], last_seen[TIMESTAMP_BYTES];
    uint8_t digest[FINGERPRINT_BYTES];
    size_t changed; /* its row in the changes, or UNCHANGED */
};

struct known_clients {
    char *path;
    struct known_client *clients;
    size_t count, space;
    struct csv_table *changes; /* NULL: none */
};

static const char *const columns[] = {"address",   "fingerprint", "name", "first_seen",
                                      "last_seen", "n",           "e",    NULL};
static const struct peer_file kind = {columns, columns, 2, KNOWN_CLIENT_ROWS, false};

static void copy_text(char *out, size_t space, const char *text)
{
    snprintf(out, space, "%s", text);
}

/* --- the table ------------------------------------------------------------------------------- */

static size_t oldest(const struct known_clients *clients)
{
    size_t found = 0;
    for (size_t i = 1; i < clients->count; i++)
        if (strcmp(clients->clients[i].last_seen, clients->clients[found].last_seen) < 0)
            found = i;
    return found;
}

/* A place for one more; when the table is full, that of the client seen longest ago. */
static struct known_client *place(struct known_clients *clients)
{
    if (clients->count == KNOWN_CLIENT_ROWS)
        return &clients->clients[oldest(clients)];
    if (clients->count == clients->space) {
        size_t space = clients->space == 0 ? 16 : 2 * clients->space;
        struct known_client *grown = reallocarray(clients->clients, space, sizeof(*grown));
        if (!grown)
            return NULL;
        clients->clients = grown;
        clients->space = space;
    }
    return &clients->clients[clients->count++];
}

static bool load_row(struct known_clients *clients, const struct csv_table *table, size_t row,
                     struct problem *problem)
{
    uint8_t digest[FINGERPRINT_BYTES];
    if (!key_row_read(digest, NULL, table, row, problem))
        return false;
    struct known_client *client = place(clients);
    if (!client)
        return problem_memory(problem);
    memcpy(client->digest, digest, sizeof(digest));
    copy_text(client->address, sizeof(client->address), csv_table_get(table, row, "address"));
    copy_text(client->name, sizeof(client->name), csv_table_get(table, row, "name"));
    copy_text(client->first_seen, TIMESTAMP_BYTES, csv_table_get(table, row, "first_seen"));
    copy_text(client->last_seen, TIMESTAMP_BYTES, csv_table_get(table, row, "last_seen"));
    client->changed = UNCHANGED;
    return true;
}

bool known_clients_open(struct known_clients **clients, const char *path, struct problem *problem)
{
    struct csv_table *table = NULL;
    struct known_clients *made = calloc(1, sizeof(*made));
    *clients = NULL;
    if (!made)
        return problem_memory(problem);
    made->path = strdup(path);
    bool done = (made->path || problem_memory(problem)) &&
                csv_table_read(&table, path, columns, NULL, NULL, problem) &&
                csv_table_require(table, columns, problem);
    for (size_t row = 0; done && row < csv_table_rows(table); row++)
        done = load_row(made, table, row, problem);
    csv_table_free(table);
    if (done)
        *clients = made; /* transferred */
    else
        known_clients_free(made);
    return done;
}

void known_clients_free(struct known_clients *clients)
{
    if (!clients)
        return;
    csv_table_free(clients->changes);
    free(clients->clients);
    free(clients->path);
    free(clients);
}

/* --- recording ------------------------------------------------------------------------------- */

/* This key at this address, or NULL; *other: the last of another key there, or NULL. */
static struct known_client *find(const struct known_clients *clients, const char *address,
                                 const uint8_t digest[FINGERPRINT_BYTES],
                                 const struct known_client **other)
{
    *other = NULL;
    for (size_t i = 0; i < clients->count; i++) {
        struct known_client *client = &clients->clients[i];
        if (strcmp(client->address, address) != 0)
            continue;
        if (memcmp(client->digest, digest, FINGERPRINT_BYTES) == 0)
            return client;
        if (!*other || strcmp(client->last_seen, (*other)->last_seen) >= 0)
            *other = client;
    }
    return NULL;
}

static void fill_record(struct known_record *record, const struct known_client *client)
{
    if (!record)
        return;
    *record = (struct known_record){0};
    if (!client)
        return;
    fingerprint_digest_text(record->fingerprint, client->digest);
    strcpy(record->name, client->name);
    strcpy(record->first_seen, client->first_seen);
    strcpy(record->last_seen, client->last_seen);
}

/* The client's row among the changes; made anew if it has none yet. */
static bool note_change(struct known_clients *clients, struct known_client *client,
                        const struct rsa_key *key)
{
    size_t row = client->changed;
    if (!clients->changes)
        clients->changes = peer_rows_new(&kind, clients->path);
    if (!clients->changes)
        return false;
    if (row == UNCHANGED) {
        if (!csv_table_add(clients->changes, &row, NULL))
            return false;
        client->changed = row;
    }
    return csv_table_set(clients->changes, row, "address", client->address, NULL) &&
           csv_table_set(clients->changes, row, "name", client->name, NULL) &&
           csv_table_set(clients->changes, row, "first_seen", client->first_seen, NULL) &&
           csv_table_set(clients->changes, row, "last_seen", client->last_seen, NULL) &&
           key_row_write(clients->changes, row, key, NULL);
}

enum known_peer known_clients_record(struct known_clients *clients, const char *address,
                                     const struct rsa_key *key, const char *name,
                                     struct known_record *record)
{
    uint8_t digest[FINGERPRINT_BYTES];
    const struct known_client *other;
    fingerprint_digest(digest, key);
    struct known_client *client = find(clients, address, digest, &other);
    enum known_peer answer = client ? KNOWN_SAME : other ? KNOWN_CHANGED : KNOWN_NEW;
    fill_record(record, client ? client : other); /* before place() moves what they point at */
    if (!client) {
        client = place(clients);
        if (!client)
            return answer;
        *client = (struct known_client){.changed = UNCHANGED};
        copy_text(client->address, sizeof(client->address), address);
        memcpy(client->digest, digest, sizeof(digest));
        timestamp_now(client->first_seen);
    }
    copy_text(client->name, sizeof(client->name), name);
    timestamp_now(client->last_seen);
    (void)note_change(clients, client, key); /* without memory it is forgotten, as promised */
    return answer;
}

size_t known_clients_keys(const struct known_clients *clients, const char *address)
{
    size_t count = 0;
    for (size_t i = 0; i < clients->count; i++)
        count += strcmp(clients->clients[i].address, address) == 0;
    return count;
}

const char *known_clients_last_seen(const struct known_clients *clients,
                                    const uint8_t digest[FINGERPRINT_BYTES])
{
    const char *last = "";
    for (size_t i = 0; i < clients->count; i++) {
        const struct known_client *client = &clients->clients[i];
        if (memcmp(client->digest, digest, FINGERPRINT_BYTES) == 0 &&
            strcmp(client->last_seen, last) > 0)
            last = client->last_seen;
    }
    return last;
}

struct peer_changes *known_clients_changes(struct known_clients *clients)
{
    if (!clients->changes)
        return NULL;
    struct peer_changes *changes = peer_changes_new(&kind, clients->path, clients->changes);
    if (!changes)
        return NULL;
    clients->changes = NULL; /* transferred */
    for (size_t i = 0; i < clients->count; i++)
        clients->clients[i].changed = UNCHANGED;
    return changes;
}

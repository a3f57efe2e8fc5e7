/*
 * known_servers.csv: the key that each server showed first; see known_peers.h.
 *
 * A row may have a fingerprint alone, without n and e: a teacher can hand it out on paper.
 */
#include "key_row.h"
#include "known_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* of a new file, less the umask */
#define NO_ROW    SIZE_MAX
#define RECENT    60 /* seconds: last_seen is for people, and a file on disk costs milliseconds */

static const char *const columns[] = {"host",      "port", "fingerprint", "added",
                                      "last_seen", "n",    "e",           NULL};
static const char *const required[] = {"host", "port", "fingerprint", NULL};

/* The port of a row. */
static bool read_port(unsigned *port, const struct csv_table *table, size_t row,
                      struct problem *problem)
{
    const char *text = csv_table_get(table, row, "port");
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number == 0 || number > 65535)
        return csv_table_fault(problem, table, row, "port", "not a port from 1 to 65535");
    *port = (unsigned)number;
    return true;
}

static bool read_key(uint8_t digest[FINGERPRINT_BYTES], const struct csv_table *table, size_t row,
                     struct problem *problem)
{
    const char *fingerprint = csv_table_get(table, row, "fingerprint");
    if (fingerprint[0] == '\0' || csv_table_get(table, row, "n")[0] != '\0')
        return key_row_read(digest, NULL, table, row, problem);
    return fingerprint_parse(digest, fingerprint) ||
           csv_table_fault(problem, table, row, "fingerprint", "not a fingerprint");
}

/* The row of this server, or NO_ROW. Two rows are an error: nobody knows which one counts. */
static bool find_row(size_t *found, uint8_t digest[FINGERPRINT_BYTES],
                     const struct csv_table *table, const struct known_server *server,
                     struct problem *problem)
{
    *found = NO_ROW;
    for (size_t row = 0; row < csv_table_rows(table); row++) {
        enum key_family family;
        unsigned port = 0;
        if (!read_port(&port, table, row, problem) || !key_row_family(&family, table, row, problem))
            return false;
        if (port != server->port || family != server->family ||
            strcasecmp(csv_table_get(table, row, "host"), server->host) != 0)
            continue;
        if (*found != NO_ROW)
            return csv_table_fault(problem, table, row, "host", "the same server as in line %u",
                                   csv_table_line(table, *found));
        *found = row;
    }
    return *found == NO_ROW || read_key(digest, table, *found, problem);
}

static enum known_peer compare(size_t row, const uint8_t digest[FINGERPRINT_BYTES],
                               const struct rsa_key *key)
{
    uint8_t shown[FINGERPRINT_BYTES];
    if (row == NO_ROW)
        return KNOWN_NEW;
    fingerprint_digest(shown, key);
    return memcmp(shown, digest, FINGERPRINT_BYTES) == 0 ? KNOWN_SAME : KNOWN_CHANGED;
}

static bool open_table(struct csv_table **table, const char *path, struct problem *problem)
{
    if (csv_table_read(table, path, columns, NULL, NULL, problem) &&
        csv_table_require(*table, required, problem))
        return true;
    csv_table_free(*table);
    *table = NULL;
    return false;
}

/* Whether some server has shown this key in the other family. */
static bool serves_other_family(const struct csv_table *table, const struct known_server *server,
                                const struct rsa_key *key)
{
    uint8_t shown[FINGERPRINT_BYTES], digest[FINGERPRINT_BYTES];
    enum key_family family;
    fingerprint_digest(shown, key);
    for (size_t row = 0; row < csv_table_rows(table); row++)
        if (key_row_family(&family, table, row, NULL) && family != server->family &&
            read_key(digest, table, row, NULL) && memcmp(shown, digest, FINGERPRINT_BYTES) == 0)
            return true;
    return false;
}

bool known_server_check(enum known_peer *answer, struct known_record *record, const char *path,
                        const struct known_server *server, const struct rsa_key *key,
                        struct problem *problem)
{
    struct csv_table *table;
    uint8_t digest[FINGERPRINT_BYTES];
    size_t row;
    *answer = KNOWN_CHANGED; /* start pessimistic */
    if (record)
        *record = (struct known_record){0};
    if (!open_table(&table, path, problem))
        return false;
    bool done = find_row(&row, digest, table, server, problem);
    if (done)
        *answer = serves_other_family(table, server, key) ? KNOWN_OTHER_FAMILY
                                                          : compare(row, digest, key);
    if (done && row != NO_ROW && record) {
        fingerprint_digest_text(record->fingerprint, digest);
        snprintf(record->first_seen, TIMESTAMP_BYTES, "%s", csv_table_get(table, row, "added"));
        snprintf(record->last_seen, TIMESTAMP_BYTES, "%s", csv_table_get(table, row, "last_seen"));
    }
    csv_table_free(table);
    return done;
}

static bool set_row(struct csv_table *table, size_t row, const struct known_server *server,
                    const struct rsa_key *key, bool fresh, struct problem *problem)
{
    char port_text[16], now[TIMESTAMP_BYTES];
    timestamp_now(now);
    snprintf(port_text, sizeof(port_text), "%u", server->port);
    if (fresh && (!csv_table_set(table, row, "host", server->host, problem) ||
                  !csv_table_set(table, row, "port", port_text, problem) ||
                  !csv_table_set(table, row, "added", now, problem)))
        return false;
    /* Of the modern family the column is not needed. */
    const char *mark = key_family_mark(server->family);
    return csv_table_set(table, row, "last_seen", now, problem) &&
           (mark[0] == '\0' || csv_table_set(table, row, "family", mark, problem)) &&
           key_row_write(table, row, key, problem);
}

/* Whether the row of a known server says all that a new one would, but for the second. */
static bool is_recent(const struct csv_table *table, size_t row)
{
    const time_t now = time(NULL);
    time_t then;
    return timestamp_parse(&then, csv_table_get(table, row, "last_seen")) && then <= now &&
           now - then < RECENT && csv_table_get(table, row, "n")[0] != '\0';
}

/* The row to be written, under the lock: what is pinned may differ from what was checked before. */
static bool choose_row(size_t *row, bool *fresh, struct csv_table *table,
                       const struct known_server *server, const struct rsa_key *key, bool replace,
                       struct problem *problem)
{
    uint8_t digest[FINGERPRINT_BYTES];
    if (!find_row(row, digest, table, server, problem))
        return false;
    enum known_peer answer = compare(*row, digest, key);
    *fresh = answer != KNOWN_SAME;
    if (answer == KNOWN_CHANGED && !replace)
        return csv_table_fault(problem, table, *row, "fingerprint",
                               "another key is on record for %s port %u", server->host,
                               server->port);
    return answer != KNOWN_NEW || csv_table_add(table, row, problem);
}

bool known_server_pin(const char *path, const struct known_server *server,
                      const struct rsa_key *key, bool replace, struct problem *problem)
{
    struct file_lock lock;
    struct csv_table *table = NULL;
    size_t row;
    bool fresh = false;
    if (!file_lock_take(&lock, path, problem))
        return false;
    bool done = open_table(&table, path, problem) &&
                choose_row(&row, &fresh, table, server, key, replace, problem);
    if (done && (fresh || !is_recent(table, row)))
        done = set_row(table, row, server, key, fresh, problem) &&
               csv_table_write(table, &lock, path, FILE_MODE, problem);
    csv_table_free(table);
    file_lock_release(&lock);
    return done;
}

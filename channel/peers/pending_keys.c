/*
 * pending.csv: refused keys that wait for a person; see known_peers.h.
 *
 * The server keeps what it has refused since the last writing, at most PENDING_ROWS of them, as
 * rows to be merged. keytool reads the file and takes rows out.
 */
#include "fingerprint_words.h"
#include "key_row.h"
#include "known_peers.h"
#include "peer_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* of a new file, less the umask */

static const char *const columns[] = {"fingerprint", "number",    "address", "times",
                                      "first_seen",  "last_seen", "family",  "wish",
                                      "n",           "e",         NULL};
static const char *const required[] = {"fingerprint", "number", "address", "times", "first_seen",
                                       "last_seen",   "n",      "e",       NULL};
static const struct peer_file kind = {columns, required, 1, PENDING_ROWS, true};

struct pending_keys {
    char *path;
    struct csv_table *changes; /* NULL: none */
};

/* --- of a server ----------------------------------------------------------------------------- */

struct pending_keys *pending_keys_new(const char *path)
{
    struct pending_keys *pending = calloc(1, sizeof(*pending));
    if (!pending)
        return NULL;
    pending->path = strdup(path);
    if (pending->path)
        return pending;
    free(pending);
    return NULL;
}

void pending_keys_free(struct pending_keys *pending)
{
    if (!pending)
        return;
    csv_table_free(pending->changes);
    free(pending->path);
    free(pending);
}

/* The row of this key among the changes; a new one, in another's place if there are too many. */
static bool change_row(size_t *row, struct csv_table *changes, const struct rsa_key *key)
{
    char fingerprint[FINGERPRINT_TEXT_BYTES], now[TIMESTAMP_BYTES];
    fingerprint_text(fingerprint, key);
    for (*row = 0; *row < csv_table_rows(changes); (*row)++)
        if (strcmp(csv_table_get(changes, *row, "fingerprint"), fingerprint) == 0)
            return true;
    if (*row == PENDING_ROWS)
        csv_table_remove(changes, peer_rows_surplus(changes));
    timestamp_now(now);
    return csv_table_add(changes, row, NULL) && key_row_write(changes, *row, key, NULL) &&
           csv_table_set(changes, *row, "first_seen", now, NULL);
}

void pending_keys_record(struct pending_keys *pending, const char *address,
                         const struct rsa_key *key, enum key_family family, const char *wish)
{
    size_t row;
    char now[TIMESTAMP_BYTES], times[32];
    if (!pending->changes)
        pending->changes = peer_rows_new(&kind, pending->path);
    if (!pending->changes || !change_row(&row, pending->changes, key))
        return;
    unsigned long before = strtoul(csv_table_get(pending->changes, row, "times"), NULL, 10);
    snprintf(times, sizeof(times), "%lu", before + 1);
    timestamp_now(now);
    if (!csv_table_set(pending->changes, row, "times", times, NULL) ||
        !csv_table_set(pending->changes, row, "address", address, NULL) ||
        !csv_table_set(pending->changes, row, "family", key_family_name(family), NULL) ||
        (wish[0] && !csv_table_set(pending->changes, row, "wish", wish, NULL)) ||
        !csv_table_set(pending->changes, row, "last_seen", now, NULL))
        csv_table_remove(pending->changes, row); /* no memory: forgotten */
}

/* Without `times` a change makes no row: see peer_changes.c. */
void pending_keys_wish(struct pending_keys *pending, const char *address, const struct rsa_key *key,
                       const char *wish)
{
    size_t row;
    char now[TIMESTAMP_BYTES];
    if (!pending->changes)
        pending->changes = peer_rows_new(&kind, pending->path);
    if (!pending->changes || !change_row(&row, pending->changes, key))
        return;
    timestamp_now(now);
    if (!csv_table_set(pending->changes, row, "address", address, NULL) ||
        !csv_table_set(pending->changes, row, "wish", wish, NULL) ||
        !csv_table_set(pending->changes, row, "last_seen", now, NULL))
        csv_table_remove(pending->changes, row); /* no memory: forgotten */
}

struct peer_changes *pending_keys_changes(struct pending_keys *pending)
{
    if (!pending->changes)
        return NULL;
    struct peer_changes *changes = peer_changes_new(&kind, pending->path, pending->changes);
    if (changes)
        pending->changes = NULL; /* transferred */
    return changes;
}

/* Appends a word as a POSIX shell reads it: as it is, or between single quotes. */
static size_t put_word(char *out, size_t space, const char *word)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "._:/@%+=-";
    if (word[0] != '\0' && word[strspn(word, plain)] == '\0')
        return (size_t)snprintf(out, space, "%s", word);
    size_t length = (size_t)snprintf(out, space, "'");
    for (; *word != '\0' && length + 8 < space; word++)
        length += (size_t)snprintf(out + length, space - length, *word == '\'' ? "'\\''" : "%c",
                                   *word);
    return length + (size_t)snprintf(out + length, space - length, "'");
}

/* The options of keytool that find the same files from another terminal. */
static void put_options(char *out, size_t space, const struct home *home, const char *allowed)
{
    const char *directory = home->is_default ? NULL : home->directory;
    const char *const options[][2] = {{" --home ", directory}, {" --allowed ", allowed}};
    for (size_t i = 0, length = 0; i < 2 && length < space; i++) {
        if (!options[i][1])
            continue;
        char *absolute = realpath(options[i][1], NULL); /* NULL: it is not there yet */
        length += (size_t)snprintf(out + length, space - length, "%s", options[i][0]);
        if (length < space)
            length += put_word(out + length, space - length, absolute ? absolute : options[i][1]);
        free(absolute);
    }
}

void pending_keys_command(char *out, size_t space, const char *keytool, const char *fingerprint,
                          const char *wish, const struct home *home, const char *allowed)
{
    size_t length = (size_t)snprintf(out, space, "%s allow add %s", keytool, fingerprint);
    if (length < space && wish[0] != '\0')
        length += (size_t)snprintf(out + length, space - length, " --name %s", wish);
    if (length < space)
        put_options(out + length, space - length, home, allowed);
}

void expired_key_command(char *out, size_t space, const char *keytool, const char *name,
                         const struct home *home, const char *allowed)
{
    size_t length = (size_t)snprintf(out, space, "%s allow set ", keytool);
    if (length < space)
        length += put_word(out + length, space - length, name);
    if (length < space)
        length += (size_t)snprintf(out + length, space - length, " --expires DAY");
    if (length < space)
        put_options(out + length, space - length, home, allowed);
}

/* --- of keytool ------------------------------------------------------------------------------ */

static bool read_row(struct pending_key *out, const struct csv_table *table, size_t row,
                     struct problem *problem)
{
    if (!key_row_family(&out->family, table, row, problem) ||
        !key_row_read(NULL, &out->key, table, row, problem))
        return false;
    fingerprint_digest(out->digest, out->key);
    fingerprint_digest_text(out->fingerprint, out->digest);
    fingerprint_digest_words(out->words, out->digest);
    out->number = strtoul(csv_table_get(table, row, "number"), NULL, 10);
    out->times = strtoul(csv_table_get(table, row, "times"), NULL, 10);
    const char *wish = csv_table_get(table, row, "wish"); /* what an editor made of it is none */
    snprintf(out->wish, sizeof(out->wish), "%s", key_name_check(wish, NULL) ? wish : "");
    snprintf(out->address, sizeof(out->address), "%s", csv_table_get(table, row, "address"));
    snprintf(out->first_seen, TIMESTAMP_BYTES, "%s", csv_table_get(table, row, "first_seen"));
    snprintf(out->last_seen, TIMESTAMP_BYTES, "%s", csv_table_get(table, row, "last_seen"));
    return true;
}

bool pending_rows_read(struct pending_key **rows, size_t *count, const char *path,
                       struct problem *problem)
{
    struct csv_table *table;
    *rows = NULL;
    *count = 0;
    if (!csv_table_read(&table, path, columns, NULL, NULL, problem))
        return false;
    bool done = csv_table_require(table, required, problem);
    struct pending_key *list = calloc(csv_table_rows(table) + 1, sizeof(*list));
    size_t read = 0;
    if (!list)
        done = problem_memory(problem);
    for (size_t row = 0; done && row < csv_table_rows(table); row++) {
        done = read_row(&list[row], table, row, problem);
        read += done;
    }
    csv_table_free(table);
    if (!done) {
        pending_rows_free(list, read);
        return false;
    }
    *rows = list;
    *count = read;
    return true;
}

void pending_rows_free(struct pending_key *rows, size_t count)
{
    for (size_t i = 0; rows && i < count; i++)
        rsa_key_free(rows[i].key);
    free(rows);
}

struct pending_key *pending_rows_find(struct pending_key *rows, size_t count, const char *word,
                                      struct problem *problem)
{
    char *end;
    unsigned long number = strtoul(word, &end, 10);
    bool by_number = word[0] >= '0' && word[0] <= '9' && *end == '\0';
    struct fingerprint_given given = {0};
    struct pending_key *found = NULL;
    if (!by_number && fingerprint_is_meant(word) && !fingerprint_given_read(&given, word, problem))
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (by_number ? rows[i].number != number : !fingerprint_given_is(&given, rows[i].digest))
            continue;
        if (found) {
            problem_set(problem, "two refused keys have the words '%s'", word);
            problem_hint(problem, "say which by its number: keytool allow pending");
            return NULL;
        }
        found = &rows[i];
    }
    if (found)
        return found;
    problem_set(problem, "no refused key '%s' waits", word);
    problem_hint(problem, "keytool allow pending lists them; the client can try once more");
    return NULL;
}

static bool is_among(const uint8_t digest[FINGERPRINT_BYTES], uint8_t (*wanted)[FINGERPRINT_BYTES],
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(digest, wanted[i], FINGERPRINT_BYTES) == 0)
            return true;
    return false;
}

bool pending_rows_remove(const char *path, uint8_t (*wanted)[FINGERPRINT_BYTES], size_t count,
                         struct problem *problem)
{
    uint8_t digest[FINGERPRINT_BYTES];
    struct file_lock lock;
    struct csv_table *table = NULL;
    struct file_stamp stamp;
    if (file_stamp_take(&stamp, path) && stamp.inode == 0)
        return true; /* nothing was ever refused: no file, and no lock file for its sake */
    if (!file_lock_take(&lock, path, problem))
        return false;
    bool found = false, done = csv_table_read(&table, path, columns, NULL, NULL, problem);
    for (size_t row = done ? csv_table_rows(table) : 0; row-- > 0;) {
        if (key_row_read(digest, NULL, table, row, NULL) && is_among(digest, wanted, count)) {
            csv_table_remove(table, row);
            found = true;
        }
    }
    if (done && found)
        done = csv_table_write(table, &lock, path, FILE_MODE, problem);
    csv_table_free(table);
    file_lock_release(&lock);
    return done;
}

/*
 * One row of the allow-list: its cells, their meaning and their faults; see allow_list.h.
 */
#include "allow_rows.h"
#include "hexadecimal.h"
#include "key_row.h"
#include "printable.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DERIVED_DIGEST_BYTES 5 /* 10 hex digits */

const char *const allow_columns[] = {"name",    "role", "quota", "expires", "added",
                                     "comment", "n",    "e",     NULL};

static const char *const role_names[] = {[ALLOW_USER] = "user", [ALLOW_ADMIN] = "admin"};

/* --- words ----------------------------------------------------------------------------------- */

const char *allow_role_name(enum allow_role role)
{
    return role_names[role];
}

bool allow_role_parse(enum allow_role *role, const char *text)
{
    for (size_t i = 0; i < sizeof(role_names) / sizeof(role_names[0]); i++) {
        if (strcmp(text, role_names[i]) == 0) {
            *role = (enum allow_role)i;
            return true;
        }
    }
    return false;
}

static const char size_letters[] = "KMGT"; /* 2^10, 2^20, 2^30, 2^40 */

bool allow_quota_parse(uint64_t *quota, const char *text)
{
    char *end;
    if (!isdigit((unsigned char)text[0]))
        return false;
    uintmax_t number = strtoumax(text, &end, 10);
    unsigned shift = 0;
    if (*end != '\0') {
        const char *letter = strchr(size_letters, toupper((unsigned char)*end));
        if (!letter || end[1] != '\0')
            return false;
        shift = 10 * ((unsigned)(letter - size_letters) + 1);
    }
    if (number > (ALLOW_NO_QUOTA - 1) >> shift) /* strtoumax gives UINTMAX_MAX beyond its range */
        return false;
    *quota = (uint64_t)number << shift;
    return true;
}

void allow_quota_text(char text[ALLOW_QUOTA_TEXT_BYTES], uint64_t quota)
{
    char letter[2] = "";
    if (quota == ALLOW_NO_QUOTA) {
        text[0] = '\0';
        return;
    }
    for (const char *at = size_letters; *at != '\0' && quota > 0 && quota % 1024 == 0; at++) {
        quota /= 1024;
        letter[0] = *at;
    }
    snprintf(text, ALLOW_QUOTA_TEXT_BYTES, "%" PRIu64 "%s", quota, letter);
}

bool allow_expires_parse(time_t *expires_at, const char *text)
{
    return timestamp_parse(expires_at, text) || timestamp_parse_day_end(expires_at, text);
}

bool allow_expired(const struct allow_entry *entry, time_t now)
{
    return now >= entry->expires_at;
}

void allow_derived_name(char name[KEY_NAME_BYTES], const uint8_t digest[FINGERPRINT_BYTES])
{
    *hex_write(stpcpy(name, "key-"), digest, DERIVED_DIGEST_BYTES) = '\0';
}

/* --- the row --------------------------------------------------------------------------------- */

static bool read_name(struct allow_entry *entry, const struct csv_table *table, size_t row,
                      struct problem *problem)
{
    struct problem naming = {0};
    const char *name = csv_table_get(table, row, "name");
    if (name[0] == '\0') {
        allow_derived_name(entry->name, entry->digest);
        return true;
    }
    if (!key_name_check(name, &naming)) {
        csv_table_fault(problem, table, row, "name", "%s", naming.message);
        return problem_hint(problem, "%s", naming.hint);
    }
    strcpy(entry->name, name);
    return true;
}

static bool read_rights(struct allow_entry *entry, const struct csv_table *table, size_t row,
                        struct problem *problem)
{
    const char *role = csv_table_get(table, row, "role");
    const char *quota = csv_table_get(table, row, "quota");
    entry->role = ALLOW_USER;
    entry->quota = ALLOW_NO_QUOTA;
    if (role[0] != '\0' && !allow_role_parse(&entry->role, role)) {
        csv_table_fault(problem, table, row, "role", "neither user nor admin");
        return problem_hint(problem, "leave it empty for user");
    }
    if (quota[0] != '\0' && !allow_quota_parse(&entry->quota, quota)) {
        csv_table_fault(problem, table, row, "quota", "not a size like 500M, below 16777216T");
        return problem_hint(problem, "a number of bytes, or with K, M, G or T behind it");
    }
    return true;
}

static bool read_expires(struct allow_entry *entry, const struct csv_table *table, size_t row,
                         struct problem *problem)
{
    const char *expires = csv_table_get(table, row, "expires");
    entry->expires_at = ALLOW_NEVER;
    if (expires[0] == '\0')
        return true;
    if (!allow_expires_parse(&entry->expires_at, expires)) {
        csv_table_fault(problem, table, row, "expires", "not a date like 2026-12-31");
        return problem_hint(problem, ALLOW_EXPIRES_HINT);
    }
    strcpy(entry->expires, expires);
    return true;
}

bool allow_row_read(struct allow_entry *entry, const struct csv_table *table, size_t row,
                    struct problem *problem)
{
    struct rsa_key *key;
    *entry = (struct allow_entry){.line = csv_table_line(table, row)};
    if (!key_row_read(entry->digest, &key, table, row, problem))
        return false;
    entry->bits = rsa_key_bits(key);
    rsa_key_free(key);

    /* Informational: spreadsheets rewrite dates, and that must not lock a class out. */
    const char *added = csv_table_get(table, row, "added");
    if (timestamp_valid(added))
        strcpy(entry->added, added);
    const char *comment = csv_table_get(table, row, "comment");
    printable_text(entry->comment, sizeof(entry->comment), comment, strlen(comment));
    return read_name(entry, table, row, problem) && read_rights(entry, table, row, problem) &&
           key_row_family(&entry->family, table, row, problem) &&
           read_expires(entry, table, row, problem);
}

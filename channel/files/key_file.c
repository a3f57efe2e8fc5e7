/*
 * One key file: rows of field,value; docs/formats.md has the table.
 *
 * Reading judges everything before any number is used: who may read the file, whether it is whole,
 * whether its numbers fit together. What is wrong is said with file, line and column.
 */
#include "key_file.h"
#include "key_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_PRIVATE "rsa-private"
#define TYPE_PUBLIC  "rsa-public"

#define PUBLIC_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)
#define SECRET_MODE (S_IRUSR | S_IWUSR)
#define OF_OTHERS   (S_IRWXG | S_IRWXO)

#define NO_ROW SIZE_MAX

static const char *const columns[] = {"field", "value", NULL};

/* --- fields ---------------------------------------------------------------------------------- */

struct fields {
    const char *path;
    const struct csv_table *table;
    struct problem *problem;
};

static size_t find_row(const struct fields *fields, const char *field)
{
    for (size_t row = 0; row < csv_table_rows(fields->table); row++) {
        if (strcasecmp(csv_table_get(fields->table, row, "field"), field) == 0)
            return row;
    }
    return NO_ROW;
}

/* The value of a field; "" if it is not there. */
static const char *value_of(const struct fields *fields, const char *field)
{
    size_t row = find_row(fields, field);
    return row == NO_ROW ? "" : csv_table_get(fields->table, row, "value");
}

/* The field is wrong. Always false. */
static bool fault(const struct fields *fields, const char *field, const char *what)
{
    size_t row = find_row(fields, field);
    if (row == NO_ROW)
        problem_set(fields->problem, "%s: the field %s is missing", fields->path, field);
    else
        csv_table_fault(fields->problem, fields->table, row, "value", "%s: %s", field, what);
    return problem_hint(fields->problem,
                        "the file is damaged or half-written: restore it from a copy, "
                        "or make a new key with keytool gen NAME --force");
}

static bool check_no_field_twice(const struct fields *fields)
{
    for (size_t row = 0; row < csv_table_rows(fields->table); row++) {
        const char *field = csv_table_get(fields->table, row, "field");
        size_t first = find_row(fields, field);
        if (first != row)
            return csv_table_fault(fields->problem, fields->table, row, "field",
                                   "%s stands in line %u already", field,
                                   csv_table_line(fields->table, first));
    }
    return true;
}

/* --- reading --------------------------------------------------------------------------------- */

/* type, published, name, created: what the file says about the key. */
static bool read_labels(struct stored_key *key, bool *private, const struct fields *fields)
{
    const char *type = value_of(fields, "type"), *published = value_of(fields, "published");
    const char *name = value_of(fields, "name"), *created = value_of(fields, "created");
    *private = strcmp(type, TYPE_PRIVATE) == 0;
    if (!*private && strcmp(type, TYPE_PUBLIC) != 0)
        return fault(fields, "type", "neither " TYPE_PRIVATE " nor " TYPE_PUBLIC);
    key->published = strcmp(published, "yes") == 0;
    if (!key->published && published[0] != '\0' && strcmp(published, "no") != 0)
        return fault(fields, "published", "neither yes nor no");
    if (created[0] != '\0' && !timestamp_valid(created))
        return fault(fields, "created", "not a time like 2026-02-03T04:05:06Z");
    strcpy(key->created, created);
    if (name[0] != '\0' && !key_name_check(name, NULL))
        return fault(fields, "name", "not a legal name");
    strcpy(key->name, name);
    return true;
}

/* A published key has no secret to keep. */
bool key_file_check_use(const struct stored_key *key, bool private, mode_t mode, enum key_part part,
                        unsigned flags, struct problem *problem)
{
    if (private && !key->published && (mode & OF_OTHERS) != 0) {
        problem_set(problem, "%s: others can read or write this private key (mode %04o)", key->path,
                    (unsigned)mode);
        return problem_hint(problem, "chmod 600 %s, and make a new key if others had the time",
                            key->path);
    }
    if (part == KEY_PUBLIC || (part == KEY_WHOLE && !private))
        return true;
    if (!private) {
        problem_set(problem, "%s holds the public half of a key only", key->path);
        return problem_hint(problem, "the private half is in NAME.key.csv, where it was made");
    }
    if (key->published && (flags & KEY_ALLOW_PUBLISHED) == 0) {
        problem_set(problem, "%s is a published example: everybody has this private key",
                    key->path);
        return problem_hint(problem, "make your own with keytool gen NAME; "
                                     "for a lesson, add --allow-published");
    }
    return true;
}

static bool check_bits(const struct stored_key *key, const struct fields *fields)
{
    const char *text = value_of(fields, "bits");
    char *end;
    if (text[0] == '\0')
        return true;
    unsigned long bits = strtoul(text, &end, 10);
    return (*end == '\0' && bits == rsa_key_bits(key->key)) ||
           fault(fields, "bits", "not the size of n");
}

static bool read_numbers(struct stored_key *key, enum key_part part, const struct fields *fields)
{
    const char *numbers[RSA_NUMBERS] = {NULL};
    size_t wanted = part == KEY_PRIVATE ? RSA_NUMBERS : RSA_E + 1;
    for (size_t i = 0; i < wanted; i++) {
        const char *field = rsa_number_name((enum rsa_number)i);
        const char *text = value_of(fields, field);
        if (text[0] != '\0')
            numbers[i] = text;
        else if (i < RSA_DP ||
                 find_row(fields, field) != NO_ROW) /* the CRT parts can be computed */
            return fault(fields, field, "missing");
    }
    enum rsa_number bad = RSA_N;
    enum rsa_error error = rsa_key_from_text(&key->key, numbers, &bad);
    if (error == RSA_OK)
        error = rsa_key_check(key->key, &bad);
    if (error != RSA_OK)
        return fault(fields, rsa_number_name(bad), rsa_strerror(error));
    return check_bits(key, fields);
}

bool key_file_is(const struct csv_table *table)
{
    return csv_table_require(table, columns, NULL);
}

bool key_file_read(struct stored_key *key, const struct csv_table *table, const char *path,
                   mode_t mode, enum key_part part, unsigned flags, struct problem *problem)
{
    const struct fields fields = {.path = path, .table = table, .problem = problem};
    bool private;
    *key = (struct stored_key){0};
    if (strlen(path) >= sizeof(key->path))
        return problem_set(problem, "a path is longer than %zu bytes", sizeof(key->path) - 1);
    strcpy(key->path, path);
    bool done = csv_table_require(table, columns, problem) && check_no_field_twice(&fields) &&
                read_labels(key, &private, &fields) &&
                key_file_check_use(key, private, mode, part, flags, problem) &&
                read_numbers(key, private && part != KEY_PUBLIC ? KEY_PRIVATE : KEY_PUBLIC,
                             &fields);
    if (!done)
        stored_key_free(key);
    return done;
}

bool key_file_load(struct stored_key *key, const char *path, enum key_part part, unsigned flags,
                   struct problem *problem)
{
    struct csv_table *table;
    mode_t mode;
    *key = (struct stored_key){0};
    if (!csv_table_read(&table, path, NULL, NULL, &mode, problem))
        return false;
    bool done = key_file_read(key, table, path, mode, part, flags, problem);
    csv_table_free(table);
    return done;
}

void stored_key_free(struct stored_key *key)
{
    rsa_key_free(key->key);
    *key = (struct stored_key){0};
}

/* --- writing --------------------------------------------------------------------------------- */

static bool add_field(struct csv_table *table, const char *field, const char *value,
                      struct problem *problem)
{
    size_t row;
    return csv_table_add(table, &row, problem) &&
           csv_table_set(table, row, "field", field, problem) &&
           csv_table_set(table, row, "value", value, problem);
}

static bool add_number(struct csv_table *table, const struct rsa_key *key, enum rsa_number number,
                       struct problem *problem)
{
    const char *field = rsa_number_name(number);
    return add_field(table, field, "", problem) &&
           key_row_write_number(table, csv_table_rows(table) - 1, "value", key, number, problem);
}

static bool fill(struct csv_table *table, const char *name, const struct rsa_key *key,
                 enum key_part part, bool published, const char *created, struct problem *problem)
{
    char bits[16];
    snprintf(bits, sizeof(bits), "%u", rsa_key_bits(key));
    const char *type = part == KEY_PRIVATE ? TYPE_PRIVATE : TYPE_PUBLIC;
    if (!add_field(table, "type", type, problem) ||
        (name[0] != '\0' && !add_field(table, "name", name, problem)) ||
        (created[0] != '\0' && !add_field(table, "created", created, problem)) ||
        !add_field(table, "bits", bits, problem) ||
        (published && !add_field(table, "published", "yes", problem)))
        return false;
    size_t count = part == KEY_PRIVATE ? RSA_NUMBERS : RSA_E + 1;
    for (size_t i = 0; i < count; i++) {
        if (!add_number(table, key, (enum rsa_number)i, problem))
            return false;
    }
    return true;
}

struct csv_table *key_file_table(const char *path, const char *name, const struct rsa_key *key,
                                 enum key_part part, bool published, const char *created,
                                 struct problem *problem)
{
    struct csv_table *table;
    if (!csv_table_new(&table, path, columns, problem) ||
        fill(table, name, key, part, published, created, problem))
        return table;
    csv_table_free(table);
    return NULL;
}

bool key_file_write(const struct file_lock *lock, const char *path, const char *name,
                    const struct rsa_key *key, enum key_part part, bool published,
                    const char *created, struct problem *problem)
{
    mode_t mode = part == KEY_PRIVATE && !published ? SECRET_MODE : PUBLIC_MODE;
    struct csv_table *table = key_file_table(path, name, key, part, published, created, problem);
    bool done = table != NULL && csv_table_write(table, lock, path, mode, problem);
    csv_table_free(table);
    return done;
}

/*
 * One key file: rows of field,value; docs/formats.md has the table.
 *
 * Reading judges everything before any number is used: who may read the file, whether it is whole,
 * whether its numbers fit together. What is wrong is said with file, line and column.
 */
#include "key_file.h"
#include "base64.h"
#include "key_protected.h"
#include "key_row.h"
#include "sym_memory.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE_PRIVATE "rsa-private"
#define TYPE_PUBLIC  "rsa-public"

#define PUBLIC_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH)
#define SECRET_MODE (S_IRUSR | S_IWUSR)
#define OF_OTHERS   (S_IRWXG | S_IRWXO)

#define ENCRYPTED "encrypted" /* the field in the place of the private numbers */

#define NO_ROW      SIZE_MAX
#define MOST_FIELDS 100 /* many more than there are, for those of later versions */

static const char *const columns[] = {"field", "value", NULL};

/* --- fields ---------------------------------------------------------------------------------- */

struct fields {
    const char *path;
    const struct csv_table *table;
    struct problem *problem;
};

static size_t find_row(const struct fields *fields, const char *field)
{
    for (size_t row = 0; row < csv_table_rows(fields->table); row++)
        if (strcasecmp(csv_table_get(fields->table, row, "field"), field) == 0)
            return row;
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
        csv_table_fault(fields->problem, fields->table, row, "value", "%s: %s", field,
                        translate(what));
    return problem_hint(fields->problem,
                        "the file is damaged or half-written: restore it from a copy, "
                        "or make a new key with keytool gen NAME --force");
}

static bool check_no_field_twice(const struct fields *fields)
{
    if (csv_table_rows(fields->table) > MOST_FIELDS)
        return csv_table_fault(fields->problem, fields->table, MOST_FIELDS, "field",
                               "more than %d fields", MOST_FIELDS);
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

static bool read_seed(struct seed_number *seed, const struct fields *fields)
{
    const char *text = value_of(fields, "seed");
    char *end;
    if (text[0] == '\0')
        return true;
    unsigned long number = strtoul(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || strlen(text) > 10 || number > SEED_MAX)
        return fault(fields, "seed", N_("not a number that --seed takes"));
    *seed = (struct seed_number){.given = true, .number = (uint32_t)number};
    return true;
}

/* The name of a flaw: small letters and hyphens, as keytool gen --flaw has them. */
static bool read_flaw(char flaw[KEY_FLAW_BYTES], const struct fields *fields)
{
    const char *text = value_of(fields, "flaw");
    if (strlen(text) >= KEY_FLAW_BYTES ||
        strspn(text, "abcdefghijklmnopqrstuvwxyz-") != strlen(text))
        return fault(fields, "flaw", N_("not the name of a flaw"));
    strcpy(flaw, text);
    return true;
}

/* type, published, family, seed, flaw, name, created: what the file says about the key. */
static bool read_labels(struct stored_key *key, bool *private, const struct fields *fields)
{
    const char *type = value_of(fields, "type"), *published = value_of(fields, "published");
    const char *name = value_of(fields, "name"), *created = value_of(fields, "created");
    *private = strcmp(type, TYPE_PRIVATE) == 0;
    if (!*private && strcmp(type, TYPE_PUBLIC) != 0)
        return fault(fields, "type", N_("neither rsa-private nor rsa-public"));
    key->marks.published = strcmp(published, "yes") == 0;
    if (!key->marks.published && published[0] != '\0' && strcmp(published, "no") != 0)
        return fault(fields, "published", N_("neither yes nor no"));
    if (created[0] != '\0' && !timestamp_valid(created))
        return fault(fields, "created", N_("not a time like 2026-02-03T04:05:06Z"));
    strcpy(key->created, created);
    if (name[0] != '\0' && !key_name_check(name, NULL))
        return fault(fields, "name", N_("not a legal name"));
    strcpy(key->name, name);
    if (!key_family_parse(&key->marks.family, value_of(fields, "family")))
        return fault(fields, "family", N_("neither modern nor textbook"));
    return read_flaw(key->marks.flaw, fields) && read_seed(&key->marks.seed, fields);
}

bool stored_key_check_family(const struct stored_key *key, enum key_family family,
                             struct problem *problem)
{
    if (key->marks.family == family)
        return true;
    problem_set(problem, "%s is a key of the %s suite, and a key serves one purpose", key->path,
                key_family_name(key->marks.family));
    return problem_hint(problem,
                        family == FAMILY_MODERN
                            ? "keytool gen NAME makes a key of the modern suite"
                            : "keytool gen NAME --suite textbook makes one of the "
                              "textbook suite; without --key, chat and ftp make their own");
}

/* Such a key is for attack and keytool audit, and of no other use. */
static bool check_flaw(const struct stored_key *key, const struct key_access *access,
                       struct problem *problem)
{
    if (key->marks.flaw[0] == '\0' || (access && access->allow_flawed))
        return true;
    problem_set(problem, "%s was made weak on purpose (flaw: %s): it protects nothing", key->path,
                key->marks.flaw);
    return problem_hint(problem, "keytool gen NAME makes a good key; this one is for "
                                 "keytool check, keytool audit and attack rsa");
}

/* Chance from a seed makes keys for lessons, and uses no others. */
static bool check_seed(const struct stored_key *key, const struct key_access *access,
                       struct problem *problem)
{
    const struct lesson_seed *seed = access ? access->seed : NULL;
    bool same = seed && key->marks.seed.given && key->marks.seed.number == seed->number;
    if (same || (access && access->allow_seeded) || (!seed && !key->marks.seed.given) ||
        (seed && key->marks.published))
        return true;
    if (!seed) {
        problem_set(problem,
                    "%s was made under --seed %u: whoever knows that number has this "
                    "private key, too",
                    key->path, key->marks.seed.number);
        return problem_hint(problem, "it is for lessons, by chat and ftp with the same --seed; "
                                     "make your own with keytool gen NAME");
    }
    if (key->marks.seed.given)
        problem_set(problem, "%s was made under --seed %u, and this is --seed %u", key->path,
                    key->marks.seed.number, seed->number);
    else
        problem_set(problem,
                    "%s was not made under --seed: a key of your own is no key for a "
                    "lesson without secrets",
                    key->path);
    return problem_hint(problem, "give the lesson a home of its own: --home FOLDER; its keys are "
                                 "made there");
}

/* A published key has no secret to keep. */
bool key_file_check_use(const struct stored_key *key, bool private, mode_t mode, enum key_part part,
                        const struct key_access *access, struct problem *problem)
{
    if (private && !key->marks.published && (mode & OF_OTHERS) != 0) {
        problem_set(problem, "%s: others can read or write this private key (mode %04o)", key->path,
                    (unsigned)mode);
        return problem_hint(problem, "chmod 600 %s, and make a new key if others had the time",
                            key->path);
    }
    if (!check_flaw(key, access, problem))
        return false;
    if (part == KEY_PUBLIC || (part == KEY_WHOLE && !private))
        return true;
    if (!private) {
        problem_set(problem, "%s holds the public half of a key only", key->path);
        return problem_hint(problem, "the private half is in NAME.key.csv, where it was made");
    }
    if (key->marks.published && (!access || !access->allow_published)) {
        problem_set(problem, "%s is a published example: everybody has this private key",
                    key->path);
        return problem_hint(problem, "make your own with keytool gen NAME; "
                                     "for a lesson, add --allow-published");
    }
    return check_seed(key, access, problem) &&
           ((access && access->any_family) ||
            stored_key_check_family(key, access ? access->family : FAMILY_MODERN, problem));
}

static bool check_bits(const struct stored_key *key, const struct fields *fields)
{
    const char *text = value_of(fields, "bits");
    char *end;
    if (text[0] == '\0')
        return true;
    unsigned long bits = strtoul(text, &end, 10);
    return (*end == '\0' && bits == rsa_key_bits(key->key)) ||
           fault(fields, "bits", N_("not the size of n"));
}

/* The first `wanted` numbers, as they stand there. */
static bool read_clear(struct stored_key *key, size_t wanted, const struct fields *fields)
{
    const char *numbers[RSA_NUMBERS] = {NULL};
    for (size_t i = 0; i < wanted; i++) {
        const char *field = rsa_number_name((enum rsa_number)i);
        const char *text = value_of(fields, field);
        if (text[0] != '\0')
            numbers[i] = text;
        else if (i < RSA_DP ||
                 find_row(fields, field) != NO_ROW) /* the CRT parts can be computed */
            return fault(fields, field, N_("missing"));
    }
    enum rsa_number bad = RSA_N;
    enum rsa_error error = rsa_key_from_text(&key->key, numbers, &bad);
    if (error == RSA_OK && key->marks.flaw[0] == '\0') /* its flaw may be a prime that is none */
        error = rsa_key_check_quickly(key->key, &bad);
    if (error != RSA_OK)
        return fault(fields, rsa_number_name(bad), translate(rsa_strerror(error)));
    return check_bits(key, fields);
}

/* The public half stands in the clear, for all who need no more. It must be that of the private
 * half, or somebody has put another key in its place. Takes the pair over. */
static bool put_pair(struct stored_key *key, struct rsa_key *pair, const struct fields *fields)
{
    bool same = rsa_key_equal_public(key->key, pair);
    rsa_key_free(same ? key->key : pair);
    if (same)
        key->key = pair;
    return same ||
           fault(fields, ENCRYPTED, N_("n and e of this file are not those of what it holds"));
}

/* The private half, if it is wanted; how it is protected, in any case. */
static bool read_encrypted(struct stored_key *key, bool wanted, const struct key_access *access,
                           const struct fields *fields)
{
    const char *text = value_of(fields, ENCRYPTED);
    struct problem inside = {0};
    struct pbes2 frame;
    struct rsa_key *pair;
    size_t bytes, length = strlen(text);
    uint8_t *data = malloc(BASE64_DATA_BYTES(length) + 1);
    bool done = false;
    if (!data)
        return problem_memory(fields->problem);
    if (!base64_decode(data, &bytes, text, length, BASE64_PADDED)) {
        fault(fields, ENCRYPTED, N_("not base64"));
    } else if (!pbes2_read(&frame, data, bytes, &inside)) {
        problem_hint(fields->problem, "%s", inside.hint);
        fault(fields, ENCRYPTED, inside.message);
    } else {
        key->iterations = frame.iterations;
        done = !wanted ||
               (key_protected_open(&pair, &frame, access, fields->path, fields->problem) &&
                put_pair(key, pair, fields));
    }
    free(data);
    return done;
}

/* Either the private numbers or `encrypted` in their place. */
static bool check_one_or_other(bool private, const struct fields *fields)
{
    if (!private)
        return fault(fields, ENCRYPTED, N_("a public key has nothing to hide"));
    for (size_t i = RSA_D; i < RSA_NUMBERS; i++) {
        const char *field = rsa_number_name((enum rsa_number)i);
        if (find_row(fields, field) != NO_ROW)
            return fault(fields, field, N_("it stands in the clear, beside encrypted"));
    }
    return true;
}

static bool read_numbers(struct stored_key *key, bool private, bool wanted,
                         const struct key_access *access, const struct fields *fields)
{
    if (find_row(fields, ENCRYPTED) == NO_ROW)
        return read_clear(key, wanted ? RSA_NUMBERS : RSA_E + 1, fields);
    return check_one_or_other(private, fields) && read_clear(key, RSA_E + 1, fields) &&
           read_encrypted(key, wanted, access, fields);
}

bool key_file_is(const struct csv_table *table)
{
    return csv_table_require(table, columns, NULL);
}

bool key_file_read(struct stored_key *key, const struct csv_table *table, const char *path,
                   mode_t mode, enum key_part part, const struct key_access *access,
                   struct problem *problem)
{
    const struct fields fields = {.path = path, .table = table, .problem = problem};
    bool private;
    *key = (struct stored_key){0};
    if (strlen(path) >= sizeof(key->path))
        return problem_set(problem, "a path is longer than %zu bytes", sizeof(key->path) - 1);
    strcpy(key->path, path);
    bool done = csv_table_require(table, columns, problem) && check_no_field_twice(&fields) &&
                read_labels(key, &private, &fields) &&
                key_file_check_use(key, private, mode, part, access, problem) &&
                read_numbers(key, private, private && part != KEY_PUBLIC, access, &fields);
    if (!done)
        stored_key_free(key);
    return done;
}

bool key_file_load(struct stored_key *key, const char *path, enum key_part part,
                   const struct key_access *access, struct problem *problem)
{
    struct csv_table *table;
    mode_t mode;
    *key = (struct stored_key){0};
    if (!csv_table_read_given(&table, path, &mode, problem))
        return false;
    bool done = key_file_read(key, table, path, mode, part, access, problem);
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

static bool add_encrypted(struct csv_table *table, const struct rsa_key *key,
                          const struct key_protection *protection, struct problem *problem)
{
    uint8_t buffer[KEY_PROTECTED_BYTES]; /* not secret, not wiped */
    char text[BASE64_TEXT_BYTES(KEY_PROTECTED_BYTES)];
    struct octets block;
    if (!key_protected_write(&block, buffer, key, protection, problem))
        return false;
    base64_encode(text, block.data, block.bytes, BASE64_PADDED);
    return add_field(table, ENCRYPTED, text, problem);
}

static bool add_half(struct csv_table *table, const struct rsa_key *key,
                     const struct key_protection *protection, struct problem *problem)
{
    if (protection)
        return add_encrypted(table, key, protection, problem);
    for (size_t i = RSA_D; i < RSA_NUMBERS; i++)
        if (!add_number(table, key, (enum rsa_number)i, problem))
            return false;
    return true;
}

static bool fill(struct csv_table *table, const struct key_file *file, struct problem *problem)
{
    char bits[16], seed[16];
    bool private = file->part == KEY_PRIVATE;
    snprintf(bits, sizeof(bits), "%u", rsa_key_bits(file->key));
    snprintf(seed, sizeof(seed), "%u", file->marks.seed.number);
    return add_field(table, "type", private ? TYPE_PRIVATE : TYPE_PUBLIC, problem) &&
           (file->name[0] == '\0' || add_field(table, "name", file->name, problem)) &&
           (file->created[0] == '\0' || add_field(table, "created", file->created, problem)) &&
           add_field(table, "bits", bits, problem) &&
           (!file->marks.published || add_field(table, "published", "yes", problem)) &&
           (file->marks.family == FAMILY_MODERN ||
            add_field(table, "family", key_family_name(file->marks.family), problem)) &&
           (!file->marks.seed.given || add_field(table, "seed", seed, problem)) &&
           (file->marks.flaw[0] == '\0' || add_field(table, "flaw", file->marks.flaw, problem)) &&
           add_number(table, file->key, RSA_N, problem) &&
           add_number(table, file->key, RSA_E, problem) &&
           (!private || add_half(table, file->key, file->protection, problem));
}

struct csv_table *key_file_table(const char *path, const struct key_file *file,
                                 struct problem *problem)
{
    struct csv_table *table;
    if (!csv_table_new(&table, path, columns, problem) || fill(table, file, problem))
        return table;
    csv_table_free(table);
    return NULL;
}

bool key_file_write(const struct file_lock *lock, const char *path, const struct key_file *file,
                    struct problem *problem)
{
    mode_t mode = file->part == KEY_PRIVATE && !file->marks.published ? SECRET_MODE : PUBLIC_MODE;
    struct csv_table *table = key_file_table(path, file, problem);
    bool done = table && csv_table_write(table, lock, path, mode, problem);
    csv_table_free(table);
    return done;
}

static void remove_field(struct csv_table *table, const char *field)
{
    const struct fields fields = {.table = table};
    size_t row = find_row(&fields, field);
    if (row != NO_ROW)
        csv_table_remove(table, row);
}

bool key_file_protect(struct csv_table *table, const struct rsa_key *pair,
                      const struct key_protection *protection, struct problem *problem)
{
    for (size_t i = RSA_D; i < RSA_NUMBERS; i++)
        remove_field(table, rsa_number_name((enum rsa_number)i));
    remove_field(table, ENCRYPTED);
    return add_half(table, pair, protection, problem);
}

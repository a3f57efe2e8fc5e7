/*
 * Groups by name, by numbers, by file: see group_file.h.
 */
#include "group_file.h"
#include "csv_table.h"
#include "hexadecimal.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TYPE "dh-group"

static const char *const columns[] = {"field", "value", NULL};

/* --- reading --------------------------------------------------------------------------------- */

/* The row of a field, and NULL where it is not there; twice is a fault. */
static bool find_field(const char **value, size_t *row, const struct csv_table *table,
                       const char *field, struct problem *problem)
{
    *value = NULL;
    for (size_t i = 0; i < csv_table_rows(table); i++) {
        if (strcasecmp(csv_table_get(table, i, "field"), field) != 0)
            continue;
        if (*value)
            return csv_table_fault(problem, table, i, "field", "%s stands in line %u already",
                                   field, csv_table_line(table, *row));
        *value = csv_table_get(table, i, "value");
        *row = i;
    }
    return true;
}

static bool read_fields(struct dh_group **group, const struct csv_table *table, const char *path,
                        struct problem *problem)
{
    enum { FIELD_TYPE, FIELD_P, FIELD_G, FIELD_BITS, FIELDS };
    static const char *const names[] = {"type", "p", "g", "bits"};
    const char *values[FIELDS];
    char *text = NULL, bits[16];
    size_t rows[FIELDS];
    for (int i = 0; i < FIELDS; i++) {
        if (!find_field(&values[i], &rows[i], table, names[i], problem))
            return false;
        if (!values[i] && i != FIELD_BITS)
            return problem_set(problem, "%s: the field %s is missing", path, names[i]);
        if (i == FIELD_TYPE && strcmp(values[i], TYPE) != 0) {
            csv_table_fault(problem, table, rows[i], "value", "type: %.40s, and a group's is %s",
                            values[i], TYPE);
            return problem_hint(problem, "keytool group gen -o FILE makes a file of a group");
        }
    }
    if (asprintf(&text, "%s,%s", values[FIELD_P], values[FIELD_G]) < 0)
        return problem_memory(problem);
    enum dh_error error = dh_group_parse(group, text);
    free(text);
    if (error)
        return csv_table_fault(problem, table, rows[error == DH_ERR_GENERATOR ? FIELD_G : FIELD_P],
                               "value", "%s", translate(dh_strerror(error)));
    snprintf(bits, sizeof(bits), "%u", dh_group_bits(*group));
    if (!values[FIELD_BITS] || strcmp(values[FIELD_BITS], bits) == 0)
        return true;
    dh_group_free(*group);
    *group = NULL;
    return csv_table_fault(problem, table, rows[FIELD_BITS], "value", "bits: not the size of p");
}

static bool read_file(struct dh_group **group, const char *path, struct problem *problem)
{
    struct csv_table *table;
    mode_t mode;
    if (!csv_table_read_given(&table, path, &mode, problem))
        return false;
    bool done = csv_table_require(table, columns, problem) &&
                read_fields(group, table, path, problem);
    csv_table_free(table);
    return done;
}

static bool is_path(const char *text)
{
    size_t length = strlen(text);
    return strchr(text, '/') || (length > 4 && strcmp(text + length - 4, ".csv") == 0);
}

static bool unknown(const char *text, struct problem *problem)
{
    char there_are[512] = "";
    for (size_t i = 0; dh_group_named(i); i++) {
        const size_t used = strlen(there_are);
        snprintf(there_are + used, sizeof(there_are) - used, "%s, ", dh_group_named(i)->name);
    }
    return problem_set(problem,
                       "no group is called '%.60s'; it can be %stwo numbers such as 23,5, "
                       "or a file, with a / in its name or .csv at its end",
                       text, there_are);
}

bool group_find(struct dh_group **group, const char *text, struct problem *problem)
{
    *group = NULL;
    if (is_path(text))
        return read_file(group, text, problem);
    enum dh_error error = dh_group_parse(group, text);
    if (!error)
        return true;
    return error == DH_ERR_NAME
               ? unknown(text, problem)
               : problem_set(problem, "the group '%.60s': %s", text, translate(dh_strerror(error)));
}

/* --- writing --------------------------------------------------------------------------------- */

static bool add(struct csv_table *table, const char *field, const char *value,
                struct problem *problem)
{
    size_t row;
    return csv_table_add(table, &row, problem) &&
           csv_table_set(table, row, "field", field, problem) &&
           csv_table_set(table, row, "value", value, problem);
}

static bool add_number(struct csv_table *table, const char *field, const struct dh_group *group,
                       enum dh_number number, struct problem *problem)
{
    uint8_t bytes[DH_MAX_BYTES];
    char text[2 + 2 * DH_MAX_BYTES + 1] = "0x", *digits = text + 2;
    *hex_write(digits, bytes, dh_group_number(group, number, bytes, sizeof(bytes))) = '\0';
    if (digits[0] == '0') /* the upper half of the first byte */
        memmove(digits, digits + 1, strlen(digits));
    return add(table, field, text, problem);
}

char *group_file_text(size_t *bytes, const struct dh_group *group, struct problem *problem)
{
    struct csv_table *table;
    char bits[16], *text = NULL;
    snprintf(bits, sizeof(bits), "%u", dh_group_bits(group));
    if (!csv_table_new(&table, "the group", columns, problem))
        return NULL;
    if (add(table, "type", TYPE, problem) && add(table, "bits", bits, problem) &&
        add_number(table, "p", group, DH_P, problem) &&
        add_number(table, "g", group, DH_G, problem))
        text = csv_table_text(bytes, table, problem);
    csv_table_free(table);
    return text;
}

/* Users of plain FTP: the file, and crypt(3). */
#include "users.h"

#include "csv_table.h"
#include "sym_memory.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

static const char *const columns[] = {"name", "password", NULL};

/* A new setting with a random salt, in the system's best method; NULL without one. */
static char *new_setting(char *out, int bytes)
{
    return crypt_gensalt_rn(NULL, 0, NULL, 0, out, bytes);
}

/* The hash of a password under a setting, which may be a hash. False: no such method. */
static bool hash(char out[CRYPT_OUTPUT_SIZE], const char *password, const char *setting)
{
    struct crypt_data *data = calloc(1, sizeof(*data));
    const char *hashed = data ? crypt_rn(password, setting, data, (int)sizeof(*data)) : NULL;
    if (hashed)
        strcpy(out, hashed);
    if (data)
        sym_wipe(data, sizeof(*data));
    free(data);
    return hashed != NULL;
}

static bool find_row(size_t *row, const struct csv_table *table, const char *name)
{
    for (*row = 0; *row < csv_table_rows(table); (*row)++)
        if (strcmp(csv_table_get(table, *row, "name"), name) == 0)
            return true;
    return false;
}

bool users_check(const char *path, const char *name, const char *password, struct problem *problem)
{
    struct csv_table *table;
    char setting[CRYPT_OUTPUT_SIZE], hashed[CRYPT_OUTPUT_SIZE];
    size_t row;
    bool found = false, right;
    if (!csv_table_read(&table, path, columns, NULL, NULL, problem))
        return false;
    if (name[0] && find_row(&row, table, name) &&
        strlen(csv_table_get(table, row, "password")) < sizeof(setting)) {
        strcpy(setting, csv_table_get(table, row, "password"));
        found = true;
    } else if (!new_setting(setting, sizeof(setting))) {
        setting[0] = '\0';
    }
    right = hash(hashed, password, setting) && found && strlen(hashed) == strlen(setting) &&
            sym_equal(hashed, setting, strlen(setting));
    sym_wipe(hashed, sizeof(hashed));
    sym_wipe(setting, sizeof(setting));
    csv_table_free(table);
    return right;
}

static bool set_row(struct csv_table *table, const char *name, const char *hashed,
                    struct problem *problem)
{
    size_t row;
    if (!find_row(&row, table, name) && !csv_table_add(table, &row, problem))
        return false;
    return csv_table_set(table, row, "name", name, problem) &&
           csv_table_set(table, row, "password", hashed, problem);
}

bool users_set(const char *path, const char *name, const char *password, struct problem *problem)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE], hashed[CRYPT_OUTPUT_SIZE];
    struct csv_table *table = NULL;
    struct file_lock lock;
    if (!new_setting(setting, sizeof(setting)) || !hash(hashed, password, setting))
        return problem_set(problem, "crypt(3) has no method to keep passwords");
    if (!file_lock_take(&lock, path, problem))
        return false;
    bool done = csv_table_read(&table, path, columns, NULL, NULL, problem) &&
                set_row(table, name, hashed, problem) &&
                csv_table_write(table, &lock, path, 0600, problem);
    csv_table_free(table);
    file_lock_release(&lock);
    sym_wipe(hashed, sizeof(hashed));
    return done;
}

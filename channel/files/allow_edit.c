/*
 * Changing allowed.csv: read, judge, change one row, write, all under its lock; see allow_list.h.
 *
 * The table is changed, not the list: unknown columns, the order of rows and cells we do not
 * understand survive.
 */
#include "allow_rows.h"
#include "key_row.h"
#include "printable.h"

#include <string.h>
#include <sys/stat.h>

#define NEW_FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* less the umask */

/* An edit under way. */
struct edit {
    const char *path;
    struct file_lock lock;
    struct csv_table *table;
    struct allow_list *list;
};

static void edit_end(struct edit *edit)
{
    allow_list_free(edit->list);
    csv_table_free(edit->table);
    file_lock_release(&edit->lock);
}

static bool edit_begin(struct edit *edit, const char *path, struct problem *problem)
{
    *edit = (struct edit){.path = path};
    if (!file_lock_take(&edit->lock, path, problem))
        return false;
    if (csv_table_read(&edit->table, path, allow_columns, NULL, NULL, problem) &&
        allow_list_judge(&edit->list, edit->table, path, problem))
        return true;
    edit_end(edit);
    return false;
}

/* --- add ------------------------------------------------------------------------------------- */

static bool check_new(const struct allow_new *entry, struct problem *problem)
{
    const char *comment = entry->comment;
    if (entry->name != NULL && !key_name_check(entry->name, problem))
        return false;
    if (comment == NULL)
        return true;
    if (strlen(comment) >= ALLOW_COMMENT_BYTES)
        return problem_set(problem, "the comment is longer than %d bytes", ALLOW_COMMENT_BYTES - 1);
    return printable_is(comment, strlen(comment)) ||
           problem_set(problem, "the comment has control or invisible characters");
}

static bool check_free(const struct edit *edit, const char *name,
                       const uint8_t digest[FINGERPRINT_BYTES], struct problem *problem)
{
    const struct allow_entry *twin = allow_list_find_digest(edit->list, digest);
    if (twin != NULL)
        return problem_set(problem, "this key is allowed already, as '%s' (%s, line %u)",
                           twin->name, edit->path, twin->line);
    twin = allow_list_find_name(edit->list, name);
    if (twin == NULL)
        return true;
    problem_set(problem, "the name '%s' is taken by another key (%s, line %u)", name, edit->path,
                twin->line);
    return problem_hint(problem, "choose another with --name, or: keytool allow remove %s", name);
}

static bool append_row(struct csv_table *table, const struct allow_new *entry,
                       struct problem *problem)
{
    char quota[ALLOW_QUOTA_TEXT_BYTES], added[TIMESTAMP_BYTES];
    size_t row;
    allow_quota_text(quota, entry->quota);
    timestamp_now(added);
    const char *const cells[][2] = {{"name", entry->name},
                                    {"role", allow_role_name(entry->role)},
                                    {"quota", quota},
                                    {"added", added},
                                    {"comment", entry->comment}};
    if (!csv_table_add(table, &row, problem))
        return false;
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        const char *text = cells[i][1];
        if (text != NULL && text[0] != '\0' &&
            !csv_table_set(table, row, cells[i][0], text, problem))
            return false;
    }
    return key_row_write(table, row, entry->key, problem);
}

bool allow_list_add(const char *path, const struct allow_new *entry, char name[KEY_NAME_BYTES],
                    struct problem *problem)
{
    uint8_t digest[FINGERPRINT_BYTES];
    char goes_by[KEY_NAME_BYTES];
    struct edit edit;
    if (!check_new(entry, problem))
        return false;
    fingerprint_digest(digest, entry->key);
    if (entry->name != NULL)
        strcpy(goes_by, entry->name);
    else
        allow_derived_name(goes_by, digest);
    if (!edit_begin(&edit, path, problem))
        return false;
    bool done = check_free(&edit, goes_by, digest, problem) &&
                append_row(edit.table, entry, problem) &&
                csv_table_write(edit.table, &edit.lock, path, NEW_FILE_MODE, problem);
    edit_end(&edit);
    if (done && name != NULL)
        strcpy(name, goes_by);
    return done;
}

/* --- remove ---------------------------------------------------------------------------------- */

bool allow_list_remove(const char *path, const char *name_or_fingerprint,
                       struct allow_entry *removed, struct problem *problem)
{
    uint8_t digest[FINGERPRINT_BYTES];
    struct edit edit;
    if (!edit_begin(&edit, path, problem))
        return false;
    const struct allow_entry *entry = fingerprint_parse(digest, name_or_fingerprint)
                                          ? allow_list_find_digest(edit.list, digest)
                                          : allow_list_find_name(edit.list, name_or_fingerprint);
    bool done = false;
    if (entry == NULL) {
        problem_set(problem, "%s allows no '%s'", path, name_or_fingerprint);
        problem_hint(problem, "keytool allow list shows whom it allows");
    } else {
        if (removed != NULL)
            *removed = *entry;
        csv_table_remove(edit.table, allow_list_row(edit.list, entry));
        done = csv_table_write(edit.table, &edit.lock, path, NEW_FILE_MODE, problem);
    }
    edit_end(&edit);
    return done;
}

/*
 * Changing allowed.csv; see allow_edit.h.
 */
#include "allow_edit.h"
#include "allow_confusables.h"
#include "allow_rows.h"
#include "key_row.h"
#include "name_skeleton.h"
#include "printable.h"
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NEW_FILE_MODE (S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH) /* less the umask */

/* A row that this edit has added. Its looks are kept: each later name is held against them. */
struct added {
    uint8_t digest[FINGERPRINT_BYTES];
    char name[KEY_NAME_BYTES];
    char looks[NAME_SKELETONS][KEY_NAME_BYTES];
    enum key_family family;
    const char *source; /* or NULL */
};

struct allow_edit {
    const char *path;
    struct file_lock lock;
    struct csv_table *table;
    struct allow_list *list; /* as it was read */
    struct allow_confusables *looks;
    struct added *added;
    size_t count;
    bool *removed; /* by row of the table; taken out when it is written */
};

/* --- an edit --------------------------------------------------------------------------------- */

void allow_edit_end(struct allow_edit *edit)
{
    if (!edit)
        return;
    free(edit->added);
    free(edit->removed);
    allow_confusables_free(edit->looks);
    allow_list_free(edit->list);
    csv_table_free(edit->table);
    file_lock_release(&edit->lock);
    free(edit);
}

static bool read_list(struct allow_edit *edit, struct problem *problem)
{
    if (!csv_table_read(&edit->table, edit->path, allow_columns, NULL, NULL, problem) ||
        !allow_list_judge(&edit->list, edit->table, edit->path, problem))
        return false;
    size_t count = allow_list_count(edit->list);
    edit->removed = calloc(csv_table_rows(edit->table) + 1, sizeof(bool));
    edit->looks = allow_confusables_new(allow_list_at(edit->list, 0), count);
    return (edit->removed && edit->looks) || problem_memory(problem);
}

bool allow_edit_begin(struct allow_edit **edit, const char *path, struct problem *problem)
{
    *edit = calloc(1, sizeof(**edit));
    if (!*edit)
        return problem_memory(problem);
    (*edit)->path = path;
    (*edit)->lock.descriptor = -1;
    if (file_lock_take(&(*edit)->lock, path, problem) && read_list(*edit, problem))
        return true;
    allow_edit_end(*edit);
    *edit = NULL;
    return false;
}

/* The table is judged once more: no list is written that cannot be read. */
bool allow_edit_write(struct allow_edit *edit, struct problem *problem)
{
    struct allow_list *result;
    size_t rows = csv_table_rows(edit->table) - edit->count;
    for (size_t row = rows; row-- > 0;) {
        if (edit->removed[row])
            csv_table_remove(edit->table, row);
        edit->removed[row] = false;
    }
    if (!allow_list_judge(&result, edit->table, edit->path, problem))
        return false;
    allow_list_free(result);
    return csv_table_write(edit->table, &edit->lock, edit->path, NEW_FILE_MODE, problem);
}

const struct allow_list *allow_edit_before(const struct allow_edit *edit)
{
    return edit->list;
}

/* --- what may be written --------------------------------------------------------------------- */

static const char *text_or_none(const char *text)
{
    return !text ? "" : text;
}

static bool check_texts(const struct allow_new *entry, struct problem *problem)
{
    const char *name = text_or_none(entry->name), *comment = text_or_none(entry->comment);
    const char *expires = text_or_none(entry->expires);
    time_t at;
    if (name[0] != '\0' && !key_name_check(name, problem))
        return false;
    if (expires[0] != '\0' && !allow_expires_parse(&at, expires)) {
        problem_set(problem, "'%.40s' is not a date", expires);
        return problem_hint(problem, ALLOW_EXPIRES_HINT);
    }
    if (strlen(comment) >= ALLOW_COMMENT_BYTES)
        return problem_set(problem, "the comment is longer than %d bytes", ALLOW_COMMENT_BYTES - 1);
    return printable_is(comment, strlen(comment)) ||
           problem_set(problem, "the comment has control or invisible characters");
}

/* other: the taken name, which is the same or looks like it. Always false. */
static bool name_is_taken(struct problem *problem, const char *name, const char *other,
                          const char *where)
{
    if (strcmp(name, other) == 0)
        return problem_set(problem, "the name '%s' is taken by another key (%s)", name, where);
    return problem_set(problem, "the name '%s' looks like '%s' (%s)", name, other, where);
}

static const char *source_of(const struct added *added)
{
    return added->source ? added->source : added->name;
}

static void take_confusables(char looks[NAME_SKELETONS][KEY_NAME_BYTES], const char *name)
{
    for (enum name_skeleton look = NAME_AS_TYPED; look < NAME_SKELETONS; look++)
        name_skeleton(looks[look], name, look);
}

/* The row added before whose name is alike; NULL: none. */
static const struct added *find_alike(const struct allow_edit *edit, const char *name,
                                      enum key_family family)
{
    char looks[NAME_SKELETONS][KEY_NAME_BYTES];
    take_confusables(looks, name);
    for (size_t i = 0; i < edit->count; i++) {
        for (enum name_skeleton look = NAME_AS_TYPED; look < NAME_SKELETONS; look++)
            if (edit->added[i].family == family &&
                strcmp(edit->added[i].looks[look], looks[look]) == 0)
                return &edit->added[i];
    }
    return NULL;
}

/* except: the entry that is to be renamed, or NULL. */
static bool check_name_free(const struct allow_edit *edit, const char *name, enum key_family family,
                            const struct allow_entry *except, struct problem *problem)
{
    char where[PROBLEM_TEXT_BYTES / 2], word[KEY_NAME_BYTES];
    const struct allow_entry *twin = allow_confusables_find(edit->looks, name, family, except);
    if (twin && !edit->removed[allow_list_row(edit->list, twin)]) {
        snprintf(where, sizeof(where), "%s, line %u", edit->path, twin->line);
        name_is_taken(problem, name, twin->name, where);
        allow_list_word(word, edit->list, twin);
        return problem_hint(problem, "choose another with --name, or: keytool allow remove %s",
                            word);
    }
    const struct added *added = find_alike(edit, name, family);
    if (!added)
        return true;
    name_is_taken(problem, name, added->name, source_of(added));
    return problem_hint(problem, "rename one of the two, or add it by itself with --name");
}

void allow_say_listed(struct problem *problem, const struct allow_list *list,
                      const struct allow_entry *entry)
{
    char word[KEY_NAME_BYTES];
    const bool expired = allow_expired(entry, time(NULL));
    problem_set(problem, "this key is allowed already, as '%s' (%s, line %u)%s", entry->name,
                allow_list_path(list), entry->line, expired ? _(", but its time is over") : "");
    allow_list_word(word, list, entry);
    problem_hint(problem,
                 expired ? N_("keytool allow set %s --expires DAY lets it in again")
                         : N_("leave it out; keytool allow set %s changes what it may do"),
                 word);
}

static bool check_key_free(const struct allow_edit *edit, const uint8_t digest[FINGERPRINT_BYTES],
                           enum key_family family, struct problem *problem)
{
    const struct allow_entry *twin = allow_list_find_digest(edit->list, digest);
    if (twin && !edit->removed[allow_list_row(edit->list, twin)]) {
        if (twin->family != family)
            problem_hint(problem,
                         "it is for the %s suite, and a key serves one purpose: its owner needs "
                         "another for this one",
                         key_family_name(twin->family));
        allow_say_listed(problem, edit->list, twin); /* the first hint stays */
        return false;
    }
    for (size_t i = 0; i < edit->count; i++) {
        if (memcmp(edit->added[i].digest, digest, FINGERPRINT_BYTES) != 0)
            continue;
        problem_set(problem, "the same key as %s", source_of(&edit->added[i]));
        return problem_hint(problem, "leave one of the two out");
    }
    return true;
}

/* --- changes --------------------------------------------------------------------------------- */

/* An empty cell that stays empty makes no column. */
static bool set_cell(struct csv_table *table, size_t row, const char *column, const char *text,
                     struct problem *problem)
{
    return strcmp(csv_table_get(table, row, column), text) == 0 ||
           csv_table_set(table, row, column, text, problem);
}

static bool set_cells(struct csv_table *table, size_t row, const struct allow_new *values,
                      unsigned fields, struct problem *problem)
{
    char quota[ALLOW_QUOTA_TEXT_BYTES];
    allow_quota_text(quota, values->quota);
    const struct {
        enum allow_field field;
        const char *column, *text;
    } cells[] = {{ALLOW_SET_NAME, "name", text_or_none(values->name)},
                 {ALLOW_SET_ROLE, "role", allow_role_name(values->role)},
                 {ALLOW_SET_QUOTA, "quota", quota},
                 {ALLOW_SET_EXPIRES, "expires", text_or_none(values->expires)},
                 {ALLOW_SET_COMMENT, "comment", text_or_none(values->comment)},
                 {ALLOW_SET_FAMILY, "family", key_family_mark(values->family)}};
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++)
        if ((fields & cells[i].field) != 0 &&
            !set_cell(table, row, cells[i].column, cells[i].text, problem))
            return false;
    return true;
}

static bool append_row(struct csv_table *table, const struct allow_new *entry,
                       struct problem *problem)
{
    char added[TIMESTAMP_BYTES];
    size_t row;
    timestamp_now(added);
    if (!csv_table_add(table, &row, problem))
        return false;
    if (set_cells(table, row, entry, ~0u, problem) &&
        set_cell(table, row, "added", added, problem) &&
        key_row_write(table, row, entry->key, problem))
        return true;
    csv_table_remove(table, row);
    return false;
}

bool allow_edit_add(struct allow_edit *edit, const struct allow_new *entry,
                    char name[KEY_NAME_BYTES], struct problem *problem)
{
    struct added added = {.family = entry->family, .source = entry->source};
    if (!check_texts(entry, problem))
        return false;
    fingerprint_digest(added.digest, entry->key);
    if (text_or_none(entry->name)[0] != '\0')
        strcpy(added.name, entry->name);
    else
        allow_derived_name(added.name, added.digest);
    take_confusables(added.looks, added.name);
    if (!check_key_free(edit, added.digest, entry->family, problem) ||
        !check_name_free(edit, added.name, entry->family, NULL, problem))
        return false;
    struct added *grown = reallocarray(edit->added, edit->count + 1, sizeof(*grown));
    if (!grown)
        return problem_memory(problem);
    edit->added = grown;
    if (!append_row(edit->table, entry, problem))
        return false;
    grown[edit->count++] = added;
    if (name)
        strcpy(name, added.name);
    return true;
}

bool allow_edit_set(struct allow_edit *edit, const struct allow_entry *entry,
                    const struct allow_new *values, unsigned fields, struct problem *problem)
{
    bool named = (fields & ALLOW_SET_NAME) != 0 && text_or_none(values->name)[0] != '\0';
    return check_texts(values, problem) &&
           (!named ||
            check_name_free(edit, values->name,
                            (fields & ALLOW_SET_FAMILY) != 0 ? values->family : entry->family,
                            entry, problem)) &&
           set_cells(edit->table, allow_list_row(edit->list, entry), values, fields, problem);
}

void allow_edit_remove(struct allow_edit *edit, const struct allow_entry *entry)
{
    edit->removed[allow_list_row(edit->list, entry)] = true;
}

/* --- one change by itself -------------------------------------------------------------------- */

bool allow_list_add(const char *path, const struct allow_new *entry, char name[KEY_NAME_BYTES],
                    struct problem *problem)
{
    struct allow_edit *edit;
    if (!allow_edit_begin(&edit, path, problem))
        return false;
    bool done = allow_edit_add(edit, entry, name, problem) && allow_edit_write(edit, problem);
    allow_edit_end(edit);
    return done;
}

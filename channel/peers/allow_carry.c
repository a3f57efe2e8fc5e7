/*
 * Carrying an allow-list from one server to another; see allow_carry.h.
 */
#include "allow_carry.h"
#include "allow_edit.h"
#include "allow_rows.h"
#include "key_row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- out ------------------------------------------------------------------------------------- */

/* Takes out each row that none of the words names. */
static bool keep_only(struct csv_table *table, const struct allow_list *list,
                      const char *const words[], size_t count, struct problem *problem)
{
    size_t rows = csv_table_rows(table);
    bool *kept = calloc(rows + 1, sizeof(*kept)), done = kept || problem_memory(problem);
    for (size_t i = 0; done && i < count; i++) {
        const struct allow_entry *entry = allow_list_find_word(list, words[i], problem);
        if (entry)
            kept[allow_list_row(list, entry)] = true;
        done = entry != NULL;
    }
    for (size_t row = rows; done && row-- > 0;)
        if (!kept[row])
            csv_table_remove(table, row);
    free(kept);
    return done;
}

bool allow_list_text(char **text, size_t *bytes, const char *path, const char *const words[],
                     size_t count, struct problem *problem)
{
    struct csv_table *table;
    struct allow_list *list;
    *text = NULL;
    if (!csv_table_read(&table, path, allow_columns, NULL, NULL, problem))
        return false;
    if (allow_list_judge(&list, table, path, problem)) {
        if (count == 0 || keep_only(table, list, words, count, problem))
            *text = csv_table_text(bytes, table, problem);
        allow_list_free(list);
    }
    csv_table_free(table);
    return *text != NULL;
}

/* --- in -------------------------------------------------------------------------------------- */

struct merge {
    struct allow_edit *edit;
    const struct csv_table *incoming;
    const struct allow_list *theirs;
    bool update;
    allow_merge_report *report;
    void *context;
    size_t refused;
};

static void refuse(struct merge *merge, const struct allow_entry *entry,
                   const struct problem *problem)
{
    merge->refused++;
    merge->report(merge->context, ALLOW_MERGED_REFUSED, entry, "", problem);
}

/* A row that is wrong by itself. */
static void refuse_row(void *context, const struct problem *problem)
{
    refuse(context, NULL, problem);
}

/* Adds "quota 2G instead of 1G" to the text. */
static unsigned difference(char *text, enum allow_field field, const char *what, const char *theirs,
                           const char *ours)
{
    size_t length = strlen(text);
    if (strcmp(theirs, ours) == 0)
        return 0;
    snprintf(text + length, PROBLEM_TEXT_BYTES - length, "%s%s %s instead of %s",
             length > 0 ? "; " : "", what, theirs[0] != '\0' ? theirs : "none",
             ours[0] != '\0' ? ours : "none");
    return field;
}

/* The fields in which two rows of one key differ, and the same in words. */
static unsigned differences(char text[PROBLEM_TEXT_BYTES], const struct allow_entry *theirs,
                            const struct allow_entry *ours)
{
    char quota[ALLOW_QUOTA_TEXT_BYTES], our_quota[ALLOW_QUOTA_TEXT_BYTES];
    allow_quota_text(quota, theirs->quota);
    allow_quota_text(our_quota, ours->quota);
    text[0] = '\0';
    return difference(text, ALLOW_SET_NAME, "name", theirs->name, ours->name) |
           difference(text, ALLOW_SET_ROLE, "role", allow_role_name(theirs->role),
                      allow_role_name(ours->role)) |
           difference(text, ALLOW_SET_QUOTA, "quota", quota, our_quota) |
           difference(text, ALLOW_SET_EXPIRES, "expires", theirs->expires, ours->expires) |
           difference(text, ALLOW_SET_FAMILY, "family", key_family_name(theirs->family),
                      key_family_name(ours->family)) |
           difference(text, ALLOW_SET_COMMENT, "comment", theirs->comment, ours->comment);
}

static struct allow_new values_of(const struct allow_entry *entry)
{
    return (struct allow_new){.name = entry->name,
                              .comment = entry->comment,
                              .expires = entry->expires,
                              .role = entry->role,
                              .family = entry->family,
                              .quota = entry->quota};
}

static bool add_row(struct merge *merge, const struct allow_entry *entry, size_t row,
                    struct problem *problem)
{
    struct rsa_key *key;
    struct allow_new values = values_of(entry);
    if (!key_row_read(NULL, &key, merge->incoming, row, problem))
        return false;
    values.key = key;
    if (csv_table_get(merge->incoming, row, "name")[0] == '\0') /* it is derived, and stays so */
        values.name = NULL;
    bool done = allow_edit_add(merge->edit, &values, NULL, problem);
    rsa_key_free(key);
    return done;
}

/* One row whose key is here already. */
static bool change_row(struct merge *merge, const struct allow_entry *entry,
                       const struct allow_entry *ours, unsigned fields, const char *changes,
                       struct problem *problem)
{
    const struct allow_new values = values_of(entry);
    if (merge->update)
        return allow_edit_set(merge->edit, ours, &values, fields, problem);
    problem_set(problem, "this key is here already, and differs: %s", changes);
    return problem_hint(problem, "add --update to take over what the file says");
}

static void merge_row(struct merge *merge, const struct allow_entry *entry)
{
    char changes[PROBLEM_TEXT_BYTES] = "";
    struct problem inside = {0}, problem = {0};
    size_t row = allow_list_row(merge->theirs, entry);
    const struct allow_entry *ours = allow_list_find_digest(allow_edit_before(merge->edit),
                                                            entry->digest);
    unsigned fields = !ours ? 0 : differences(changes, entry, ours);
    enum allow_merged what = !ours         ? ALLOW_MERGED_ADDED
                             : fields == 0 ? ALLOW_MERGED_SAME
                                           : ALLOW_MERGED_CHANGED;
    if (what == ALLOW_MERGED_SAME ||
        (what == ALLOW_MERGED_ADDED && add_row(merge, entry, row, &inside)) ||
        (what == ALLOW_MERGED_CHANGED &&
         change_row(merge, entry, ours, fields, changes, &inside))) {
        merge->report(merge->context, what, entry, changes, NULL);
        return;
    }
    csv_table_fault(&problem, merge->incoming, row, "name", "%s: %s", entry->name, inside.message);
    problem_hint(&problem, "%s", inside.hint);
    refuse(merge, entry, &problem);
}

static bool merge_all(struct merge *merge, const char *path, struct problem *problem)
{
    if (!allow_edit_begin(&merge->edit, path, problem))
        return false;
    for (size_t i = 0; i < allow_list_count(merge->theirs); i++)
        merge_row(merge, allow_list_at(merge->theirs, i));
    bool done = merge->refused == 0 && allow_edit_write(merge->edit, problem);
    allow_edit_end(merge->edit);
    return done;
}

bool allow_list_merge(const char *path, const char *file, const char *text, size_t bytes,
                      bool update, allow_merge_report *report, void *context,
                      struct problem *problem)
{
    static const char *const required[] = {"n", "e", NULL};
    struct csv_table *incoming;
    struct allow_list *theirs = NULL;
    struct merge merge = {.update = update, .report = report, .context = context};
    size_t bad = 0;
    if (!csv_table_parse(&incoming, file, text, bytes, problem))
        return false;
    if (csv_table_require(incoming, required, problem)) {
        theirs = allow_list_from_table(&bad, incoming, file, refuse_row, &merge);
        if (!theirs)
            problem_memory(problem);
    }
    merge.incoming = incoming;
    merge.theirs = theirs;
    bool done = theirs && bad == 0 && merge_all(&merge, path, problem);
    allow_list_free(theirs);
    csv_table_free(incoming);
    return done;
}

/*
 * The allow-list in memory: read, judged as a whole, looked up; see allow_list.h.
 *
 * Entries stand in the order of the file; two arrays of pointers to them, sorted by digest and by
 * name, answer the look-ups and bring duplicates side by side.
 */
#include "allow_confusables.h"
#include "allow_rows.h"
#include "fingerprint_words.h"

#include <stdlib.h>
#include <string.h>

struct allow_list {
    char *path;
    struct file_stamp stamp;   /* of the file that was read */
    struct file_stamp refused; /* of a later one that could not be used */
    bool has_refused;
    size_t count;
    struct allow_entry *entries;
    size_t *rows; /* rows[i]: the row of the table that entries[i] came from */
    const struct allow_entry **by_digest, **by_name;
};

void allow_list_free(struct allow_list *list)
{
    if (!list)
        return;
    free(list->path);
    free(list->entries);
    free(list->rows);
    free(list->by_digest);
    free(list->by_name);
    free(list);
}

static struct allow_list *list_new(const char *path, size_t rows)
{
    struct allow_list *list = calloc(1, sizeof(*list));
    if (!list)
        return NULL;
    list->path = strdup(path);
    list->entries = calloc(rows + 1, sizeof(*list->entries));
    list->rows = calloc(rows + 1, sizeof(*list->rows));
    list->by_digest = calloc(rows + 1, sizeof(*list->by_digest));
    list->by_name = calloc(rows + 1, sizeof(*list->by_name));
    if (list->path && list->entries && list->rows && list->by_digest && list->by_name)
        return list;
    allow_list_free(list);
    return NULL;
}

/* --- order ----------------------------------------------------------------------------------- */

typedef int compare_entries(const struct allow_entry *a, const struct allow_entry *b);

static int by_digest(const struct allow_entry *a, const struct allow_entry *b)
{
    return memcmp(a->digest, b->digest, FINGERPRINT_BYTES);
}

static int by_name(const struct allow_entry *a, const struct allow_entry *b)
{
    int order = strcmp(a->name, b->name);
    return order != 0 ? order : (int)a->family - (int)b->family;
}

static int compare_pointers(const void *a, const void *b, void *compare)
{
    const struct allow_entry *first = *(const struct allow_entry *const *)a;
    const struct allow_entry *second = *(const struct allow_entry *const *)b;
    int order = (*(compare_entries **)compare)(first, second);
    return order != 0 ? order : (first->line > second->line) - (first->line < second->line);
}

static void sort_entries(struct allow_list *list, const struct allow_entry **index,
                         compare_entries *compare)
{
    for (size_t i = 0; i < list->count; i++)
        index[i] = &list->entries[i];
    qsort_r(index, list->count, sizeof(*index), compare_pointers, &compare);
}

/* The entry that compares equal, or NULL. */
static const struct allow_entry *search(const struct allow_entry *const *index, size_t count,
                                        const struct allow_entry *wanted, compare_entries *compare)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(wanted, index[middle]);
        if (order == 0)
            return index[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* --- from a table ---------------------------------------------------------------------------- */

size_t allow_list_row(const struct allow_list *list, const struct allow_entry *entry)
{
    return list->rows[entry - list->entries];
}

/* A table on its way to become a list. */
struct judging {
    struct allow_list *list;
    const struct csv_table *table;
    allow_report *report; /* NULL: nobody listens */
    void *context;
    size_t bad;
};

static void tell(struct judging *judging, const struct problem *problem)
{
    judging->bad++;
    if (judging->report)
        judging->report(judging->context, problem);
}

/* Names each row that equals one above it. what: "key", "name". */
static void report_twins(struct judging *judging, const struct allow_entry *const *index,
                         compare_entries *compare, const char *column, const char *what)
{
    for (size_t i = 1, first = 0; i < judging->list->count; i++) {
        if (compare(index[first], index[i]) != 0) {
            first = i;
            continue;
        }
        struct problem problem = {0};
        csv_table_fault(&problem, judging->table, allow_list_row(judging->list, index[i]), column,
                        "the same %s as in line %u", what, index[first]->line);
        problem_hint(&problem, "remove one of the two rows");
        tell(judging, &problem);
    }
}

/* One that looks like another. */
static void report_alike(void *context, const struct allow_entry *entry,
                         const struct allow_entry *earlier)
{
    struct judging *judging = context;
    struct problem problem = {0};
    csv_table_fault(&problem, judging->table, allow_list_row(judging->list, entry), "name",
                    "'%s' looks like '%s' in line %u", entry->name, earlier->name, earlier->line);
    problem_hint(&problem, "give one of them another name: nobody could tell the two apart");
    tell(judging, &problem);
}

static bool report_confusables(struct judging *judging)
{
    struct allow_confusables *looks = allow_confusables_new(judging->list->entries,
                                                            judging->list->count);
    if (!looks)
        return false;
    allow_confusables_twins(looks, report_alike, judging);
    allow_confusables_free(looks);
    return true;
}

struct allow_list *allow_list_from_table(size_t *bad, const struct csv_table *table,
                                         const char *path, allow_report *report, void *context)
{
    size_t rows = csv_table_rows(table);
    struct allow_list *list = list_new(path, rows);
    struct judging judging = {list, table, report, context, 0};
    *bad = 0;
    if (!list)
        return NULL;
    for (size_t row = 0; row < rows; row++) {
        struct problem problem = {0};
        if (allow_row_read(&list->entries[list->count], table, row, &problem))
            list->rows[list->count++] = row;
        else
            tell(&judging, &problem);
    }
    sort_entries(list, list->by_digest, by_digest);
    sort_entries(list, list->by_name, by_name);
    report_twins(&judging, list->by_digest, by_digest, "n", "key");
    report_twins(&judging, list->by_name, by_name, "name", "name");
    if (!report_confusables(&judging)) {
        allow_list_free(list);
        return NULL;
    }
    *bad = judging.bad;
    return list;
}

static void keep_first(void *context, const struct problem *problem)
{
    struct problem *first = context;
    problem_set(first, "%s", problem->message);
    problem_hint(first, "%s", problem->hint);
}

bool allow_list_judge(struct allow_list **list, const struct csv_table *table, const char *path,
                      struct problem *problem)
{
    static const char *const required[] = {"n", "e", NULL};
    size_t bad;
    *list = NULL;
    if (!csv_table_require(table, required, problem))
        return false;
    *list = allow_list_from_table(&bad, table, path, keep_first, problem);
    if (!*list)
        return problem_memory(problem);
    if (bad == 0)
        return true;
    allow_list_free(*list);
    *list = NULL;
    return false;
}

/* --- from a file ----------------------------------------------------------------------------- */

/* columns: NULL if the file must be there. */
static bool load(struct allow_list **list, const char *path, const char *const columns[],
                 struct problem *problem)
{
    struct csv_table *table;
    struct file_stamp stamp;
    *list = NULL;
    if (!csv_table_read(&table, path, columns, &stamp, NULL, problem))
        return false;
    bool done = allow_list_judge(list, table, path, problem);
    csv_table_free(table);
    if (*list)
        (*list)->stamp = stamp;
    return done;
}

bool allow_list_load(struct allow_list **list, const char *path, struct problem *problem)
{
    return load(list, path, allow_columns, problem);
}

enum allow_refresh allow_list_refresh(struct allow_list **list, struct problem *problem)
{
    struct allow_list *old = *list, *fresh;
    struct file_stamp now;
    if (!file_stamp_take(&now, old->path))
        now = (struct file_stamp){.size = -1}; /* can't be looked at: like no other file */
    if (file_stamp_equal(&now, &old->stamp) ||
        (old->has_refused && file_stamp_equal(&now, &old->refused)))
        return ALLOW_SAME;
    if (load(&fresh, old->path, NULL, problem)) {
        *list = fresh;
        allow_list_free(old);
        return ALLOW_NEWER;
    }
    problem_hint(problem, "the list read before stays in force");
    old->refused = now;
    old->has_refused = true;
    return ALLOW_BROKEN;
}

bool allow_list_check(size_t *good, size_t *bad, const char *path, allow_report *report,
                      void *context)
{
    static const char *const required[] = {"n", "e", NULL};
    struct csv_table *table;
    struct problem problem = {0};
    *good = *bad = 0;
    struct allow_list *list = NULL;
    if (csv_table_read(&table, path, NULL, NULL, NULL, &problem) &&
        csv_table_require(table, required, &problem)) {
        list = allow_list_from_table(bad, table, path, report, context);
        if (!list)
            problem_memory(&problem);
    }
    if (!list) {
        report(context, &problem);
    } else {
        *good = csv_table_rows(table) - *bad;
        allow_list_free(list);
    }
    csv_table_free(table);
    return list != NULL;
}

/* --- look-ups -------------------------------------------------------------------------------- */

const struct allow_entry *allow_list_find_digest(const struct allow_list *list,
                                                 const uint8_t digest[FINGERPRINT_BYTES])
{
    struct allow_entry wanted;
    memcpy(wanted.digest, digest, FINGERPRINT_BYTES);
    return search(list->by_digest, list->count, &wanted, by_digest);
}

const struct allow_entry *allow_list_find_key(const struct allow_list *list,
                                              const struct rsa_key *key)
{
    uint8_t digest[FINGERPRINT_BYTES];
    fingerprint_digest(digest, key);
    return allow_list_find_digest(list, digest);
}

const struct allow_entry *allow_list_find(const struct allow_list *list, const struct rsa_key *key,
                                          enum key_family family)
{
    const struct allow_entry *entry = allow_list_find_key(list, key);
    bool allowed = entry && entry->family == family && !allow_expired(entry, time(NULL));
    return allowed ? entry : NULL;
}

const struct allow_entry *allow_list_find_name(const struct allow_list *list, const char *name,
                                               enum key_family family)
{
    struct allow_entry wanted = {.family = family};
    if (strlen(name) >= sizeof(wanted.name))
        return NULL;
    strcpy(wanted.name, name);
    return search(list->by_name, list->count, &wanted, by_name);
}

static const struct allow_entry *say_none(const struct allow_list *list, const char *word,
                                          struct problem *problem)
{
    problem_set(problem, "%s allows no '%s'", list->path, word);
    problem_hint(problem, "keytool allow list shows whom it allows");
    return NULL;
}

/* By words there may be two, if somebody has taken pains. */
static const struct allow_entry *find_given(const struct allow_list *list,
                                            const struct fingerprint_given *given,
                                            struct problem *problem)
{
    const struct allow_entry *found = NULL;
    char text[FINGERPRINT_TEXT_BYTES];
    fingerprint_given_text(text, given);
    for (size_t i = 0; i < list->count; i++) {
        if (!fingerprint_given_is(given, list->entries[i].digest))
            continue;
        if (found) {
            problem_set(problem, "%s allows two keys with the words %s", list->path, text);
            problem_hint(problem, "say which by its whole fingerprint: keytool allow list");
            return NULL;
        }
        found = &list->entries[i];
    }
    return found ? found : say_none(list, text, problem);
}

const struct allow_entry *allow_list_find_word(const struct allow_list *list, const char *word,
                                               struct problem *problem)
{
    struct fingerprint_given given;
    if (fingerprint_is_meant(word))
        return fingerprint_given_read(&given, word, problem) ? find_given(list, &given, problem)
                                                             : NULL;
    const struct allow_entry *entry = allow_list_find_name(list, word, FAMILY_MODERN);
    const struct allow_entry *other = allow_list_find_name(list, word, FAMILY_TEXTBOOK);
    if (entry && other) {
        problem_set(problem, "%s allows two keys called '%s', one of each suite", list->path, word);
        problem_hint(problem, "say which by its fingerprint: keytool allow list");
        return NULL;
    }
    entry = entry ? entry : other;
    return entry ? entry : say_none(list, word, problem);
}

void allow_list_word(char word[KEY_NAME_BYTES], const struct allow_list *list,
                     const struct allow_entry *entry)
{
    _Static_assert(KEY_NAME_BYTES >= FINGERPRINT_TEXT_BYTES, "room for either");
    if (allow_list_find_word(list, entry->name, NULL)) /* one key alone has this name */
        strcpy(word, entry->name);
    else
        fingerprint_digest_text(word, entry->digest);
}

const char *allow_list_path(const struct allow_list *list)
{
    return list->path;
}

size_t allow_list_count(const struct allow_list *list)
{
    return list->count;
}

const struct allow_entry *allow_list_at(const struct allow_list *list, size_t index)
{
    return &list->entries[index];
}

time_t allow_list_next_expiry(const struct allow_list *list, time_t now)
{
    time_t next = ALLOW_NEVER;
    for (size_t i = 0; i < list->count; i++) {
        time_t at = list->entries[i].expires_at;
        if (at > now && at < next)
            next = at;
    }
    return next;
}

/*
 * Gathering keys from what was typed; see candidates.h.
 */
#include "candidates.h"
#include "console.h"
#include "folder.h"
#include "key_input.h"
#include "key_store.h"
#include "known_peers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A word or a file that gives no key. */
static void fault(struct candidates *candidates, const struct problem *problem)
{
    candidates->faults++;
    console_problem(problem, CONSOLE_FAILED);
}

/* --- files ----------------------------------------------------------------------------------- */

/* An example whose private half everybody has is no way to tell who someone is. */
static bool check_marks(const char *source, const struct key_marks *marks, bool allow_published,
                        struct problem *problem)
{
    if (marks->flaw[0] != '\0') {
        problem_set(problem, "%s was made weak on purpose (flaw: %s)", source, marks->flaw);
        return problem_hint(problem, "its owner makes a good key with keytool gen NAME");
    }
    if ((!marks->published && !marks->seed.given) || allow_published)
        return true;
    if (marks->seed.given)
        problem_set(problem, "%s was made under --seed %u: everybody can make its private half",
                    source, marks->seed.number);
    else
        problem_set(problem, "%s is a published example: everybody has its private half", source);
    return problem_hint(problem, "allow a key of your own; for a lesson, add --allow-published");
}

/* Somebody has sent the wrong half. */
static bool check_private(const struct key_found *found, const char *path, mode_t mode,
                          struct problem *problem)
{
    if (!rsa_key_is_private(found->key))
        return true;
    if (!found->marks.published && (mode & (S_IRWXG | S_IRWXO)) != 0) {
        problem_set(problem, "%s holds a private key, and others can read it", path);
        return problem_hint(problem,
                            "its owner makes a new one, keeps NAME.key.csv, and gives away "
                            "NAME.pub.csv alone");
    }
    console_note("%s holds a private key: only its public half is needed here", path);
    return true;
}

/* Its file says whose a key is, for the person at the desk has named it; unless the name is one
 * that programs give. Then its comment, host, kid or field does. */
static void choose_name(char name[KEY_NAME_BYTES], const struct key_finds *finds, size_t index,
                        const char *path)
{
    static const char *const by_programs[] = {
        "client", "server", "client-textbook", "server-textbook", "id_rsa", "key", "public"};
    bool own = finds->keys[index].name[0] != '\0';
    bool named = finds->count == 1 && key_input_file_name(name, path);
    for (size_t i = 0; own && i < sizeof(by_programs) / sizeof(by_programs[0]); i++)
        named = named && strcmp(name, by_programs[i]) != 0;
    if (!named)
        snprintf(name, KEY_NAME_BYTES, "%s", finds->keys[index].name);
}

static void gather_file(struct candidates *candidates, const char *path, bool allow_published)
{
    struct problem problem = {0};
    struct key_finds finds;
    mode_t mode;
    static const struct key_access looking = {.note = console_note_text};
    if (!key_input_read(&finds, &mode, path, &looking, &problem)) {
        fault(candidates, &problem);
        return;
    }
    if (finds.others > 0)
        console_note("%s: %zu keys of other kinds were passed over", path, finds.others);
    for (size_t i = 0; i < finds.count; i++) {
        struct key_found *found = &finds.keys[i];
        char name[KEY_NAME_BYTES];
        problem = (struct problem){0};
        if (!check_private(found, path, mode, &problem) ||
            !check_marks(path, &found->marks, allow_published, &problem)) {
            fault(candidates, &problem);
            continue;
        }
        choose_name(name, &finds, i, path);
        if (finds.count > 1 && found->line > 0)
            candidates_take(candidates, found->key, found->marks.family, name, "%s:%u", path,
                            found->line);
        else
            candidates_take(candidates, found->key, found->marks.family, name, "%s", path);
        found->key = NULL; /* transferred */
    }
    key_finds_free(&finds);
}

/* What gathering a folder passes on to each file. */
struct gathering {
    struct candidates *candidates;
    bool allow_published;
    size_t files;
};

static void gather_one(void *context, const char *path)
{
    struct gathering *gathering = context;
    gathering->files++;
    gather_file(gathering->candidates, path, gathering->allow_published);
}

static void gather_folder(struct candidates *candidates, const char *folder, bool allow_published)
{
    struct problem problem = {0};
    struct gathering gathering = {candidates, allow_published, 0};
    if (folder_files(folder, gather_one, &gathering, &problem) && gathering.files == 0)
        problem_set(&problem, "there is no file in %s", folder);
    if (problem.message[0] != '\0')
        fault(candidates, &problem);
}

/* --- names, and refused keys ----------------------------------------------------------------- */

static void gather_name(struct candidates *candidates, const struct home *home, const char *name,
                        bool allow_published)
{
    struct problem problem = {0};
    struct stored_key key;
    if (!key_store_load(&key, home, name, KEY_PUBLIC, NULL, &problem)) {
        fault(candidates, &problem);
        return;
    }
    if (check_marks(key.path, &key.marks, allow_published, &problem)) {
        candidates_take(candidates, key.key, key.marks.family, name, "%s", name);
        key.key = NULL; /* transferred */
    } else {
        fault(candidates, &problem);
    }
    stored_key_free(&key);
}

static bool take_pending(struct candidates *candidates, const struct home *home, const char *word,
                         struct problem *problem)
{
    struct pending_key *rows;
    size_t count;
    char path[HOME_PATH_BYTES];
    home_path(path, home, HOME_PENDING);
    if (!pending_rows_read(&rows, &count, path, problem))
        return false;
    struct pending_key *row = pending_rows_find(rows, count, word, problem);
    if (row) {
        candidates_take(candidates, row->key, row->family, "", "key %lu", row->number);
        row->key = NULL; /* transferred */
    }
    pending_rows_free(rows, count);
    return row != NULL;
}

/* --- which is it? ---------------------------------------------------------------------------- */

void candidates_gather(struct candidates *candidates, const struct home *home, const char *word,
                       bool allow_published)
{
    struct problem problem = {0};
    struct stat status;
    size_t bytes = strlen(word);
    bool named_as_file = strchr(word, '/') || strcmp(word, "-") == 0 ||
                         (bytes > 4 && strcmp(word + bytes - 4, ".csv") == 0);
    if (fingerprint_parse(NULL, word) ||
        (fingerprint_is_meant(word) && access(word, F_OK) != 0 && !key_store_exists(home, word))) {
        if (!take_pending(candidates, home, word, &problem))
            fault(candidates, &problem);
    } else if (!named_as_file && (key_store_exists(home, word) || access(word, F_OK) != 0)) {
        gather_name(candidates, home, word, allow_published);
    } else if (strcmp(word, "-") != 0 && stat(word, &status) == 0 && S_ISDIR(status.st_mode)) {
        gather_folder(candidates, word, allow_published);
    } else {
        gather_file(candidates, word, allow_published);
    }
}

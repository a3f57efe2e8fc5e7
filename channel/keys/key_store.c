/*
 * Keys by name in a home; see key_store.h.
 *
 * NAME.key.csv is the truth, and NAME.pub.csv is made from it. To replace a key, the public file is
 * removed first and written last, so a crash leaves no public file that belongs to another pair.
 * Where it is missing, the public half is read from the private file, and the file made anew.
 */
#include "key_store.h"
#include "file_guard.h"
#include "key_file.h"
#include "key_formats.h"
#include "translate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PRIVATE_SUFFIX ".key.csv"
#define PUBLIC_SUFFIX  ".pub.csv"
#define SECRET_MODE    (S_IRUSR | S_IWUSR)
#define BACKUP_BYTES   (1u << 20) /* far more than a key file has */

static void key_path(char path[HOME_PATH_BYTES], const struct home *home, const char *name,
                     const char *suffix)
{
    char inside[HOME_NAME_BYTES];
    snprintf(inside, sizeof(inside), "%s/%s%s", HOME_KEYS, name, suffix);
    home_path(path, home, inside);
}

void key_store_path(char path[HOME_PATH_BYTES], const struct home *home, const char *name,
                    enum key_part part)
{
    key_path(path, home, name, part == KEY_PRIVATE ? PRIVATE_SUFFIX : PUBLIC_SUFFIX);
}

static bool is_there(const struct home *home, const char *name, const char *suffix)
{
    char path[HOME_PATH_BYTES];
    struct stat status;
    key_path(path, home, name, suffix);
    return lstat(path, &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

bool key_store_exists(const struct home *home, const char *name)
{
    return is_there(home, name, PRIVATE_SUFFIX) || is_there(home, name, PUBLIC_SUFFIX);
}

/* --- what killed programs left --------------------------------------------------------------- */

/* The one lock of all files in the store. Whoever holds it sees only temporary files of programs
 * that were killed; these may hold a private key, and are removed. */
static bool lock_store(struct file_lock *lock, const struct home *home, struct problem *problem)
{
    char folder[HOME_PATH_BYTES];
    home_path(folder, home, HOME_KEYS);
    if (!home_make(home, HOME_KEYS, problem) || !file_lock_take(lock, folder, problem))
        return false;
    whole_file_sweep(lock, folder);
    return true;
}

/* A crash may have come between the two files of a pair: then the public one is made from the
 * private one. In a home that cannot be written to it stays missing: nothing depends on it. */
static void mend_public_file(const struct home *home, const char *name)
{
    struct file_lock lock;
    struct stored_key now = {0};
    char private_path[HOME_PATH_BYTES], public_path[HOME_PATH_BYTES];
    if (is_there(home, name, PUBLIC_SUFFIX) || !lock_store(&lock, home, NULL))
        return;
    key_path(private_path, home, name, PRIVATE_SUFFIX);
    key_path(public_path, home, name, PUBLIC_SUFFIX);
    if (!is_there(home, name, PUBLIC_SUFFIX) &&
        key_file_load(&now, private_path, KEY_PUBLIC, &(struct key_access){.allow_flawed = true},
                      NULL) &&
        !key_file_write(&lock, public_path,
                        &(struct key_file){.key = now.key,
                                           .part = KEY_PUBLIC,
                                           .name = name,
                                           .created = now.created,
                                           .marks = now.marks},
                        NULL))
        unlink(public_path);
    stored_key_free(&now);
    file_lock_release(&lock);
}

/* --- loading --------------------------------------------------------------------------------- */

static bool no_such_key(const struct home *home, const char *name, struct problem *problem)
{
    problem_set(problem, "there is no key '%s' in %s/%s", name, home->directory, HOME_KEYS);
    return problem_hint(problem, "keytool list shows the keys, keytool gen %s makes this one%s",
                        name, access(name, F_OK) == 0 ? ", and a file is named ./FILE" : "");
}

bool key_store_load(struct stored_key *key, const struct home *home, const char *name,
                    enum key_part part, const struct key_access *access, struct problem *problem)
{
    char path[HOME_PATH_BYTES];
    *key = (struct stored_key){0};
    if (!key_name_check(name, problem))
        return false;
    if (!key_store_exists(home, name))
        return no_such_key(home, name, problem);
    const char *first = part == KEY_PUBLIC ? PUBLIC_SUFFIX : PRIVATE_SUFFIX;
    const char *second = part == KEY_PUBLIC ? PRIVATE_SUFFIX : PUBLIC_SUFFIX;
    key_path(path, home, name, is_there(home, name, first) ? first : second);
    if (!key_file_load(key, path, part, access, problem))
        return false;
    /* Whoever can write a key file, or a folder above it in the home, can put in a key of his own.
     * The examples of a clone have the permissions that git gave them. */
    bool example = key->marks.published && access && access->allow_published;
    if (!example &&
        (!file_guard(key->path, problem) || !file_guard_one(home->directory, problem))) {
        stored_key_free(key);
        return false;
    }
    strcpy(key->name, name);
    mend_public_file(home, name);
    return true;
}

bool key_store_find(struct stored_key *key, const struct home *home, const char *name_or_file,
                    enum key_part part, const struct key_access *access, struct problem *problem)
{
    size_t bytes = strlen(name_or_file);
    if (bytes > 4 && strcmp(name_or_file + bytes - 4, ".csv") == 0)
        return key_file_load(key, name_or_file, part, access, problem);
    if (strchr(name_or_file, '/'))
        return key_formats_load(key, name_or_file, part, access, problem);
    return key_store_load(key, home, name_or_file, part, access, problem);
}

/* --- saving ---------------------------------------------------------------------------------- */

/* Copies NAME + suffix, if it is there, to the same with .TIME behind; of the second copy in one
 * second, with .TIME-2. */
static bool keep_copy(char backup[HOME_PATH_BYTES], const struct file_lock *lock,
                      const struct home *home, const char *name, const char *suffix,
                      const char *when, struct problem *problem)
{
    char path[HOME_PATH_BYTES], ending[64];
    struct whole_file old;
    if (!is_there(home, name, suffix))
        return true;
    key_path(path, home, name, suffix);
    snprintf(ending, sizeof(ending), "%s.%s", suffix, when);
    for (unsigned again = 2; is_there(home, name, ending); again++)
        snprintf(ending, sizeof(ending), "%s.%s-%u", suffix, when, again);
    key_path(backup, home, name, ending);
    if (!whole_file_read(&old, path, BACKUP_BYTES, problem))
        return false;
    bool done = whole_file_replace(lock, backup, old.data, old.bytes, SECRET_MODE, problem);
    whole_file_free(&old);
    return done;
}

bool key_store_check_free(const struct home *home, const char *name, bool replace,
                          struct problem *problem)
{
    if (!key_name_check(name, problem))
        return false;
    return replace || !key_store_exists(home, name) ||
           problem_set(problem, "there is a key '%s' in %s/%s already", name, home->directory,
                       HOME_KEYS);
}

/* Copies what is there, and takes the public file out of the way. */
static bool make_room(char backup[HOME_PATH_BYTES], const struct file_lock *lock,
                      const struct home *home, const char *name, const char *when,
                      struct problem *problem)
{
    char public_path[HOME_PATH_BYTES];
    backup[0] = '\0';
    if (!key_store_exists(home, name))
        return true;
    bool pair = is_there(home, name, PRIVATE_SUFFIX);
    if (!keep_copy(backup, lock, home, name, pair ? PRIVATE_SUFFIX : PUBLIC_SUFFIX, when, problem))
        return false;
    key_path(public_path, home, name, PUBLIC_SUFFIX);
    return unlink(public_path) == 0 || errno == ENOENT ||
           problem_errno(problem, "cannot replace %s", public_path);
}

/* file: what is to be written, of either half. */
static bool write_key(const struct file_lock *lock, const struct home *home,
                      const struct key_file *file, struct problem *problem)
{
    struct key_file half = *file;
    char private_path[HOME_PATH_BYTES], public_path[HOME_PATH_BYTES];
    key_path(private_path, home, file->name, PRIVATE_SUFFIX);
    key_path(public_path, home, file->name, PUBLIC_SUFFIX);
    half.part = KEY_PRIVATE;
    if (rsa_key_is_private(file->key) && !key_file_write(lock, private_path, &half, problem))
        return false;
    half.part = KEY_PUBLIC;
    return key_file_write(lock, public_path, &half, problem);
}

bool key_store_save(const struct home *home, const char *name, const struct rsa_key *key,
                    const struct key_saving *how, char backup[HOME_PATH_BYTES],
                    struct problem *problem)
{
    static const struct key_saving plainly = {0};
    struct file_lock lock;
    char created[TIMESTAMP_BYTES], copy[HOME_PATH_BYTES];
    how = !how ? &plainly : how;
    if (!key_name_check(name, problem) || !lock_store(&lock, home, problem))
        return false;
    timestamp_now(created);
    const struct key_file file = {.key = key,
                                  .name = name,
                                  .created = created,
                                  .marks = how->marks,
                                  .protection = how->protection};
    bool done = key_store_check_free(home, name, how->replace && rsa_key_is_private(key),
                                     problem) &&
                make_room(copy, &lock, home, name, created, problem) &&
                write_key(&lock, home, &file, problem);
    file_lock_release(&lock);
    if (done && backup)
        strcpy(backup, copy);
    return done;
}

/* --- another passphrase ---------------------------------------------------------------------- */

/* Under the lock: nobody may have replaced the pair while a passphrase was typed. */
static bool protect_file(const struct file_lock *lock, const char *path,
                         const struct stored_key *stored, const struct key_protection *protection,
                         struct problem *problem)
{
    struct stored_key now;
    struct csv_table *table = NULL;
    mode_t mode;
    if (!csv_table_read(&table, path, NULL, NULL, &mode, problem))
        return false;
    bool done = key_file_read(&now, table, path, mode, KEY_PUBLIC, NULL, problem);
    if (done && !rsa_key_equal_public(now.key, stored->key)) {
        done = problem_set(problem, "%s holds another key by now", path);
        problem_hint(problem, "nothing was changed; try again");
    }
    done = done && key_file_protect(table, stored->key, protection, problem) &&
           csv_table_write(table, lock, path, SECRET_MODE, problem);
    stored_key_free(&now);
    csv_table_free(table);
    return done;
}

bool key_store_protect(const struct home *home, const struct stored_key *stored,
                       const struct key_protection *protection, struct problem *problem)
{
    struct file_lock lock;
    char path[HOME_PATH_BYTES];
    if (!lock_store(&lock, home, problem))
        return false;
    key_path(path, home, stored->name, PRIVATE_SUFFIX);
    bool done = protect_file(&lock, path, stored, protection, problem);
    file_lock_release(&lock);
    return done;
}

/* --- get or create --------------------------------------------------------------------------- */

static bool create(const struct home *home, const char *name, unsigned bits,
                   const struct key_access *access, struct problem *problem)
{
    const struct lesson_seed *seed = access ? access->seed : NULL;
    struct rsa_key *pair;
    struct seed_stream stream;
    if (seed)
        seed_stream_start(&stream, seed, "identity key");
    enum rsa_error error = rsa_key_generate(&pair, bits, NULL, seed ? &stream.random : NULL);
    if (error != RSA_OK)
        return problem_set(problem, "cannot make a key of %u bits: %s", bits,
                           translate(rsa_strerror(error)));
    const struct key_saving how = {
        .marks = {.family = access ? access->family : FAMILY_MODERN,
                  .seed = {.given = seed != NULL, .number = seed ? seed->number : 0}}};
    bool done = key_store_save(home, name, pair, &how, NULL, problem);
    rsa_key_free(pair);
    return done;
}

bool key_store_get(struct stored_key *key, bool *created, const struct home *home, const char *name,
                   unsigned bits, const struct key_access *access, struct problem *problem)
{
    struct problem creating = {0};
    bool made = false;
    *key = (struct stored_key){0};
    if (!key_name_check(name, problem))
        return false;
    if (!key_store_exists(home, name)) {
        made = create(home, name, bits, access, &creating);
        /* it failed and yet the key is there: another program was faster, and its key counts */
        if (!made && !is_there(home, name, PRIVATE_SUFFIX)) {
            problem_set(problem, "%s", creating.message);
            return problem_hint(problem, "%s", creating.hint);
        }
    }
    if (created)
        *created = made;
    return key_store_load(key, home, name, KEY_PRIVATE, access, problem);
}

/* --- listing --------------------------------------------------------------------------------- */

/* "anna" of "anna.key.csv"; NULL if the file is no key. */
static char *name_of_file(const char *file)
{
    size_t bytes = strlen(file), suffix = strlen(PRIVATE_SUFFIX);
    _Static_assert(sizeof(PRIVATE_SUFFIX) == sizeof(PUBLIC_SUFFIX), "one length for both");
    if (bytes <= suffix || (strcmp(file + bytes - suffix, PRIVATE_SUFFIX) != 0 &&
                            strcmp(file + bytes - suffix, PUBLIC_SUFFIX) != 0))
        return NULL;
    char *name = strndup(file, bytes - suffix);
    if (name && key_name_check(name, NULL))
        return name;
    free(name);
    return NULL;
}

static int is_key(const struct dirent *entry)
{
    char *name = name_of_file(entry->d_name);
    free(name);
    return name != NULL;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool key_store_names(char ***names, size_t *count, const struct home *home, struct problem *problem)
{
    char folder[HOME_PATH_BYTES];
    struct dirent **entries;
    *names = NULL;
    *count = 0;
    home_path(folder, home, HOME_KEYS);
    int found = scandir(folder, &entries, is_key, NULL);
    if (found < 0)
        return errno == ENOENT || problem_errno(problem, "cannot list %s", folder);
    char **list = calloc((size_t)found + 1, sizeof(*list));
    size_t kept = 0;
    for (int i = 0; i < found; i++) {
        char *name = !list ? NULL : name_of_file(entries[i]->d_name);
        if (name)
            list[kept++] = name;
        free(entries[i]);
    }
    free(entries);
    if (!list)
        return problem_memory(problem);
    qsort(list, kept, sizeof(*list), compare_names);
    /* both files of a pair gave the same name */
    for (size_t i = 0; i < kept; i++)
        if (*count > 0 && strcmp(list[*count - 1], list[i]) == 0)
            free(list[i]);
        else
            list[(*count)++] = list[i];
    *names = list;
    return true;
}

void key_store_names_free(char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

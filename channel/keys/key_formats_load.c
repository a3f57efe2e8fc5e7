/*
 * The one key of a file, whatever its format; see key_formats.h.
 */
#include "key_file.h"
#include "key_formats.h"
#include "translate.h"

#include <string.h>

/* Moves the key out of the finds. */
static bool take_one(struct stored_key *key, struct key_finds *finds, struct problem *problem)
{
    struct key_found *found = &finds->keys[0];
    if (finds->count != 1) {
        problem_set(problem, "%s has %zu keys, and one is wanted", key->path, finds->count);
        return problem_hint(problem, "keytool import %s takes them into the store by name",
                            key->path);
    }
    key->key = found->key;
    found->key = NULL; /* transferred */
    key->marks = found->marks;
    key->iterations = found->iterations;
    strcpy(key->name, found->name);
    return true;
}

/* The public half of a pair, if no more was asked for. */
static bool drop_private(struct stored_key *key, struct problem *problem)
{
    struct rsa_key *public;
    enum rsa_error error = rsa_key_public_copy(&public, key->key);
    if (error != RSA_OK)
        return problem_set(problem, "%s", translate(rsa_strerror(error)));
    rsa_key_free(key->key);
    key->key = public;
    return true;
}

/* A passphrase opens only private keys. One that others can read is refused whatever the answer, so
 * nobody is asked. */
struct keeper {
    const struct passphrase_source *source;
    const struct stored_key *key; /* with the file's path */
    mode_t mode;
};

static bool get_if_kept(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                        const char *what, unsigned attempt, struct problem *problem)
{
    const struct keeper *keeper = source->context;
    return key_file_check_use(keeper->key, true, keeper->mode, KEY_PUBLIC, NULL, problem) &&
           keeper->source->get(secret, keeper->source, what, attempt, problem);
}

bool key_formats_load(struct stored_key *key, const char *path, enum key_part part,
                      const struct key_access *access, struct problem *problem)
{
    struct whole_file file;
    struct key_finds finds = {0};
    struct key_access guarded = {0};
    struct keeper keeper = {.source = !access ? NULL : &access->passphrase, .key = key};
    *key = (struct stored_key){0};
    if (access)
        guarded = *access;
    if (strlen(path) >= sizeof(key->path))
        return problem_set(problem, "a path is longer than %zu bytes", sizeof(key->path) - 1);
    strcpy(key->path, path);
    if (!whole_file_read(&file, path, KEY_FORMATS_FILE_BYTES, problem))
        return false;
    keeper.mode = file.mode;
    if (guarded.passphrase.get)
        guarded.passphrase = (struct passphrase_source){.get = get_if_kept, .context = &keeper};
    bool done = key_formats_read(&finds, path, file.data, file.bytes, &guarded, problem) &&
                take_one(key, &finds, problem);
    bool private = done && rsa_key_is_private(key->key);
    done = done && key_file_check_use(key, private, file.mode, part, access, problem) &&
           (!private || part != KEY_PUBLIC || drop_private(key, problem));
    whole_file_free(&file);
    key_finds_free(&finds);
    if (!done)
        stored_key_free(key);
    return done;
}

/*
 * keytool allow add and allow accept: a key comes into the allow-list, from a file, from the store,
 * or from the keys that a server has refused.
 */
#include "allow_place.h"
#include "console.h"
#include "key_store.h"
#include "keytool.h"
#include "known_peers.h"

#include <stdlib.h>
#include <string.h>

struct add_options {
    struct allow_place place;
    char **keys; /* what is to be added, as typed */
    int count;
    const char *name, *comment;
    enum allow_role role;
    uint64_t quota;
};

enum { OPTION_NAME = 1, OPTION_ROLE, OPTION_QUOTA, OPTION_COMMENT };

static const struct argp_option options_table[] = {
    {"name", OPTION_NAME, "NAME", 0, "The name it goes by (default: of the key, or key-...)", 0},
    {"role", OPTION_ROLE, "ROLE", 0, "user (default) or admin", 0},
    {"quota", OPTION_QUOTA, "SIZE", 0, "How much it may store: bytes, or 500M, 2G", 0},
    {"comment", OPTION_COMMENT, "TEXT", 0, "A note for people", 0},
    {0}};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct add_options *options = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &options->place;
        return 0;
    case OPTION_NAME:
        options->name = argument;
        return 0;
    case OPTION_ROLE:
        if (!allow_role_parse(&options->role, argument))
            console_usage(state, "--role is '%s'; it can be user or admin", argument);
        return 0;
    case OPTION_QUOTA:
        if (!allow_quota_parse(&options->quota, argument))
            console_usage(state, "--quota is '%s'; it can be a size such as 500M", argument);
        return 0;
    case OPTION_COMMENT:
        options->comment = argument;
        return 0;
    case ARGP_KEY_ARGS:
        options->keys = state->argv + state->next;
        options->count = state->argc - state->next;
        if (options->count > 1 && options->name != NULL)
            console_usage(state, "--name is for one key, not for %d", options->count);
        return 0;
    case ARGP_KEY_NO_ARGS:
        console_usage(state, "no key given");
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&allow_place_argp, 0, NULL, 0}, {0}};
static const struct argp add_argp = {
    .options = options_table,
    .parser = parse,
    .args_doc = "FILE|NAME|FINGERPRINT...",
    .doc = "Lets keys in: from a file, by name from the home, or by the fingerprint under which a "
           "server has refused it."
           "\vExamples:\n"
           "  keytool allow add ./anna.pub.csv\n"
           "  keytool allow add boris --name Борис --role admin --quota 2G\n"
           "  keytool allow add SHA256:N2PwzQd2... --name eve",
    .children = children,
};
static const struct argp accept_argp = {
    .options = options_table,
    .parser = parse,
    .args_doc = "NUMBER|FINGERPRINT...",
    .doc = "Lets in keys that a server has refused, by their number or fingerprint in "
           "'keytool allow pending'."
           "\vExamples:\n"
           "  keytool allow accept 3 --name eve\n"
           "  keytool allow accept 4 5 6",
    .children = children,
};

/* --- finding the key ------------------------------------------------------------------------- */

/* A refused key by its fingerprint or number. The caller frees *key. */
static bool find_pending(struct rsa_key **key, const struct home *home, const char *word,
                         struct problem *problem)
{
    char path[HOME_PATH_BYTES], *end;
    struct pending_key *rows;
    size_t count;
    home_path(path, home, HOME_PENDING);
    unsigned long number = strtoul(word, &end, 10);
    bool by_number = word[0] >= '0' && word[0] <= '9' && *end == '\0';
    if (!pending_rows_read(&rows, &count, path, problem))
        return false;
    *key = NULL;
    for (size_t i = 0; i < count && *key == NULL; i++) {
        if (by_number ? rows[i].number == number : strcmp(rows[i].fingerprint, word) == 0) {
            *key = rows[i].key;
            rows[i].key = NULL; /* transferred */
        }
    }
    pending_rows_free(rows, count);
    if (*key != NULL)
        return true;
    problem_set(problem, "no refused key '%s' in %s", word, path);
    return problem_hint(problem, "keytool allow pending lists them; the client can try once more");
}

/* A key of the store or of a file. An example whose private half everybody has is no way to tell
 * who someone is. */
static bool find_stored(struct stored_key *key, const struct home *home, const char *word,
                        const struct key_access *access, struct problem *problem)
{
    if (!key_store_find(key, home, word, KEY_PUBLIC, access, problem))
        return false;
    if (!key->published || access->allow_published)
        return true;
    problem_set(problem, "%s is a published example: everybody has its private half", key->path);
    problem_hint(problem, "allow a key of your own; for a lesson, add --allow-published");
    stored_key_free(key);
    return false;
}

/* --- adding ---------------------------------------------------------------------------------- */

/* What was accepted waits no longer. If it cannot be taken out, it is allowed still. */
static void forget_pending(const struct home *home, const struct rsa_key *key)
{
    char path[HOME_PATH_BYTES];
    uint8_t digest[FINGERPRINT_BYTES];
    struct problem problem = {0};
    home_path(path, home, HOME_PENDING);
    fingerprint_digest(digest, key);
    if (!pending_rows_remove(path, digest, &problem))
        console_problem(&problem, CONSOLE_FAILED);
}

static bool add(const struct add_options *options, const struct home *home, const char *path,
                const struct rsa_key *key, const char *own_name, struct problem *problem)
{
    char name[KEY_NAME_BYTES], fingerprint[FINGERPRINT_TEXT_BYTES];
    const struct allow_new entry = {.key = key,
                                    .name = options->name != NULL ? options->name : own_name,
                                    .comment = options->comment,
                                    .role = options->role,
                                    .quota = options->quota};
    if (options->place.allowed == NULL && !home_make(home, NULL, problem))
        return false;
    if (!allow_list_add(path, &entry, name, problem))
        return false;
    fingerprint_text(fingerprint, key);
    printf("allowed %s: %s\n", name, fingerprint);
    if (rsa_key_bits(key) < KEY_LEARNING_BITS)
        console_note("this key of %u bits is for learning only: the modern suite refuses it",
                     rsa_key_bits(key));
    forget_pending(home, key);
    return true;
}

static bool add_pending(const struct add_options *options, const struct home *home,
                        const char *path, const char *word, struct problem *problem)
{
    struct rsa_key *key;
    if (!find_pending(&key, home, word, problem))
        return false;
    bool done = add(options, home, path, key, NULL, problem);
    rsa_key_free(key);
    return done;
}

static bool add_any(const struct add_options *options, const struct home *home, const char *path,
                    const char *word, struct problem *problem)
{
    struct stored_key key;
    if (fingerprint_parse(NULL, word))
        return add_pending(options, home, path, word, problem);
    if (!find_stored(&key, home, word, &options->place.home.access, problem))
        return false;
    bool done = add(options, home, path, key.key, key.name[0] != '\0' ? key.name : NULL, problem);
    stored_key_free(&key);
    return done;
}

typedef bool add_one(const struct add_options *options, const struct home *home, const char *path,
                     const char *word, struct problem *problem);

/* Each word by itself: one that fails does not keep the others out. */
static int add_all(const struct argp *argp, int argc, char **argv, add_one *one)
{
    struct add_options options = {.quota = ALLOW_NO_QUOTA};
    struct problem problem = {0};
    struct home home;
    char path[HOME_PATH_BYTES];
    int status = CONSOLE_DONE;
    console_parse(argp, argc, argv, &options);
    if (!allow_place_find(&home, path, &options.place, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    for (int i = 0; i < options.count; i++) {
        problem = (struct problem){0};
        if (!one(&options, &home, path, options.keys[i], &problem))
            status = console_problem(&problem, CONSOLE_FAILED);
    }
    return status;
}

int allow_command_add(int argc, char **argv)
{
    return add_all(&add_argp, argc, argv, add_any);
}

int allow_command_accept(int argc, char **argv)
{
    return add_all(&accept_argp, argc, argv, add_pending);
}

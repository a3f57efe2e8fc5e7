/*
 * Keys for the audit, in any format: files, folders, stdin. Each is judged as it comes, with its
 * private half if that is there; of private numbers nothing is kept.
 */
#include "audit.h"
#include "console.h"
#include "folder.h"
#include "key_file.h"
#include "key_input.h"
#include "translate.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct input {
    struct audit *audit;
    struct problem *problem;
    bool done;
};

static bool add_file(struct audit *audit, const char *path)
{
    char **grown = reallocarray(audit->files, audit->file_count + 1, sizeof(*grown));
    if (!grown)
        return false;
    audit->files = grown;
    grown[audit->file_count] = strdup(strcmp(path, "-") == 0 ? "stdin" : path);
    return grown[audit->file_count++] != NULL;
}

/* --- keys ------------------------------------------------------------------------------------ */

static bool add_key(struct input *input, const struct rsa_key *rsa, const char *name, unsigned line)
{
    uint8_t bytes[2 * RSA_MAX_BYTES];
    struct audit *audit = input->audit;
    struct audit_key *key = audit_add_key(audit);
    if (!key)
        return problem_memory(input->problem);
    size_t n_bytes = rsa_key_number_bytes(rsa, RSA_N, bytes, sizeof(bytes));
    size_t e_bytes = rsa_key_number_bytes(rsa, RSA_E, bytes + n_bytes, sizeof(bytes) - n_bytes);
    key->name = strdup(name);
    key->file = audit->file_count - 1;
    key->line = line;
    key->bits = rsa_key_bits(rsa);
    key->is_private = rsa_key_is_private(rsa);
    return (key->name || problem_memory(input->problem)) &&
           audit_set_numbers(audit, bytes, n_bytes, e_bytes, input->problem) &&
           (audit_judge(audit, audit->key_count - 1, rsa, NULL, NULL) ||
            problem_memory(input->problem));
}

/* A key whose file says that it was made weak on purpose: a note, whatever the tests say. */
static bool note_flaw(struct input *input, const struct key_marks *marks)
{
    struct audit *audit = input->audit;
    char *detail;
    if (marks->flaw[0] == '\0')
        return true;
    if (asprintf(&detail, "flaw,%s stands in its file", marks->flaw) < 0)
        detail = NULL;
    return audit_add_finding(
               audit, &(struct audit_finding){.key = audit->key_count - 1,
                                              .verdict = RSA_RESISTED,
                                              .name = "marked",
                                              .title = N_("made weak on purpose"),
                                              .cause = "keytool gen --flaw made it for a lesson",
                                              .remedy = "use it for nothing else",
                                              .owned_detail = detail}) ||
           problem_memory(input->problem);
}

/* A file of which nothing can be judged. */
static bool add_unread(struct input *input, const char *path, const char *why)
{
    struct audit *audit = input->audit;
    struct audit_key *key = audit_add_key(audit);
    const char *slash = strrchr(path, '/');
    if (!key)
        return problem_memory(input->problem);
    key->file = audit->file_count - 1;
    key->name = strdup(strcmp(path, "-") == 0 ? "stdin" : !slash ? path : slash + 1);
    return audit_add_finding(
               audit, &(struct audit_finding){.key = audit->key_count - 1,
                                              .verdict = RSA_NOT_APPLICABLE,
                                              .name = "unread",
                                              .title = N_("no key was read"),
                                              .cause = "another kind of file, or a damaged one",
                                              .remedy = "look at the file; keytool show says more",
                                              .owned_detail = strdup(why)}) ||
           problem_memory(input->problem);
}

/* The name by which a key of this file goes: the file's, if it has one key; its own; else where it
 * stands. */
static bool add_found(struct input *input, const char *path, const struct key_finds *finds,
                      size_t index)
{
    const struct key_found *found = &finds->keys[index];
    char name[KEY_NAME_BYTES + 32];
    if (finds->count > 1 || strcmp(path, "-") == 0 || !key_input_file_name(name, path)) {
        strcpy(name, found->name);
        if (name[0] == '\0' && found->line > 0)
            snprintf(name, sizeof(name), "line %u", found->line);
        else if (name[0] == '\0')
            snprintf(name, sizeof(name), "key %zu", index + 1);
    }
    return add_key(input, found->key, name, found->line) && note_flaw(input, &found->marks);
}

/* In the place of somebody who knows a passphrase: nobody is asked. */
static bool note_protected(char secret[PASSPHRASE_BYTES], const struct passphrase_source *source,
                           const char *what, unsigned attempt, struct problem *problem)
{
    (void)secret;
    (void)source;
    (void)attempt;
    return problem_set(problem, "%s lies under a passphrase, and its public half is not beside it",
                       what);
}

/* A private half that is protected, or refused for its faults: the public half tells as much. */
static bool read_public_half(struct input *input, const char *path, const struct problem *why)
{
    const struct key_access access = {
        .allow_published = true, .allow_seeded = true, .allow_flawed = true, .any_family = true};
    struct stored_key key = {0};
    char name[KEY_NAME_BYTES];
    bool done;
    if (key_file_load(&key, path, KEY_PUBLIC, &access, NULL)) {
        if (!key_input_file_name(name, path))
            strcpy(name, key.name);
        done = add_key(input, key.key, name, 0) && note_flaw(input, &key.marks);
        if (done)
            input->audit->keys[input->audit->key_count - 1].is_private = true;
    } else {
        done = add_unread(input, path, why->message);
    }
    stored_key_free(&key);
    return done;
}

static void read_file(void *context, const char *path)
{
    struct input *input = context;
    const struct key_access access = {.passphrase = {.get = note_protected}};
    struct key_finds finds = {0};
    struct problem problem = {0};
    if (!input->done)
        return;
    if (!add_file(input->audit, path)) {
        input->done = problem_memory(input->problem);
        return;
    }
    if (!key_input_read(&finds, NULL, path, &access, &problem)) {
        input->done = read_public_half(input, path, &problem);
        return;
    }
    if (finds.others > 0)
        console_note("%s: keys that are no RSA keys, passed over: %zu",
                     strcmp(path, "-") == 0 ? "stdin" : path, finds.others);
    for (size_t i = 0; input->done && i < finds.count; i++)
        input->done = add_found(input, path, &finds, i);
    key_finds_free(&finds);
}

/* --- places ---------------------------------------------------------------------------------- */

/* What is named must be there; what lies in a folder may be anything. */
static bool read_place(struct audit *audit, const char *path, struct problem *problem)
{
    struct input input = {.audit = audit, .problem = problem, .done = true};
    struct stat status;
    bool standard = strcmp(path, "-") == 0;
    if (!standard && stat(path, &status) != 0)
        return problem_errno(problem, "cannot read %s", path);
    if (audit->options->moduli)
        return (add_file(audit, path) || problem_memory(problem)) &&
               audit_read_lines(audit, path, problem);
    if (!standard && S_ISDIR(status.st_mode))
        return folder_files(path, read_file, &input, problem) && input.done;
    read_file(&input, path);
    return input.done;
}

bool audit_read(struct audit *audit, struct problem *problem)
{
    for (size_t i = 0; i < audit->options->count; i++)
        if (!read_place(audit, audit->options->places[i], problem))
            return false;
    return audit->key_count > 0 || problem_set(problem, "there is no key to be judged");
}

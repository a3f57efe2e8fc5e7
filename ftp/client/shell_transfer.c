/* The shell's commands that move files: get, put, mget, mput, reget, reput. */
#include "shell.h"

#include "client_control.h"
#include "client_list.h"
#include "client_remote.h"
#include "client_transfer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WORD(index) words->list[index].text

/* FOLDER/NAME, or NAME if the folder is NULL. */
static char *inside(const char *folder, const char *name)
{
    char *path;
    const char *slash = folder && *folder && folder[strlen(folder) - 1] != '/' ? "/" : "";
    return asprintf(&path, "%s%s%s", folder ? folder : "", slash, name) < 0 ? NULL : path;
}

/* The last name of a path that may end in slashes, as a new string. */
static char *last_name(const char *path)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    char *copy = strndup(path, length), *name = copy ? strdup(path_name(copy)) : NULL;
    free(copy);
    return name;
}

static bool is_local_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Where a fetched file goes. The server does not choose: the name is the one that was asked for,
 * and stays in the folder. */
static char *local_target(struct client *client, const char *remote, const char *local)
{
    bool folder = local && is_local_folder(local);
    char *name = last_name(remote), *target = NULL;
    if (local && !folder) {
        target = strdup(local);
    } else if (name && !entry_name_is_safe(name)) {
        problem_set(&client->problem, "'%s' has no name to be kept by", remote);
        problem_hint(&client->problem, "give the local name behind it");
    } else if (name) {
        target = inside(local, name);
    }
    free(name);
    if (!target)
        problem_memory(&client->problem);
    return target;
}

static char *remote_target(struct client *client, const char *local, const char *remote)
{
    char *name = last_name(local), *target = NULL;
    bool folder = remote && *remote && remote[strlen(remote) - 1] == '/';
    if (remote && !folder && client->features.mlst &&
        control_command(client, "MLST %s%s", CONTROL_PATH(remote)) == 250)
        folder = strcasestr(client->reply.text, "type=dir;") != NULL ||
                 strcasestr(client->reply.text, "type=cdir;") != NULL;
    if (remote && !folder)
        target = strdup(remote);
    else if (name && entry_name_is_safe(name))
        target = inside(remote, name);
    else
        problem_set(&client->problem, "'%s' has no name to be kept by", local);
    free(name);
    if (!target)
        problem_memory(&client->problem);
    return target;
}

static struct transfer how_of(bool resume, const bool *options)
{
    return (struct transfer){.resume = resume,
                             .keep = SHELL_HAS(options, 'p'),
                             .newer = SHELL_HAS(options, 'n'),
                             .remove = SHELL_HAS(options, 'd')};
}

/* What the server says it is, or a folder that one can go to. */
static bool is_remote_folder(struct client *client, const char *path, const struct entry *facts)
{
    struct remote remote = {0};
    if (facts->type != ENTRY_UNKNOWN || facts->has_size)
        return facts->type == ENTRY_FOLDER || facts->type == ENTRY_SELF;
    bool folder = remote_open(&remote, client, path, false);
    remote_close(&remote);
    if (!folder && client->control)
        client->problem = (struct problem){0};
    return folder;
}

/* A folder comes whole, with -r or without. */
static bool get_one(struct client *client, const char *remote, const char *local, bool resume,
                    const bool *options)
{
    const struct transfer how = how_of(resume, options);
    char *target = local_target(client, remote, local);
    const struct local_file file = {.folder = AT_FDCWD, .name = target, .shown = target};
    struct entry facts = {0};
    bool done = target && (SHELL_HAS(options, 'r') || list_one(client, remote, &facts));
    if (done && (SHELL_HAS(options, 'r') || is_remote_folder(client, remote, &facts)))
        done = folder_get(client, remote, target, &how);
    else
        done = done && client->control && transfer_get(client, remote, &file, &facts, &how, NULL);
    entry_free(&facts);
    free(target);
    return done;
}

static bool put_one(struct client *client, const char *local, const char *remote, bool resume,
                    const bool *options)
{
    const struct transfer how = how_of(resume, options);
    const struct local_file file = {.folder = AT_FDCWD, .name = local, .shown = local};
    char *target = remote_target(client, local, remote);
    bool done = target && (SHELL_HAS(options, 'r') || is_local_folder(local)
                               ? folder_put(client, local, target, &how)
                               : transfer_put(client, &file, target, &how, NULL));
    free(target);
    return done;
}

static const char *second(const struct words *words)
{
    return words->count > 2 ? WORD(2) : NULL;
}

typedef bool mover(struct client *client, const char *name, const char *target, bool resume,
                   const bool *options);

/* One that fails is named, and the others are moved all the same. */
static bool each(struct client *client, const struct words *names, size_t from, const char *target,
                 const bool *options, mover *move)
{
    for (size_t i = from; i < names->count; i++)
        if (!move(client, names->list[i].text, target, false, options) &&
            !control_go_on(client, names->list[i].text))
            return false;
    return control_all_done(client);
}

/* All that fit a pattern, into one folder. */
static bool get_matching(struct client *client, const struct words *words, const bool *options)
{
    struct words names = {0};
    bool done = shell_add_remote(client, &names, words->list[1].pattern);
    if (done && names.count > 1 && second(words) && !is_local_folder(WORD(2)))
        done = problem_set(&client->problem, "%s: is no folder, and %zu files fit %s", WORD(2),
                           names.count, WORD(1));
    done = done && each(client, &names, 0, second(words), options, get_one);
    words_free(&names);
    return done;
}

static bool put_matching(struct client *client, const struct words *words, const bool *options)
{
    struct words names = {0};
    char *folder = second(words) ? inside(WORD(2), "") : NULL; /* with its slash */
    bool done = (folder || !second(words) || problem_memory(&client->problem)) &&
                shell_add_local(client, &names, words->list[1].pattern) &&
                each(client, &names, 0, folder, options, put_one);
    words_free(&names);
    free(folder);
    return done;
}

bool shell_get(struct client *client, const struct words *words, const bool *options)
{
    return words->list[1].pattern ? get_matching(client, words, options)
                                  : get_one(client, WORD(1), second(words), false, options);
}

bool shell_put(struct client *client, const struct words *words, const bool *options)
{
    return words->list[1].pattern ? put_matching(client, words, options)
                                  : put_one(client, WORD(1), second(words), false, options);
}

bool shell_reget(struct client *client, const struct words *words, const bool *options)
{
    return get_one(client, WORD(1), second(words), true, options);
}

bool shell_reput(struct client *client, const struct words *words, const bool *options)
{
    return put_one(client, WORD(1), second(words), true, options);
}

bool shell_mget(struct client *client, const struct words *words, const bool *options)
{
    return each(client, words, 1, NULL, options, get_one);
}

bool shell_mput(struct client *client, const struct words *words, const bool *options)
{
    return each(client, words, 1, NULL, options, put_one);
}

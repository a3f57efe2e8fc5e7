/* The shell's commands that move files: get, put, mget, mput, reget, reput. */
#include "shell.h"

#include "client_control.h"
#include "client_list.h"
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

/* Where a fetched file goes. The server does not choose: the name is the one that was asked for,
 * and stays in the folder. */
static char *local_target(struct client *client, const char *remote, const char *local)
{
    struct stat status;
    bool folder = local && stat(local, &status) == 0 && S_ISDIR(status.st_mode);
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

static bool get_one(struct client *client, const char *remote, const char *local, bool resume,
                    const bool *options)
{
    const struct transfer how = how_of(resume, options);
    char *target = local_target(client, remote, local);
    const struct local_file file = {.folder = AT_FDCWD, .name = target, .shown = target};
    bool done = target &&
                (SHELL_HAS(options, 'r') ? folder_get(client, remote, target, &how)
                                         : transfer_get(client, remote, &file, NULL, &how, NULL));
    free(target);
    return done;
}

static bool put_one(struct client *client, const char *local, const char *remote, bool resume,
                    const bool *options)
{
    const struct transfer how = how_of(resume, options);
    const struct local_file file = {.folder = AT_FDCWD, .name = local, .shown = local};
    char *target = remote_target(client, local, remote);
    bool done = target &&
                (SHELL_HAS(options, 'r') ? folder_put(client, local, target, &how)
                                         : transfer_put(client, &file, target, &how, NULL));
    free(target);
    return done;
}

static const char *second(const struct words *words)
{
    return words->count > 2 ? WORD(2) : NULL;
}

bool shell_get(struct client *client, const struct words *words, const bool *options)
{
    return get_one(client, WORD(1), second(words), false, options);
}

bool shell_put(struct client *client, const struct words *words, const bool *options)
{
    return put_one(client, WORD(1), second(words), false, options);
}

bool shell_reget(struct client *client, const struct words *words, const bool *options)
{
    return get_one(client, WORD(1), second(words), true, options);
}

bool shell_reput(struct client *client, const struct words *words, const bool *options)
{
    return put_one(client, WORD(1), second(words), true, options);
}

/* One that fails is named, and the others are moved all the same. */
static bool each(struct client *client, const struct words *words, const bool *options,
                 bool (*move)(struct client *client, const char *name, const char *target,
                              bool resume, const bool *options))
{
    for (size_t i = 1; i < words->count; i++)
        if (!move(client, WORD(i), NULL, false, options) && !control_go_on(client, WORD(i)))
            return false;
    return control_all_done(client);
}

bool shell_mget(struct client *client, const struct words *words, const bool *options)
{
    return each(client, words, options, get_one);
}

bool shell_mput(struct client *client, const struct words *words, const bool *options)
{
    return each(client, words, options, put_one);
}

/* The shell's commands that move files: get, put, mget, mput, reget, reput. */
#include "shell.h"

#include "client_control.h"
#include "client_list.h"
#include "client_remote.h"
#include "client_transfer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define WORD(index) words->list[index].text

static bool is_local_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* What the server says it is, or a folder that one can go to. */
static bool is_remote_folder(struct client *client, const char *path, const struct entry *facts)
{
    struct remote remote = {0};
    if (facts->type != ENTRY_UNKNOWN || facts->has_size)
        return facts->type == ENTRY_FOLDER || facts->type == ENTRY_SELF;
    bool folder = remote_open(&remote, client, path, path, false);
    remote_close(&remote);
    if (!folder && client->control)
        client->problem = (struct problem){0};
    return folder;
}

/* Whether what is sent there goes into it. */
static bool is_remote_goal(struct client *client, const char *path)
{
    if (*path && path[strlen(path) - 1] == '/')
        return true;
    return client->features.mlst && control_command(client, "MLST", path) == 250 &&
           (strcasestr(client->reply.text, "type=dir;") ||
            strcasestr(client->reply.text, "type=cdir;"));
}

/* Where it goes on the other side: by its own name into the folder `to` (NULL: the working one), or
 * under the name that was given. The server does not choose: the name is the one that was asked
 * for, and stays in the folder. */
static char *target_of(struct client *client, const char *from, const char *to, bool put)
{
    bool into = !to || (put ? is_remote_goal(client, to) : is_local_folder(to));
    char *whole = path_trimmed(from), *target = NULL;
    if (!into) {
        target = strdup(to);
    } else if (whole && !entry_name_is_safe(path_name(whole))) {
        problem_set(&client->problem, "'%s' has no name to be kept by", from);
        problem_hint(&client->problem, "give the %s name behind it", put ? "server's" : "local");
    } else if (whole) {
        target = path_join(to ? to : "", path_name(whole));
    }
    free(whole);
    if (!target)
        problem_memory(&client->problem);
    return target;
}

/* A folder moves whole, with -r or without. */
static bool move(struct client *client, const char *from, const char *to, const struct words *words)
{
    struct transfer how = {.put = WORDS_HAS(words, 'u'),
                           .folder = WORDS_HAS(words, 'r'),
                           .resume = WORDS_HAS(words, 'c'),
                           .keep = WORDS_HAS(words, 'p'),
                           .newer = WORDS_HAS(words, 'n'),
                           .remove = WORDS_HAS(words, 'd')};
    char *target = target_of(client, from, to, how.put);
    struct entry facts = {0};
    bool done = target != NULL;
    if (how.put) {
        how.folder |= is_local_folder(from);
        done = done && transfer(client, from, target, NULL, &how);
    } else {
        done = done && (how.folder || list_one(client, from, &facts));
        how.folder |= done && is_remote_folder(client, from, &facts);
        done = done && transfer(client, target, from, &facts, &how);
    }
    entry_free(&facts);
    free(target);
    return done;
}

/* One that fails is named, and the others are moved all the same. */
static bool move_each(struct client *client, const struct words *names, size_t first,
                      const char *to, const struct words *words)
{
    for (size_t i = first; i < names->count; i++)
        if (!move(client, names->list[i].text, to, words) &&
            !control_go_on(client, "", names->list[i].text))
            return false;
    return control_all_done(client);
}

/* All that fit a pattern, into one folder. */
static bool move_matching(struct client *client, const char *to, const struct words *words)
{
    const char *pattern = words->list[1].pattern;
    bool put = WORDS_HAS(words, 'u');
    char *folder = to && put ? path_join(to, "") : NULL; /* with its slash */
    struct words names = {0};
    bool done = put ? shell_add_local(client, &names, pattern)
                    : shell_add_remote(client, &names, pattern);
    if (done && !put && names.count > 1 && to && !is_local_folder(to))
        done = problem_set(&client->problem, "%s: is not a folder, and %zu files fit %s", to,
                           names.count, WORD(1));
    done = done && move_each(client, &names, 0, folder ? folder : to, words);
    words_free(&names);
    free(folder);
    return done;
}

bool shell_move(struct client *client, const struct words *words)
{
    const char *to = words->count > 2 ? WORD(2) : NULL;
    if (WORDS_HAS(words, 'm'))
        return move_each(client, words, 1, NULL, words);
    return words->list[1].pattern ? move_matching(client, to, words)
                                  : move(client, WORD(1), to, words);
}

/* The shell's rm: files, and with -r whole folders, which a person is asked about. */
#include "shell.h"

#include "client_control.h"
#include "client_list.h"
#include "client_remote.h"

#include <stdlib.h>
#include <string.h>

#define WORD(index) words->list[index].text

/* Splits the path into the folder that holds it and its name there. False: no name, as / or .. */
static bool split(char **folder, struct entry *entry, const char *path)
{
    size_t bytes = strlen(path);
    while (bytes > 1 && path[bytes - 1] == '/')
        bytes--;
    char *whole = strndup(path, bytes);
    const char *name = whole ? path_name(whole) : "";
    size_t above = (size_t)(name - whole);
    entry->name = strdup(name);
    *folder = whole ? strndup(whole, above > 1 ? above - 1 : above) : NULL;
    free(whole);
    return entry->name && *folder && entry_name_is_safe(entry->name);
}

static bool may_go(struct client *client, const char *path, const bool *options)
{
    char question[1024];
    if (SHELL_HAS(options, 'f'))
        return true;
    snprintf(question, sizeof(question), "remove %s and all that is in it?", path);
    if (shell_confirm(client, question))
        return true;
    problem_set(&client->problem, "%s: stays", path);
    return problem_hint(&client->problem, client->interactive
                                              ? "y and Enter is the answer that removes it"
                                              : "where nobody can be asked, rm -rf removes it");
}

static bool remove_folder(struct client *client, const char *path, const bool *options)
{
    struct entry entry = {.type = ENTRY_FOLDER}, facts = {0};
    struct remote remote = {0};
    char *folder = NULL;
    bool done = split(&folder, &entry, path) ||
                problem_set(&client->problem, "%s: is no name that could be removed", path);
    done = done && list_one(client, path, &facts) && may_go(client, path, options) &&
           remote_open(&remote, client, folder, false) && remote_remove(&remote, "", &entry);
    remote_close(&remote);
    entry_free(&facts);
    entry_free(&entry);
    free(folder);
    return done;
}

bool shell_rm(struct client *client, const struct words *words, const bool *options)
{
    for (size_t i = 1; i < words->count; i++) {
        int code = control_command(client, "DELE %s%s", CONTROL_PATH(WORD(i)));
        if (code == 0)
            return false;
        if (code / 100 == 2)
            continue;
        if (!SHELL_HAS(options, 'r'))
            return control_refused(client, WORD(i));
        if (!remove_folder(client, WORD(i), options))
            return false;
    }
    return control_all_done(client);
}

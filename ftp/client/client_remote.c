/* Where a walk over the server's tree stands: CWD, MLSD or LIST; and what is removed there. */
#include "client_remote.h"

#include "client_control.h"
#include "client_list.h"

#include <stdlib.h>
#include <string.h>

#define STEP_BYTES ((size_t)1000) /* of a path in one CWD: vsftpd takes lines of 4096 */

char *remote_join(const char *folder, const char *name)
{
    char *path;
    return asprintf(&path, "%s%s%s", folder, *folder ? "/" : "", name) < 0 ? NULL : path;
}

/* --- going ------------------------------------------------------------------------------------ */

/* As many of the path's first names as go into one line. */
static size_t step_bytes(const char *path)
{
    size_t bytes = strlen(path), next;
    if (bytes <= STEP_BYTES)
        return bytes;
    for (bytes = strcspn(path, "/"); path[bytes] == '/'; bytes += next) {
        next = 1 + strcspn(path + bytes + 1, "/");
        if (bytes + next > STEP_BYTES)
            break;
    }
    return bytes;
}

/* Down a path, from where we are. */
static bool go_down(struct client *client, const char *path)
{
    while (*path) {
        size_t bytes = step_bytes(path);
        int code = control_command(client, "CWD %s%.*s", *path == '-' ? "./" : "", (int)bytes,
                                   path);
        if (code / 100 != 2)
            return code != 0 && control_refused(client, path);
        path += bytes + (path[bytes] == '/');
    }
    return true;
}

static bool is_below(const char *path, const char *folder)
{
    size_t bytes = strlen(folder);
    return bytes == 0 || (strncmp(path, folder, bytes) == 0 && path[bytes] == '/');
}

bool remote_go(struct remote *remote, const char *path)
{
    const char *rest = path;
    bool done = true;
    if (remote->at && strcmp(remote->at, path) == 0)
        return true;
    if (remote->at && is_below(path, remote->at))
        rest = path + strlen(remote->at) + (*remote->at != '\0');
    else
        done = control_command(remote->client, "CWD %s", remote->base) / 100 == 2 ||
               (remote->client->control && control_refused(remote->client, remote->base));
    free(remote->at);
    remote->at = NULL;
    if (!done || !go_down(remote->client, rest))
        return false;
    remote->at = strdup(path);
    return remote->at || problem_memory(&remote->client->problem);
}

bool remote_go_make(struct remote *remote, const char *path)
{
    struct client *client = remote->client;
    const char *name = path_name(path);
    char *folder = strndup(path, (size_t)(name - path) - (name > path));
    bool done = folder && remote_go(remote, folder);
    free(folder);
    if (!done)
        return folder || problem_memory(&client->problem);
    if (control_command(client, "CWD %s%s", CONTROL_PATH(name)) / 100 == 2) {
        free(remote->at);
        remote->at = strdup(path);
        return remote->at || problem_memory(&client->problem);
    }
    if (client->control && control_command(client, "MKD %s%s", CONTROL_PATH(name)) / 100 == 2)
        return remote_go(remote, path);
    return client->control && control_refused(client, path);
}

/* RFC 959, appendix II; NULL: the problem says why. */
static char *where_we_are(struct client *client)
{
    char *path = NULL;
    if (control_command(client, "PWD") == 257)
        path = reply_quoted(&client->reply);
    if (!path && client->control)
        control_refused(client, "where are we?");
    return path;
}

static bool enter(struct client *client, const char *path, bool make)
{
    int code = *path ? control_command(client, "CWD %s%s", CONTROL_PATH(path)) : 250;
    if (make && code / 100 == 5 &&
        control_command(client, "MKD %s%s", CONTROL_PATH(path)) / 100 == 2)
        code = control_command(client, "CWD %s%s", CONTROL_PATH(path));
    return code / 100 == 2 || (client->control && control_refused(client, path));
}

bool remote_open(struct remote *remote, struct client *client, const char *path, bool make)
{
    *remote = (struct remote){.client = client, .at = strdup("")};
    if (!remote->at)
        return problem_memory(&client->problem);
    remote->home = where_we_are(client);
    if (!remote->home || !enter(client, path, make))
        return false;
    remote->base = where_we_are(client);
    return remote->base != NULL;
}

bool remote_open_too(struct remote *remote, struct client *client, const struct remote *first)
{
    *remote = (struct remote){.client = client, .base = strdup(first->base)};
    return remote->base || problem_memory(&client->problem);
}

void remote_close(struct remote *remote)
{
    if (remote->home && remote->client->control)
        control_command(remote->client, "CWD %s", remote->home);
    free(remote->home);
    free(remote->base);
    free(remote->at);
    *remote = (struct remote){0};
}

/* --- what is there ---------------------------------------------------------------------------- */

/* Most MLSDs name links without saying where they lead to, and LIST does. */
static bool find_targets(struct client *client, struct listing *listing)
{
    struct listing lines;
    bool unknown = false, done = true;
    for (size_t i = 0; i < listing->count; i++)
        unknown |= listing->entries[i].type == ENTRY_LINK && !listing->entries[i].target;
    if (!unknown)
        return true;
    done = list_lines(client, &lines);
    for (size_t i = 0; done && i < listing->count; i++) {
        struct entry *one = &listing->entries[i], *line = listing_find(&lines, one->name);
        if (one->type == ENTRY_LINK && !one->target && line) {
            one->target = line->target;
            line->target = NULL; /* transferred */
        }
    }
    listing_free(&lines);
    return done;
}

bool remote_list(struct remote *remote, struct listing *listing)
{
    struct client *client = remote->client;
    if (!client->features.mlst)
        return list_lines(client, listing);
    return list_folder(client, "", listing) && find_targets(client, listing);
}

/* --- removing --------------------------------------------------------------------------------- */

/* A folder that is to go: first what is in it, then itself. */
struct doomed {
    char *path;
    bool emptied;
};

struct removal {
    struct remote *remote;
    struct doomed *list; /* the innermost is the last */
    size_t count;
};

/* The path passes to the list. */
static bool push(struct removal *removal, char *path)
{
    struct doomed *more = path ? realloc(removal->list, (removal->count + 1) * sizeof(*more))
                               : NULL;
    if (!more) {
        free(path);
        return problem_memory(&removal->remote->client->problem);
    }
    removal->list = more;
    more[removal->count++] = (struct doomed){.path = path};
    return true;
}

static bool drop(struct remote *remote, const char *verb, const char *folder, const char *name)
{
    struct client *client = remote->client;
    int code = control_command(client, "%s %s%s", verb, CONTROL_PATH(name));
    char *path;
    bool goes_on;
    if (code / 100 == 2)
        return true;
    path = remote_join(folder, name);
    control_refused(client, "cannot be removed");
    goes_on = control_go_on(client, path ? path : name);
    free(path);
    return goes_on;
}

static bool empty(struct removal *removal, const char *path)
{
    struct remote *remote = removal->remote;
    struct listing listing;
    bool done;
    if (!remote_go(remote, path) || !remote_list(remote, &listing))
        return control_go_on(remote->client, path);
    done = true;
    for (size_t i = 0; done && i < listing.count; i++) {
        const struct entry *one = &listing.entries[i];
        done = one->type == ENTRY_FOLDER ? push(removal, remote_join(path, one->name))
                                         : drop(remote, "DELE", path, one->name);
    }
    listing_free(&listing);
    return done;
}

static bool remove_folder(struct remote *remote, const char *path)
{
    const char *name = path_name(path);
    char *folder = strndup(path, (size_t)(name - path) - (name > path));
    bool done = folder ? remote_go(remote, folder) || control_go_on(remote->client, path)
                       : problem_memory(&remote->client->problem);
    if (done && remote->at && strcmp(remote->at, folder) == 0)
        done = drop(remote, "RMD", folder, name);
    free(folder);
    return done;
}

bool remote_remove(struct remote *remote, const char *path, const struct entry *entry)
{
    struct removal removal = {.remote = remote};
    bool done;
    if (entry->type != ENTRY_FOLDER)
        return (remote_go(remote, path) || control_go_on(remote->client, path)) &&
               drop(remote, "DELE", path, entry->name);
    done = push(&removal, remote_join(path, entry->name));
    while (done && removal.count > 0) {
        struct doomed *last = &removal.list[removal.count - 1];
        if (!last->emptied) {
            last->emptied = true;
            done = empty(&removal, last->path);
            continue;
        }
        done = remove_folder(remote, last->path);
        free(last->path);
        removal.count--;
    }
    while (removal.count > 0)
        free(removal.list[--removal.count].path);
    free(removal.list);
    return done;
}

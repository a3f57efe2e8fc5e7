/* Where a walk over the server's tree stands: CWD, MLSD or LIST; and what is removed there. */
#include "client_remote.h"

#include "client_control.h"
#include "client_list.h"
#include "tree_walk.h"

#include <stdlib.h>
#include <string.h>

#define STEP_BYTES ((size_t)1000) /* of a path in one CWD: vsftpd takes lines of 4096 */
/* What may be remembered of the server's folders: a hostile one has them without end. */
#define FOLDERS_BYTES ((size_t)64 * 1024 * 1024)

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
    bool done = true;
    while (done && *path) {
        size_t bytes = step_bytes(path);
        char *step = strndup(path, bytes);
        done = step ? control_do(client, "CWD", step) : problem_memory(&client->problem);
        free(step);
        path += bytes + (path[bytes] == '/');
    }
    return done;
}

static bool is_below(const char *path, const char *folder)
{
    size_t bytes = strlen(folder);
    return bytes == 0 || (strncmp(path, folder, bytes) == 0 && path[bytes] == '/');
}

/* We are there. */
static bool arrive(struct remote *remote, const char *path)
{
    free(remote->at);
    remote->at = strdup(path);
    return remote->at || problem_memory(&remote->client->problem);
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
        done = control_do(remote->client, "CWD", remote->base);
    free(remote->at);
    remote->at = NULL;
    return done && go_down(remote->client, rest) && arrive(remote, path);
}

bool remote_go_make(struct remote *remote, const char *path)
{
    struct client *client = remote->client;
    char *folder = path_folder(path);
    bool done = folder ? remote_go(remote, folder) : problem_memory(&client->problem);
    free(folder);
    if (!done)
        return false;
    if (control_command(client, "CWD", path_name(path)) / 100 == 2)
        return arrive(remote, path);
    if (control_command(client, "MKD", path_name(path)) / 100 == 2)
        return remote_go(remote, path);
    return control_refused(client, path);
}

/* RFC 959, appendix II; NULL: the problem says why. */
static char *where_we_are(struct client *client)
{
    char *path = NULL;
    if (control_command(client, "PWD", NULL) == 257)
        path = reply_quoted(&client->reply);
    if (!path)
        control_refused(client, "where are we?");
    return path;
}

static bool enter(struct client *client, const char *path, bool make)
{
    int code = *path ? control_command(client, "CWD", path) : 250;
    if (make && code / 100 == 5 && control_command(client, "MKD", path) / 100 == 2)
        code = control_command(client, "CWD", path);
    return code / 100 == 2 || control_refused(client, path);
}

bool remote_open(struct remote *remote, struct client *client, const char *shown, const char *path,
                 bool make)
{
    *remote = (struct remote){.client = client, .shown = shown};
    remote->home = where_we_are(client);
    if (!remote->home || !enter(client, path, make))
        return false;
    remote->base = where_we_are(client);
    return remote->base && arrive(remote, "");
}

bool remote_open_too(struct remote *remote, struct client *client, const struct remote *first)
{
    *remote = (struct remote){.client = client, .shown = first->shown, .base = strdup(first->base)};
    return remote->base || problem_memory(&client->problem);
}

void remote_close(struct remote *remote)
{
    if (remote->home && remote->client->control)
        control_command(remote->client, "CWD", remote->home);
    while (remote_next(remote))
        continue;
    while (remote->seen)
        remote_forget(remote);
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

/* --- a walk ----------------------------------------------------------------------------------- */
static size_t depth_of(const char *path)
{
    size_t depth = *path != '\0';
    for (; *path; path++)
        depth += *path == '/';
    return depth;
}

bool remote_add(struct remote *remote, const char *path, const struct entry *facts)
{
    size_t bytes = sizeof(struct remote_folder) + strlen(path) + 1;
    bool too_deep = depth_of(path) > TREE_DEPTH_MAX;
    if (too_deep || remote->bytes + bytes > FOLDERS_BYTES) {
        control_left_out(remote->client, remote->shown, path,
                         too_deep ? "it lies too deep" : "too many folders");
        return true;
    }
    struct remote_folder *one = malloc(bytes);
    if (!one)
        return problem_memory(&remote->client->problem);
    remote->bytes += bytes;
    one->facts = *facts;
    one->facts.name = one->facts.target = NULL; /* the listing's */
    strcpy(one->path, path);
    one->next = remote->pending;
    remote->pending = one;
    return true;
}

const struct remote_folder *remote_next(struct remote *remote)
{
    struct remote_folder *one = remote->pending;
    if (one) {
        remote->pending = one->next;
        one->next = remote->seen;
        remote->seen = one;
    }
    return one;
}

void remote_forget(struct remote *remote)
{
    struct remote_folder *one = remote->seen;
    remote->seen = one->next;
    remote->bytes -= sizeof(*one) + strlen(one->path) + 1;
    free(one);
}

/* --- removing --------------------------------------------------------------------------------- */

/* In the folder where we are. */
static bool drop(struct remote *remote, const char *command, const char *path)
{
    return control_command(remote->client, command, path_name(path)) / 100 == 2 ||
           control_refused(remote->client, "cannot be removed") ||
           control_go_on(remote->client, remote->shown, path);
}

/* All but the folders in it, which are to be seen. */
static bool empty(struct remote *remote, const char *path)
{
    struct listing listing;
    bool done = true;
    if (!remote_go(remote, path) || !remote_list(remote, &listing))
        return control_go_on(remote->client, remote->shown, path);
    for (size_t i = 0; done && i < listing.count; i++) {
        const struct entry *one = &listing.entries[i];
        char *inside = path_join(path, one->name);
        done = !inside                     ? problem_memory(&remote->client->problem)
               : one->type == ENTRY_FOLDER ? remote_add(remote, inside, one)
                                           : drop(remote, "DELE", inside);
        free(inside);
    }
    listing_free(&listing);
    return done;
}

static bool remove_one(struct remote *remote, const char *command, const char *path)
{
    char *folder = path_folder(path);
    bool there = folder ? remote_go(remote, folder) : problem_memory(&remote->client->problem);
    free(folder);
    return there ? drop(remote, command, path) : control_go_on(remote->client, remote->shown, path);
}

bool remote_remove(struct remote *remote, const char *path, const struct entry *entry)
{
    const struct remote_folder *folder;
    char *whole = path_join(path, entry->name);
    bool done = whole || problem_memory(&remote->client->problem);
    if (done && entry->type != ENTRY_FOLDER)
        done = remove_one(remote, "DELE", whole);
    else
        done = done && remote_add(remote, whole, entry);
    while (done && (folder = remote_next(remote)))
        done = empty(remote, folder->path);
    for (; remote->seen; remote_forget(remote))
        done = done && remove_one(remote, "RMD", remote->seen->path);
    free(whole);
    return done;
}

/* A folder to any server: the walk of tree_walk.h; each folder is made before what is in it. */
#include "client_control.h"
#include "client_crew.h"
#include "client_tree.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct put {
    struct client *client;
    struct remote remote;
    struct crew *crew;
    const char *shown;
    const struct transfer *how;
    uint64_t folders, removed;
};

static void leave_out(struct put *put, const char *path, const char *why)
{
    char *shown = remote_join(put->shown, path);
    control_left_out(put->client, shown ? shown : path, why);
    free(shown);
}

/* --- what is there, and not here -------------------------------------------------------------- */
static bool remove_entries(struct put *put, const char *path, int folder,
                           const struct listing *listing)
{
    bool done = true;
    for (size_t i = 0; done && i < listing->count; i++) {
        const struct entry *one = &listing->entries[i];
        uint64_t left_out = put->client->left_out;
        if (faccessat(folder, one->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
            continue;
        done = remote_remove(&put->remote, path, one);
        put->removed += done && put->client->left_out == left_out;
    }
    return done;
}

/* folder: ours of that path. */
static bool remove_others(struct put *put, const char *path, int folder)
{
    struct listing listing;
    bool done;
    if (!remote_go(&put->remote, path) || !remote_list(&put->remote, &listing))
        return control_go_on(put->client, *path ? path : put->shown);
    done = remove_entries(put, path, folder, &listing);
    listing_free(&listing);
    return done;
}

/* --- the walk --------------------------------------------------------------------------------- */
static bool put_folder(struct put *put, struct tree_walk *walk, const struct tree_entry *entry)
{
    bool done = true;
    if (!remote_go_make(&put->remote, entry->path)) {
        char *shown = remote_join(put->shown, entry->path);
        tree_walk_skip(walk);
        done = control_go_on(put->client, shown ? shown : entry->path);
        free(shown);
        return done;
    }
    put->folders++;
    if (put->how->remove) {
        int inside = openat(entry->folder, entry->name,
                            O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        done = inside < 0 || remove_others(put, entry->path, inside);
        if (inside >= 0)
            close(inside);
    }
    return done;
}

static bool put_entry(struct put *put, struct tree_walk *walk, const struct tree_entry *entry)
{
    if (S_ISDIR(entry->status.st_mode))
        return put_folder(put, walk, entry);
    if (S_ISREG(entry->status.st_mode))
        return crew_move(put->crew, entry->path, entry->folder, NULL);
    leave_out(put, entry->path,
              S_ISLNK(entry->status.st_mode) ? "a link, which no server can be asked to make"
                                             : "neither file, folder nor link");
    return true;
}

static bool walk_here(struct put *put, int folder)
{
    struct tree_walk *walk = tree_walk_new(folder);
    struct tree_entry entry;
    bool done = walk || problem_errno(&put->client->problem, "%s", put->shown);
    for (enum tree_event event; done && (event = tree_walk_next(walk, &entry)) != TREE_END;)
        if (event == TREE_ENTRY)
            done = put_entry(put, walk, &entry);
        else if (event == TREE_TROUBLE)
            leave_out(put, entry.path, entry.why);
    tree_walk_free(walk);
    return done;
}

bool tree_put(struct client *client, int folder, const char *shown, const char *remote,
              const struct transfer *how)
{
    struct put put = {.client = client, .shown = shown, .how = how};
    struct crew_count count = {0};
    bool done;
    client->talk = client->options.verbose         ? PROGRESS_ALL
                   : client->options.parallel == 1 ? PROGRESS_LINE
                                                   : PROGRESS_NOTHING;
    done = remote_open(&put.remote, client, remote, true);
    if (done && !(put.crew = crew_new(&put.remote, shown, true, how)))
        done = problem_memory(&client->problem);
    done = done && (!how->remove || remove_others(&put, "", folder)) && walk_here(&put, folder);
    if (put.crew)
        done = crew_finish(put.crew, &count) && done;
    remote_close(&put.remote);
    client->talk = PROGRESS_ALL;
    console_note("%" PRIu64 " files, %" PRIu64 " folders", count.files, put.folders);
    if (how->newer)
        console_note("%" PRIu64 " files were there already", count.skipped);
    if (how->remove)
        console_note("%" PRIu64 " removed there", put.removed);
    return done && control_all_done(client);
}

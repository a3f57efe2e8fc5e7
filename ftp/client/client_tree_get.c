/*
 * A folder from any server. The server's folders are listed one after the other, from a list of
 * those that are still to be seen; each is opened here from the top down without following links,
 * so nothing is written outside, whatever the server says and whatever is moved here.
 */
#include "client_control.h"
#include "client_crew.h"
#include "client_tree.h"
#include "tar_path.h"
#include "tree_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What may be remembered of the server's folders: a hostile one has them without end. */
#define FOLDERS_BYTES ((size_t)64 * 1024 * 1024)

struct seen_folder {
    struct seen_folder *next;
    struct entry facts; /* mode and time, set when all that is in it is there */
    size_t depth;
    char path[];
};

struct get {
    struct client *client;
    struct remote remote;
    struct crew *crew;
    int top, here; /* here: the last one that was opened, or -1 */
    char *here_path;
    const char *shown;
    const struct transfer *how;
    struct seen_folder *pending, *late; /* to be listed; with --keep: to be finished */
    size_t bytes;                       /* of both */
    uint64_t folders, removed;
};

static void free_folder(struct get *get, struct seen_folder *one)
{
    get->bytes -= sizeof(*one) + strlen(one->path) + 1;
    free(one);
}

static void leave_out(struct get *get, const char *path, const char *why)
{
    char *shown = remote_join(get->shown, path);
    control_left_out(get->client, shown ? shown : path, why);
    free(shown);
}

static bool add_folder(struct get *get, const char *path, size_t depth, const struct entry *facts)
{
    size_t bytes = sizeof(struct seen_folder) + strlen(path) + 1;
    struct seen_folder *one;
    if (depth > TREE_DEPTH_MAX || get->bytes + bytes > FOLDERS_BYTES) {
        leave_out(get, path, depth > TREE_DEPTH_MAX ? "it lies too deep" : "too many folders");
        return true;
    }
    one = malloc(bytes);
    if (!one)
        return problem_memory(&get->client->problem);
    get->bytes += bytes;
    one->depth = depth;
    one->facts = *facts;
    one->facts.name = one->facts.target = NULL; /* the listing's */
    strcpy(one->path, path);
    one->next = get->pending;
    get->pending = one;
    return true;
}

/* A folder of ours, made if it is not there; no link on the way is followed. Most often it lies in
 * the last one. The descriptor stays ours; -1: errno says why. */
static int open_here(struct get *get, const char *path)
{
    size_t bytes = get->here_path ? strlen(get->here_path) : 0;
    bool below = bytes > 0 && strncmp(path, get->here_path, bytes) == 0 && path[bytes] == '/';
    int last = get->here;
    char *inside = remote_join(path + (below ? bytes + 1 : 0), "");
    const char *rest;
    get->here = inside ? tar_open_parent(below ? last : get->top, inside, true, &rest) : -1;
    int why = errno;
    if (last >= 0)
        close(last);
    free(inside);
    free(get->here_path);
    get->here_path = get->here >= 0 ? strdup(path) : NULL;
    errno = why;
    return get->here;
}

/* --- what is in a folder ---------------------------------------------------------------------- */

/* Made beside its name first: what has the name stays until then. */
static bool make_link(int folder, const char *name, const char *target)
{
    char *part = transfer_part(name);
    bool made = part && (unlinkat(folder, part, 0) == 0 || errno == ENOENT) &&
                symlinkat(target, folder, part) == 0 && renameat(folder, part, folder, name) == 0;
    free(part);
    return made;
}

static void get_link(struct get *get, const char *path, int folder, const struct entry *one)
{
    if (!one->target)
        leave_out(get, path, "a link, and the server does not say where to");
    else if (!tar_link_stays(path, one->target))
        leave_out(get, path, "a link that leads out of the folder");
    else if (!make_link(folder, one->name, one->target))
        leave_out(get, path, strerror(errno));
}

static bool get_entry(struct get *get, const char *path, size_t depth, int folder,
                      const struct entry *one)
{
    bool exact = get->client->features.mlst; /* LIST knows no times */
    switch (one->type) {
    case ENTRY_FOLDER:
        return add_folder(get, path, depth, one);
    case ENTRY_LINK:
        get_link(get, path, folder, one);
        return true;
    case ENTRY_OTHER:
        leave_out(get, path, "neither file, folder nor link");
        return true;
    default:
        return crew_move(get->crew, path, folder, exact ? one : NULL);
    }
}

/* Backwards: what is put on the list of folders last comes first, and so they come in order. */
static bool get_entries(struct get *get, const struct seen_folder *where, int folder,
                        const struct listing *listing)
{
    bool done = true;
    for (int folders = 0; done && folders < 2; folders++)
        for (size_t i = 0; done && i < listing->count; i++) {
            const struct entry *one = &listing->entries[folders ? listing->count - 1 - i : i];
            if ((one->type == ENTRY_FOLDER) != (folders == 1))
                continue;
            char *inside = remote_join(where->path, one->name);
            done = inside ? get_entry(get, inside, where->depth + 1, folder, one)
                          : problem_memory(&get->client->problem);
            free(inside);
        }
    return done;
}

/* --- what is here, and not there -------------------------------------------------------------- */
static void remove_here(struct get *get, const char *path, int folder, const char *name)
{
    int inside = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct tree_walk *walk = inside >= 0 ? tree_walk_new(inside) : NULL;
    struct tree_entry entry;
    for (enum tree_event event; walk && (event = tree_walk_next(walk, &entry)) != TREE_END;)
        if (event == TREE_LEAVE)
            unlinkat(entry.folder, entry.name, AT_REMOVEDIR);
        else if (event == TREE_ENTRY && !S_ISDIR(entry.status.st_mode))
            unlinkat(entry.folder, entry.name, 0);
    tree_walk_free(walk);
    if (unlinkat(folder, name, inside >= 0 ? AT_REMOVEDIR : 0) == 0)
        get->removed++;
    else /* the reason of something in it, too */
        leave_out(get, path, strerror(errno));
    if (inside >= 0)
        close(inside);
}

/* The part of a file that is there may be what an interrupted transfer left. */
static bool is_part(const char *name, const struct listing *listing)
{
    bool part = false;
    for (size_t i = 0; *name == '.' && !part && i < listing->count; i++) {
        char *other = transfer_part(listing->entries[i].name);
        part = other && strcmp(name, other) == 0;
        free(other);
    }
    return part;
}

static bool remove_others(struct get *get, const char *path, int folder,
                          const struct listing *listing)
{
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = again >= 0 ? fdopendir(again) : NULL;
    if (!stream) {
        if (again >= 0)
            close(again);
        leave_out(get, path, strerror(errno));
        return true;
    }
    for (struct dirent *one; (one = readdir(stream));) {
        const char *name = one->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || listing_find(listing, name) ||
            is_part(name, listing))
            continue;
        char *inside = remote_join(path, name);
        if (inside)
            remove_here(get, inside, folder, name);
        free(inside);
    }
    closedir(stream);
    return true;
}

/* --- the walk --------------------------------------------------------------------------------- */

/* The problem is that of this folder: said, and left out with all that is in it. */
static bool pass_by(struct get *get, const char *path)
{
    char *shown = remote_join(get->shown, path);
    bool goes_on = control_go_on(get->client, *path ? shown : get->shown);
    free(shown);
    return goes_on;
}

static bool get_folder(struct get *get, const struct seen_folder *where)
{
    const char *path = where->path;
    struct listing listing;
    int folder;
    bool done = true;
    if (!remote_go(&get->remote, path) || !remote_list(&get->remote, &listing))
        return pass_by(get, path);
    folder = open_here(get, path);
    if (folder < 0) {
        leave_out(get, path, strerror(errno));
        listing_free(&listing);
        return true;
    }
    get->folders += *path != '\0';
    if (get->how->remove && listing.odd > 0)
        leave_out(get, path, "nothing is removed where the server's list is not understood");
    else if (get->how->remove && listing.is_silent && !get->client->features.mlst)
        leave_out(get, path, "nothing is removed: an empty LIST may be one that failed");
    else if (get->how->remove)
        done = remove_others(get, path, folder, &listing);
    done = done && get_entries(get, where, folder, &listing);
    listing_free(&listing);
    return done;
}

/* Modes and times of folders, when nothing is written into them any more: the inner ones first. */
static void finish_folders(struct get *get)
{
    for (struct seen_folder *one; (one = get->late); free_folder(get, one)) {
        const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = one->facts.modified}};
        int folder = open_here(get, one->path);
        get->late = one->next;
        if (folder < 0)
            continue;
        if ((one->facts.has_time && futimens(folder, times) != 0) ||
            (one->facts.has_mode && fchmod(folder, one->facts.mode & 0777) != 0))
            leave_out(get, one->path, strerror(errno));
    }
}

static bool walk(struct get *get)
{
    bool done = add_folder(get, "", 0, &(struct entry){0});
    while (done && get->pending) {
        struct seen_folder *one = get->pending;
        get->pending = one->next;
        done = get_folder(get, one);
        if (get->how->keep) {
            one->next = get->late;
            get->late = one;
        } else {
            free_folder(get, one);
        }
    }
    for (struct seen_folder *one; (one = get->pending); free_folder(get, one))
        get->pending = one->next;
    return done;
}

bool tree_get(struct client *client, const char *remote, int folder, const char *shown,
              const struct transfer *how)
{
    struct get get = {.client = client, .top = folder, .here = -1, .shown = shown, .how = how};
    struct crew_count count = {0};
    bool done;
    client->talk = client->options.verbose         ? PROGRESS_ALL
                   : client->options.parallel == 1 ? PROGRESS_LINE
                                                   : PROGRESS_NOTHING;
    done = remote_open(&get.remote, client, remote, false);
    if (done && !(get.crew = crew_new(&get.remote, shown, false, how)))
        done = problem_memory(&client->problem);
    done = done && walk(&get);
    if (get.crew)
        done = crew_finish(get.crew, &count) && done;
    finish_folders(&get);
    if (get.here >= 0)
        close(get.here);
    free(get.here_path);
    remote_close(&get.remote);
    client->talk = PROGRESS_ALL;
    console_note("%" PRIu64 " files, %" PRIu64 " folders", count.files, get.folders);
    if (how->newer)
        console_note("%" PRIu64 " files were here already", count.skipped);
    if (how->remove)
        console_note("%" PRIu64 " removed here", get.removed);
    return done && control_all_done(client);
}

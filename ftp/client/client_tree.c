/*
 * A folder from and to any server: a walk over the tree, and each file a transfer of its own.
 *
 * The server's folders are listed one after the other (client_remote.h). What is ours is opened from
 * the top down without following links, so nothing is written outside, whatever the server says and
 * whatever is moved here. A folder is made before what is in it.
 */
#include "client_control.h"
#include "client_crew.h"
#include "client_remote.h"
#include "client_transfer.h"
#include "tar_path.h"
#include "translate.h"
#include "tree_walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
    struct client *client;
    const struct transfer *how;
    struct remote remote;
    struct crew *crew;
    struct tar_place here;
    uint64_t folders, removed;
};

static void leave_out(struct tree *tree, const char *path, const char *why)
{
    control_left_out(tree->client, tree->remote.shown, path, why);
}

static int open_folder(int folder, const char *name)
{
    return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void close_folder(int folder)
{
    if (folder >= 0)
        close(folder);
}

/* --- from the server: what is in a folder ----------------------------------------------------- */

/* Made beside its name first: what has the name stays until then. */
static bool make_link(int folder, const char *name, const char *target)
{
    char *partial = transfer_partial_name(name);
    bool made = partial && (unlinkat(folder, partial, 0) == 0 || errno == ENOENT) &&
                symlinkat(target, folder, partial) == 0 &&
                renameat(folder, partial, folder, name) == 0;
    free(partial);
    return made;
}

static void get_link(struct tree *tree, const char *path, int folder, const struct entry *one)
{
    if (!one->target)
        leave_out(tree, path, "a link, and the server does not say where to");
    else if (!tar_link_stays(path, one->target))
        leave_out(tree, path, "a link that leads out of the folder");
    else if (!make_link(folder, one->name, one->target))
        leave_out(tree, path, translate(strerror(errno)));
}

static bool get_entry(struct tree *tree, const char *path, int folder, const struct entry *one)
{
    bool exact = tree->client->features.mlst; /* LIST knows no times */
    switch (one->type) {
    case ENTRY_FOLDER:
        return remote_add(&tree->remote, path, one);
    case ENTRY_LINK:
        get_link(tree, path, folder, one);
        return true;
    case ENTRY_OTHER:
        leave_out(tree, path, "neither file, folder nor link");
        return true;
    default:
        return crew_move(tree->crew, path, folder, exact ? one : NULL);
    }
}

/* Folders behind the rest and backwards: the last one that is added is seen first. */
static bool get_entries(struct tree *tree, const char *path, int folder,
                        const struct listing *listing)
{
    bool done = true;
    for (size_t i = 0; done && i < 2 * listing->count; i++) {
        bool folders = i >= listing->count;
        const struct entry *one = &listing->entries[folders ? 2 * listing->count - 1 - i : i];
        if ((one->type == ENTRY_FOLDER) != folders)
            continue;
        char *inside = path_join(path, one->name);
        done = inside ? get_entry(tree, inside, folder, one)
                      : problem_memory(&tree->client->problem);
        free(inside);
    }
    return done;
}

/* --- what is here, and not there -------------------------------------------------------------- */
static void remove_here(struct tree *tree, const char *path, int folder, const char *name)
{
    int inside = open_folder(folder, name);
    struct tree_walk *walk = inside >= 0 ? tree_walk_new(inside) : NULL;
    struct tree_entry entry;
    for (enum tree_event event; walk && (event = tree_walk_next(walk, &entry)) != TREE_END;)
        if (event == TREE_LEAVE)
            unlinkat(entry.folder, entry.name, AT_REMOVEDIR);
        else if (event == TREE_ENTRY && !S_ISDIR(entry.status.st_mode))
            unlinkat(entry.folder, entry.name, 0);
    tree_walk_free(walk);
    if (unlinkat(folder, name, inside >= 0 ? AT_REMOVEDIR : 0) == 0)
        tree->removed++;
    else /* the reason of something in it, too */
        leave_out(tree, path, translate(strerror(errno)));
    close_folder(inside);
}

/* Of a file that is there, an interrupted transfer may have left it. */
static bool is_partial(const char *name, const struct listing *listing)
{
    bool partial = false;
    for (size_t i = 0; *name == '.' && !partial && i < listing->count; i++) {
        char *other = transfer_partial_name(listing->entries[i].name);
        partial = other && strcmp(name, other) == 0;
        free(other);
    }
    return partial;
}

static void remove_others_here(struct tree *tree, const char *path, int folder,
                               const struct listing *listing)
{
    int again = open_folder(folder, ".");
    DIR *stream = again >= 0 ? fdopendir(again) : NULL;
    if (!stream) {
        leave_out(tree, path, translate(strerror(errno)));
        close_folder(again);
        return;
    }
    for (struct dirent *one; (one = readdir(stream));) {
        const char *name = one->d_name;
        if (!entry_name_is_safe(name) || listing_find(listing, name) || is_partial(name, listing))
            continue;
        char *inside = path_join(path, name);
        if (inside)
            remove_here(tree, inside, folder, name);
        free(inside);
    }
    closedir(stream);
}

/* --- from the server: the walk ---------------------------------------------------------------- */
static bool get_folder(struct tree *tree, const char *path)
{
    const struct transfer *how = tree->how;
    struct listing listing;
    if (!remote_go(&tree->remote, path) || !remote_list(&tree->remote, &listing))
        return control_go_on(tree->client, tree->remote.shown, path);
    int folder = tar_place_open(&tree->here, path, true);
    tree->folders += *path != '\0' && folder >= 0;
    if (folder < 0)
        leave_out(tree, path, translate(strerror(errno)));
    else if (how->remove && listing.odd > 0)
        leave_out(tree, path, "nothing is removed where the server's list is not understood");
    else if (how->remove && listing.is_silent && !tree->client->features.mlst)
        leave_out(tree, path, "nothing is removed: an empty LIST may be one that failed");
    else if (how->remove)
        remove_others_here(tree, path, folder, &listing);
    bool done = folder < 0 || get_entries(tree, path, folder, &listing);
    listing_free(&listing);
    return done;
}

static bool get_all(struct tree *tree)
{
    const struct remote_folder *one;
    bool done = remote_add(&tree->remote, "", &(struct entry){0});
    while (done && (one = remote_next(&tree->remote))) {
        done = get_folder(tree, one->path);
        if (!tree->how->keep)
            remote_forget(&tree->remote);
    }
    return done;
}

/* Modes and times of folders, when nothing is written into them any more: the inner ones first. */
static void finish_folders(struct tree *tree)
{
    for (; tree->remote.seen; remote_forget(&tree->remote)) {
        const struct remote_folder *one = tree->remote.seen;
        const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = one->facts.modified}};
        int folder = tar_place_open(&tree->here, one->path, true);
        if (folder >= 0 && ((one->facts.has_time && futimens(folder, times) != 0) ||
                            (one->facts.has_mode && fchmod(folder, one->facts.mode & 0777) != 0)))
            leave_out(tree, one->path, translate(strerror(errno)));
    }
}

/* --- to the server ---------------------------------------------------------------------------- */

/* What is there, and not here. folder: ours of that path. */
static bool remove_others_there(struct tree *tree, const char *path, int folder)
{
    struct listing listing;
    bool done = true;
    if (!remote_go(&tree->remote, path) || !remote_list(&tree->remote, &listing))
        return control_go_on(tree->client, tree->remote.shown, path);
    for (size_t i = 0; done && i < listing.count; i++) {
        const struct entry *one = &listing.entries[i];
        uint64_t left_out = tree->client->left_out;
        if (faccessat(folder, one->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT)
            continue;
        done = remote_remove(&tree->remote, path, one);
        tree->removed += done && tree->client->left_out == left_out;
    }
    listing_free(&listing);
    return done;
}

static bool put_folder(struct tree *tree, struct tree_walk *walk, const struct tree_entry *entry)
{
    if (!remote_go_make(&tree->remote, entry->path)) {
        tree_walk_skip(walk);
        return control_go_on(tree->client, tree->remote.shown, entry->path);
    }
    tree->folders++;
    int inside = tree->how->remove ? open_folder(entry->folder, entry->name) : -1;
    bool done = inside < 0 || remove_others_there(tree, entry->path, inside);
    close_folder(inside);
    return done;
}

static bool put_entry(struct tree *tree, struct tree_walk *walk, const struct tree_entry *entry)
{
    if (S_ISDIR(entry->status.st_mode))
        return put_folder(tree, walk, entry);
    if (S_ISREG(entry->status.st_mode))
        return crew_move(tree->crew, entry->path, entry->folder, NULL);
    leave_out(tree, entry->path,
              S_ISLNK(entry->status.st_mode) ? "a link, which no server can be asked to make"
                                             : "neither file, folder nor link");
    return true;
}

static bool put_all(struct tree *tree)
{
    struct tree_walk *walk = tree_walk_new(tree->here.top);
    struct tree_entry entry;
    bool done = walk || problem_errno(&tree->client->problem, "%s", tree->remote.shown);
    done = done && (!tree->how->remove || remove_others_there(tree, "", tree->here.top));
    for (enum tree_event event; done && (event = tree_walk_next(walk, &entry)) != TREE_END;)
        if (event == TREE_ENTRY)
            done = put_entry(tree, walk, &entry);
        else if (event == TREE_TROUBLE)
            leave_out(tree, entry.path, entry.why);
    tree_walk_free(walk);
    return done;
}

/* --- both ways -------------------------------------------------------------------------------- */
static void report(const struct tree *tree, const struct crew_count *count)
{
    const char *side = tree->how->put ? "there" : "here";
    console_note("%" PRIu64 " files, %" PRIu64 " folders", count->files, tree->folders);
    if (tree->how->newer)
        console_note("%" PRIu64 " files were %s already", count->skipped, side);
    if (tree->how->remove)
        console_note("%" PRIu64 " removed %s", tree->removed, side);
}

bool transfer_tree(struct client *client, int folder, const char *shown, const char *remote,
                   const struct transfer *how)
{
    struct tree tree = {.client = client, .how = how, .here = {.top = folder, .folder = -1}};
    struct crew_count count = {0};
    client->talk = client->options.verbose         ? PROGRESS_ALL
                   : client->options.parallel == 1 ? PROGRESS_LINE
                                                   : PROGRESS_NOTHING;
    bool done = remote_open(&tree.remote, client, shown, remote, how->put);
    if (done && !(tree.crew = crew_new(&tree.remote, how)))
        done = problem_memory(&client->problem);
    done = done && (how->put ? put_all(&tree) : get_all(&tree));
    if (tree.crew)
        done = crew_finish(tree.crew, &count) && done;
    finish_folders(&tree);
    tar_place_close(&tree.here);
    remote_close(&tree.remote);
    client->talk = PROGRESS_ALL;
    report(&tree, &count);
    return done && control_all_done(client);
}

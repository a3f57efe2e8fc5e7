/* A walk over a tree: a stack of folders, of which the innermost are open. */
#include "tree_walk.h"

#include "buffer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES (TREE_DEPTH_MAX * (NAME_MAX + 1))
#define KEPT_MAX   ((size_t)4 << 20) /* bytes of names */

/*
 *   levels:   0 ........ first_open - 1 | first_open ........ depth - 1
 *             closed: the names that     | a descriptor each; those that were not
 *             are still to come are kept | closed before read their stream
 *
 * To go deeper than TREE_OPEN_MAX the outermost open level reads its rest into memory. On the way
 * back it is opened as ".." of the level beneath, and must be the folder that it was.
 */
struct level {
    int folder;  /* -1: closed */
    DIR *stream; /* on `folder`; NULL: kept holds the rest */
    struct buffer kept;
    dev_t device;
    ino_t inode;
    size_t path_bytes; /* of the folder's own path */
};

/* Most of it is never touched, and costs no memory then. */
struct tree_walk {
    struct level levels[TREE_DEPTH_MAX];
    size_t depth, first_open;
    size_t kept;  /* bytes, of all levels */
    bool descend; /* the last entry was a folder, and comes next */
    char path[PATH_BYTES];
};

static struct level *innermost(struct tree_walk *walk)
{
    return &walk->levels[walk->depth - 1];
}

/* --- levels ----------------------------------------------------------------------------------- */
static void close_level(struct level *level)
{
    if (level->stream)
        closedir(level->stream); /* and the descriptor */
    else if (level->folder >= 0)
        close(level->folder);
    level->stream = NULL;
    level->folder = -1;
}

static void pop(struct tree_walk *walk)
{
    struct level *level = innermost(walk);
    close_level(level);
    walk->kept -= buffer_bytes(&level->kept);
    buffer_free(&level->kept);
    walk->depth--;
}

/* folder: taken over. */
static bool push(struct tree_walk *walk, int folder)
{
    struct stat status;
    DIR *stream = folder >= 0 && fstat(folder, &status) == 0 ? fdopendir(folder) : NULL;
    if (!stream) {
        int error = errno;
        if (folder >= 0)
            close(folder);
        errno = error;
        return false;
    }
    walk->levels[walk->depth++] = (struct level){.folder = folder,
                                                 .stream = stream,
                                                 .device = status.st_dev,
                                                 .inode = status.st_ino,
                                                 .path_bytes = strlen(walk->path)};
    return true;
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* Closes a level; what it still has to tell stays. False: too much to be kept, or it cannot be read
 * to its end; then it goes on as it is. */
static bool put_away(struct tree_walk *walk, struct level *level)
{
    while (level->stream && walk->kept <= KEPT_MAX) {
        const struct dirent *one = NULL;
        errno = ENOMEM;
        if (!buffer_room(&level->kept, NAME_MAX + 1) ||
            (errno = 0, !(one = readdir(level->stream)))) {
            if (errno != 0)
                return false;
            close_level(level);
        } else if (!is_dots(one->d_name)) {
            size_t bytes = strlen(one->d_name) + 1;
            buffer_append(&level->kept, one->d_name, bytes);
            walk->kept += bytes;
        }
    }
    errno = ENOMEM;
    if (level->stream)
        return false;
    close_level(level);
    return true;
}

static int open_beneath(int folder, const char *name)
{
    return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Into the folder whose path stands. */
static bool descend(struct tree_walk *walk)
{
    const struct level *level = innermost(walk);
    if (walk->depth == TREE_DEPTH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (walk->depth - walk->first_open == TREE_OPEN_MAX) {
        if (!put_away(walk, &walk->levels[walk->first_open]))
            return false;
        walk->first_open++;
    }
    const char *name = walk->path + level->path_bytes + (level->path_bytes > 0);
    return push(walk, open_beneath(level->folder, name));
}

/* The parent of the innermost level is open again, and the innermost gone. */
static bool climb(struct tree_walk *walk)
{
    struct level *level = innermost(walk), *parent = level - 1;
    struct stat status;
    if (parent->folder < 0) {
        parent->folder = open_beneath(level->folder, "..");
        if (parent->folder < 0 || fstat(parent->folder, &status) != 0)
            return false;
        if (status.st_dev != parent->device || status.st_ino != parent->inode) {
            errno = ESTALE; /* somebody has moved the folder that we are in */
            return false;
        }
        walk->first_open--;
    }
    pop(walk);
    return true;
}

/* --- names ------------------------------------------------------------------------------------ */
/* The next name of the innermost level, behind its folder's path. False: its end, with errno 0, or
 * an error, with its errno. */
static bool next_name(struct tree_walk *walk)
{
    struct level *level = innermost(walk);
    char *end = walk->path + level->path_bytes;
    const struct dirent *one = NULL;
    bool is_kept = buffer_bytes(&level->kept) > 0;
    *end = '\0';
    errno = 0;
    while (!is_kept && level->stream && (one = readdir(level->stream)) && is_dots(one->d_name))
        continue;
    if (!is_kept && !one)
        return false;
    if (level->path_bytes > 0)
        *end++ = '/';
    strcpy(end, is_kept ? (const char *)buffer_front(&level->kept) : one->d_name);
    if (is_kept) {
        size_t bytes = strlen(end) + 1;
        walk->kept -= bytes;
        buffer_consume(&level->kept, bytes);
    }
    return true;
}

/* --- events ----------------------------------------------------------------------------------- */
static enum tree_event event_of(struct tree_walk *walk, struct tree_entry *entry,
                                enum tree_event event)
{
    const char *slash = strrchr(walk->path, '/');
    entry->path = walk->path;
    entry->name = slash ? slash + 1 : walk->path;
    entry->folder = walk->depth > 0 ? innermost(walk)->folder : -1;
    return event;
}

static enum tree_event trouble(struct tree_walk *walk, struct tree_entry *entry, int error)
{
    entry->error = error;
    entry->why = error == ENAMETOOLONG ? "too many folders inside each other"
                                       : strerrordesc_np(error);
    return event_of(walk, entry, TREE_TROUBLE);
}

/* The innermost level is done; error: it could not be read to its end. */
static enum tree_event leave(struct tree_walk *walk, struct tree_entry *entry, int error)
{
    bool is_top = walk->depth == 1;
    if (!is_top && fstat(innermost(walk)->folder, &entry->status) == 0 && climb(walk))
        return error ? trouble(walk, entry, error) : event_of(walk, entry, TREE_LEAVE);
    if (!is_top)
        error = errno;
    while (walk->depth > 0) /* there is no way back */
        pop(walk);
    return error ? trouble(walk, entry, error) : event_of(walk, entry, TREE_END);
}

enum tree_event tree_walk_next(struct tree_walk *walk, struct tree_entry *entry)
{
    bool down = walk->descend;
    walk->descend = false;
    if (down && !descend(walk))
        return trouble(walk, entry, errno);
    while (walk->depth > 0) {
        if (!next_name(walk))
            return leave(walk, entry, errno);
        event_of(walk, entry, TREE_ENTRY);
        if (fstatat(entry->folder, entry->name, &entry->status, AT_SYMLINK_NOFOLLOW) == 0) {
            walk->descend = S_ISDIR(entry->status.st_mode);
            return TREE_ENTRY;
        }
        if (errno != ENOENT)
            return trouble(walk, entry, errno);
    }
    return event_of(walk, entry, TREE_END);
}

void tree_walk_skip(struct tree_walk *walk)
{
    walk->descend = false;
}

const char *tree_path_shown(char out[TREE_SHOWN_BYTES], const char *path)
{
    size_t bytes = strlen(path), room = TREE_SHOWN_BYTES - sizeof("...");
    snprintf(out, TREE_SHOWN_BYTES, "%s%s", bytes > room ? "..." : "",
             path + (bytes > room ? bytes - room : 0));
    return out;
}

struct tree_walk *tree_walk_new(int folder)
{
    struct tree_walk *walk = calloc(1, sizeof(*walk));
    if (walk && !push(walk, open_beneath(folder, "."))) {
        free(walk);
        walk = NULL;
    }
    return walk;
}

void tree_walk_free(struct tree_walk *walk)
{
    while (walk && walk->depth > 0)
        pop(walk);
    free(walk);
}

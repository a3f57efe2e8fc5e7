/*
 * A walk over everything in a folder: for trees that strangers have made, as deep as they like.
 *
 *     struct tree_walk *walk = tree_walk_new(folder);
 *     struct tree_entry entry;
 *     for (enum tree_event event; (event = tree_walk_next(walk, &entry)) != TREE_END;)
 *         ... entry.path, entry.status, openat(entry.folder, entry.name, ... | O_NOFOLLOW) ...
 *     tree_walk_free(walk);
 *
 * It does not recurse. It holds at most TREE_OPEN_MAX descriptors, and memory for one path of
 * TREE_DEPTH_MAX folders. Each step is an openat(2) from a folder that it has open, and follows no
 * link: it never leaves the tree, whatever is swapped or renamed meanwhile. What vanishes before it
 * is looked at was never there. Entries come in the order of the file system.
 *
 * Blocks: any thread, one at a time.
 */
#ifndef GLASSBOX_FTP_TREE_WALK_H
#define GLASSBOX_FTP_TREE_WALK_H

#include <sys/stat.h>

#define TREE_OPEN_MAX  16
#define TREE_DEPTH_MAX 2048 /* no path that a user can say is deeper (VIEW_PATH_BYTES) */

struct tree_walk;

enum tree_event {
    TREE_ENTRY,   /* something in the tree; a folder comes before what is in it */
    TREE_LEAVE,   /* the folder again, behind what was in it */
    TREE_TROUBLE, /* it cannot be looked at or into: entry.error, entry.why; no LEAVE follows.
                     Whoever goes on all the same gets what is beside it */
    TREE_END
};

struct tree_entry {
    const char *path;   /* from the top folder: "a/b"; "" is the top itself */
    const char *name;   /* the last name of path */
    int folder;         /* that it lies in */
    struct stat status; /* as lstat(2) has it; nothing of it in a TROUBLE */
    int error;          /* errno; ENAMETOOLONG: it lies too deep */
    const char *why;    /* error in words */
};

/* folder: a descriptor; it stays the caller's, and its position is not moved. NULL and errno. */
struct tree_walk *tree_walk_new(int folder);
void tree_walk_free(struct tree_walk *walk); /* NULL is fine */

/* What entry points to is valid until the next call. */
enum tree_event tree_walk_next(struct tree_walk *walk, struct tree_entry *entry);
/* A path for a message: of a long one its end, behind "...". Returns out. */
#define TREE_SHOWN_BYTES 256
const char *tree_path_shown(char out[TREE_SHOWN_BYTES], const char *path);
/* Not into the folder that was the last ENTRY; no LEAVE of it follows. */
void tree_walk_skip(struct tree_walk *walk);

#endif

/*
 * Small files, read and written whole: never half, never by two at once.
 *
 * Reading is bounded and takes regular files only (links to them are followed). Writing goes to a
 * temporary file .NAME.tmp in the same folder, which is synced and renamed over the old one; then
 * the folder is synced. A crash at any moment leaves the old file or the new one.
 *
 * A writer holds the lock from before it reads until after it has written, so that no other
 * writer's change is lost; readers need none. The lock is flock(2) on .NAME.lock beside the file,
 * which stays there: if it were removed, two could hold two different files of that name.
 *
 * A symbolic link is not written through: renaming would replace the link and leave its target as
 * it was. That is an error which says so.
 */
#ifndef GLASSBOX_WHOLE_FILE_H
#define GLASSBOX_WHOLE_FILE_H

#include "problem.h"

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Enough of stat(2) to see that a file was changed or replaced. All 0: there was no file. */
struct file_stamp {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
};
bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);
/* Looks at a file now. False if it can't be looked at for another reason than that it is absent. */
bool file_stamp_take(struct file_stamp *stamp, const char *path);

struct whole_file {
    char *data; /* a 0 follows it */
    size_t bytes;
    mode_t mode; /* permission bits */
    struct file_stamp stamp;
};

/* Reads a file of at most `limit` bytes. If the file changes meanwhile (another program writes into
 * it without renaming), that is an error too. errno is ENOENT if there is none. */
bool whole_file_read(struct whole_file *file, const char *path, size_t limit,
                     struct problem *problem) __attribute__((warn_unused_result));
/* The same of what is open and may be a pipe: up to its end. name: for messages ("stdin"). */
bool whole_file_read_stream(struct whole_file *file, int descriptor, const char *name, size_t limit,
                            struct problem *problem) __attribute__((warn_unused_result));
/* Wipes and frees data. */
void whole_file_free(struct whole_file *file);

struct file_lock {
    int descriptor;
};

/* Waits for the lock that goes with path (a file or a folder, there already or not). */
bool file_lock_take(struct file_lock *lock, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
void file_lock_release(struct file_lock *lock);
/* The next number of a series that never gives one twice: above `least` and above all that this
 * returned before. The lock's own file remembers the last. */
unsigned long file_lock_next(const struct file_lock *lock, unsigned long least);

/* Removes the temporary files that killed programs have left in a folder, all of whose writers hold
 * this one lock. A file that cannot be removed stays. */
void whole_file_sweep(const struct file_lock *lock, const char *folder);

/* Replaces path, or creates it with `mode` less the umask; an existing file keeps its permission
 * bits and, where the system lets us, its owner. lock: proof that the caller holds the lock which
 * all writers of this file agree on. */
bool whole_file_replace(const struct file_lock *lock, const char *path, const void *data,
                        size_t bytes, mode_t mode, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

/*
 * Small files, read and written whole; see whole_file.h.
 */
#include "whole_file.h"
#include "read_full.h"
#include "sym_memory.h"
#include "translate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define PERMISSIONS      07777u
#define SECRET_MODE      (S_IRUSR | S_IWUSR)
#define STREAM_BYTES     65536
#define TEMPORARY_SUFFIX ".tmp"

/* --- stamps ---------------------------------------------------------------------------------- */

static bool same_time(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           same_time(&a->modified, &b->modified) && same_time(&a->changed, &b->changed);
}

static struct file_stamp stamp_of(const struct stat *status)
{
    return (struct file_stamp){.device = status->st_dev,
                               .inode = status->st_ino,
                               .size = status->st_size,
                               .modified = status->st_mtim,
                               .changed = status->st_ctim};
}

bool file_stamp_take(struct file_stamp *stamp, const char *path)
{
    struct stat status;
    *stamp = (struct file_stamp){0};
    if (stat(path, &status) != 0)
        return errno == ENOENT;
    *stamp = stamp_of(&status);
    return true;
}

/* --- reading --------------------------------------------------------------------------------- */

/* Opens and looks. O_NONBLOCK: a pipe in the file's place must not hang us before we see it. */
static int open_regular(struct stat *status, const char *path, struct problem *problem)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (descriptor < 0) {
        problem_errno(problem, "%s", path);
        return -1;
    }
    if (fstat(descriptor, status) != 0)
        problem_errno(problem, "%s", path);
    else if (!S_ISREG(status->st_mode))
        problem_set(problem, "%s is %s", path,
                    S_ISDIR(status->st_mode) ? _("a folder") : _("not a regular file"));
    else
        return descriptor;
    close(descriptor);
    errno = EINVAL;
    return -1;
}

/* Whether nobody has written into it. If it was replaced, it has one name less, which changes its
 * ctime; it is whole all the same. */
static bool same_contents(const struct stat *before, const struct stat *after)
{
    return before->st_size == after->st_size && same_time(&before->st_mtim, &after->st_mtim);
}

/* What is open in descriptor, into file->data; the file may not change under our hands. */
static bool read_open(struct whole_file *file, int descriptor, const char *path,
                      const struct stat *before, struct problem *problem)
{
    file->bytes = (size_t)before->st_size;
    file->mode = before->st_mode & PERMISSIONS;
    file->stamp = stamp_of(before);
    file->data = malloc(file->bytes + 1);
    if (!file->data)
        return problem_memory(problem);
    ssize_t got = read_full(descriptor, file->data, file->bytes);
    struct stat after;
    if (got < 0 || fstat(descriptor, &after) != 0)
        return problem_errno(problem, "cannot read %s", path);
    if ((size_t)got != file->bytes || !same_contents(before, &after)) {
        problem_set(problem, "%s was written to while it was read", path);
        return problem_hint(problem, "try again");
    }
    file->data[file->bytes] = '\0';
    return true;
}

bool whole_file_read(struct whole_file *file, const char *path, size_t limit,
                     struct problem *problem)
{
    *file = (struct whole_file){0};
    struct stat status;
    int descriptor = open_regular(&status, path, problem);
    if (descriptor < 0)
        return false;
    bool done;
    if ((uintmax_t)status.st_size > limit)
        done = problem_set(problem, "%s is larger than %zu bytes", path, limit);
    else
        done = read_open(file, descriptor, path, &status, problem);
    close(descriptor);
    if (!done) {
        whole_file_free(file);
        errno = EINVAL; /* whatever it was, the file is there */
    }
    return done;
}

/* Blocks of growing size, and none left behind unwiped. */
bool whole_file_read_stream(struct whole_file *file, int descriptor, const char *name, size_t limit,
                            struct problem *problem)
{
    size_t space = STREAM_BYTES;
    *file = (struct whole_file){.data = malloc(space + 1)};
    while (file->data) {
        ssize_t got = read_full(descriptor, file->data + file->bytes, space - file->bytes);
        if (got < 0) {
            problem_errno(problem, "cannot read %s", name);
            break;
        }
        file->bytes += (size_t)got;
        file->data[file->bytes] = '\0';
        if (file->bytes > limit) {
            problem_set(problem, "%s is larger than %zu bytes", name, limit);
            break;
        }
        if (file->bytes < space)
            return true;
        char *grown = malloc(2 * space + 1);
        if (grown)
            memcpy(grown, file->data, file->bytes);
        sym_wipe(file->data, file->bytes);
        free(file->data);
        file->data = grown;
        space *= 2;
    }
    if (!file->data)
        problem_memory(problem);
    whole_file_free(file);
    return false;
}

void whole_file_free(struct whole_file *file)
{
    if (file->data)
        sym_wipe(file->data, file->bytes);
    free(file->data);
    *file = (struct whole_file){0};
}

/* --- names beside a file --------------------------------------------------------------------- */

/* Bytes of path up to its last name, the slash included; 0 if it has none. */
static size_t folder_bytes(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? 0 : (size_t)(slash - path) + 1;
}

/* FOLDER/.NAME + suffix */
static bool path_beside(char out[PATH_MAX], const char *path, const char *suffix,
                        struct problem *problem)
{
    size_t folder = folder_bytes(path);
    int length = snprintf(out, PATH_MAX, "%.*s.%s%s", (int)folder, path, path + folder, suffix);
    if (length < 0 || length >= PATH_MAX)
        return problem_set(problem, "the path %.64s... is too long", path);
    return true;
}

/* --- the lock -------------------------------------------------------------------------------- */

bool file_lock_take(struct file_lock *lock, const char *path, struct problem *problem)
{
    char name[PATH_MAX];
    lock->descriptor = -1;
    if (!path_beside(name, path, ".lock", problem))
        return false;
    int descriptor = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (descriptor < 0)
        return problem_errno(problem, "cannot lock %s: %s", path, name);
    int result;
    do
        result = flock(descriptor, LOCK_EX);
    while (result != 0 && errno == EINTR);
    if (result != 0) {
        problem_errno(problem, "cannot lock %s", name);
        close(descriptor);
        return false;
    }
    lock->descriptor = descriptor;
    return true;
}

unsigned long file_lock_next(const struct file_lock *lock, unsigned long least)
{
    char text[32] = "";
    ssize_t bytes = pread(lock->descriptor, text, sizeof(text) - 1, 0);
    unsigned long last = bytes > 0 ? strtoul(text, NULL, 10) : 0;
    unsigned long next = (last > least ? last : least) + 1;
    bytes = snprintf(text, sizeof(text), "%lu\n", next);
    bytes = pwrite(lock->descriptor, text, (size_t)bytes, 0);
    (void)bytes; /* on a full disk the rows themselves remember their numbers */
    return next;
}

void file_lock_release(struct file_lock *lock)
{
    if (lock->descriptor >= 0)
        close(lock->descriptor); /* which unlocks */
    lock->descriptor = -1;
}

/* --- what killed programs left --------------------------------------------------------------- */

void whole_file_sweep(const struct file_lock *lock, const char *folder)
{
    DIR *stream = lock->descriptor < 0 ? NULL : opendir(folder);
    const struct dirent *entry;
    while (stream && (entry = readdir(stream))) {
        size_t length = strlen(entry->d_name), suffix = strlen(TEMPORARY_SUFFIX);
        if (entry->d_name[0] == '.' && length > suffix + 1 &&
            strcmp(entry->d_name + length - suffix, TEMPORARY_SUFFIX) == 0)
            unlinkat(dirfd(stream), entry->d_name, 0);
    }
    if (stream)
        closedir(stream);
}

/* --- writing --------------------------------------------------------------------------------- */

/* Whether path can be replaced; *exists and *status say what is there. */
static bool look_at_target(bool *exists, struct stat *status, const char *path,
                           struct problem *problem)
{
    *exists = lstat(path, status) == 0;
    if (!*exists)
        return errno == ENOENT || problem_errno(problem, "%s", path);
    if (S_ISLNK(status->st_mode)) {
        problem_set(problem, "%s is a symbolic link, which writing would replace", path);
        return problem_hint(problem, "name the file that it points to");
    }
    return S_ISREG(status->st_mode) || problem_set(problem, "%s is not a regular file", path);
}

/* The new file takes over the owner and mode of the old one: root who edits a user's list must not
 * make it root's. Where we may not give it away it is ours, and the mode still holds. */
static bool keep_owner_and_mode(int descriptor, const struct stat *old)
{
    bool given = fchown(descriptor, old->st_uid, old->st_gid) == 0;
    mode_t mode = old->st_mode & (given ? PERMISSIONS : ACCESSPERMS);
    return fchmod(descriptor, mode) == 0;
}

/* Creates the temporary file, full and synced. It is ours alone: we hold the lock. */
static bool write_temporary(const char *temporary, const void *data, size_t bytes, mode_t mode,
                            const struct stat *old)
{
    bool keep = old && mode != SECRET_MODE;
    if (unlink(temporary) != 0 && errno != ENOENT) /* left over from a crash */
        return false;
    int descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                          keep ? SECRET_MODE : mode);
    if (descriptor < 0)
        return false;
    bool done = (!keep || keep_owner_and_mode(descriptor, old)) &&
                write_full(descriptor, data, bytes) && fsync(descriptor) == 0;
    int error = errno;
    if (close(descriptor) != 0 && done) {
        error = errno;
        done = false;
    }
    errno = error;
    return done;
}

/* Makes the new name last: POSIX syncs a name with its folder, not with its file. */
static bool sync_folder(const char *path)
{
    char folder[PATH_MAX];
    size_t bytes = folder_bytes(path);
    snprintf(folder, sizeof(folder), "%.*s", bytes == 0 ? 1 : (int)bytes, bytes == 0 ? "." : path);
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    /* EINVAL: a file system that can't, and says so */
    bool done = fsync(descriptor) == 0 || errno == EINVAL;
    close(descriptor);
    return done;
}

bool whole_file_replace(const struct file_lock *lock, const char *path, const void *data,
                        size_t bytes, mode_t mode, struct problem *problem)
{
    char temporary[PATH_MAX];
    struct stat old;
    bool exists;
    if (lock->descriptor < 0)
        return problem_set(problem, "%s was to be written without its lock", path);
    if (!path_beside(temporary, path, TEMPORARY_SUFFIX, problem) ||
        !look_at_target(&exists, &old, path, problem))
        return false;
    if (!write_temporary(temporary, data, bytes, mode, exists ? &old : NULL) ||
        rename(temporary, path) != 0) {
        problem_errno(problem, "cannot write %s", path);
        problem_hint(problem, "%s",
                     exists ? _("the old file is as it was") : _("nothing was written"));
        unlink(temporary);
        return false;
    }
    if (!sync_folder(path))
        return problem_errno(problem, "%s was written, but its folder was not synced", path);
    return true;
}

/* Parts: found, locked, continued, renamed. */
#include "part.h"

#include "copy.h"
#include "lesson_seed.h"
#include "sym_sha256.h"
#include "tar_unpack.h"
#include "task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH_BYTES 16 /* of SHA-256: two names never meet */
#define TRIES      16

void part_name(char out[NAME_MAX + 1], const char *name)
{
    uint8_t digest[SYM_SHA256_BYTES];
    int used = snprintf(out, NAME_MAX + 1, "%s", TAR_PART_PREFIX);
    sym_sha256(digest, name, strlen(name));
    for (size_t i = 0; i < HASH_BYTES; i++)
        used += snprintf(out + used, 3, "%02x", digest[i]);
}

/* Whether the name still means the file that we have locked: whoever had the lock before may have
 * given it its own name. */
static bool is_still_there(const struct part *part)
{
    struct stat ours, named;
    return fstat(part->file, &ours) == 0 &&
           fstatat(part->folder, part->part_name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

static bool open_locked(struct part *part)
{
    for (unsigned tries = 0; tries < TRIES; tries++) {
        part->file = openat(part->folder, part->part_name,
                            O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (part->file < 0)
            return false;
        if (flock(part->file, LOCK_EX | LOCK_NB) == 0 && is_still_there(part))
            return true;
        close(part->file);
        part->file = -1;
    }
    errno = EBUSY;
    return false;
}

bool part_grow(struct part *part, size_t bytes)
{
    uint64_t wanted = part->size + bytes;
    if (wanted > part->entered) {
        if (!account_grow(part->account, wanted - part->entered))
            return false;
        part->entered = wanted;
    }
    return true;
}

/* The first `bytes` of the file that has the name already. */
static bool begin_with(struct part *part, struct task *task, int whole, uint64_t bytes)
{
    if (ftruncate(part->file, 0) != 0)
        return task_errno(task, part->name);
    account_shrink(part->account, part->entered);
    part->size = part->entered = 0;
    if (!part_grow(part, bytes))
        return task_reply(task, 552, "Your quota does not allow more");
    part->size = bytes;
    if (copy_bytes(part->file, whole, 0, bytes))
        return true;
    task_errno(task, part->name);
    part_remove(part); /* nothing half-kept */
    return false;
}

/* Where the upload goes on: in the part, or in what has the name already. */
static bool find_beginning(struct part *part, struct task *task, bool append)
{
    struct stat status, whole_status;
    uint64_t wanted = task->restart;
    if (fstat(part->file, &status) != 0)
        return task_errno(task, part->name);
    part->entered = (uint64_t)status.st_size;
    int whole = openat(part->folder, part->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool has_whole = whole >= 0 && fstat(whole, &whole_status) == 0 &&
                     S_ISREG(whole_status.st_mode);
    bool done = true;
    if (append && wanted == 0)
        wanted = (uint64_t)(has_whole ? whole_status.st_size : status.st_size);
    if (append && has_whole && wanted <= (uint64_t)whole_status.st_size)
        done = begin_with(part, task, whole, wanted);
    else if (wanted <= part->entered)
        part->size = wanted;
    else if (has_whole && wanted <= (uint64_t)whole_status.st_size)
        done = begin_with(part, task, whole, wanted);
    else
        done = task_reply(task, 554, "REST lies behind the end of what is there");
    if (whole >= 0)
        close(whole);
    return done && (ftruncate(part->file, (off_t)part->size) == 0 || task_errno(task, part->name));
}

/* What is behind the beginning is gone. */
static void settle(struct part *part)
{
    account_shrink(part->account, part->entered - part->size);
    part->entered = part->size;
}

static bool is_folder(const struct part *part)
{
    struct stat status;
    return fstatat(part->folder, part->name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           S_ISDIR(status.st_mode);
}

bool part_open(struct part *part, struct task *task, const char *path, bool append)
{
    part->file = -1;
    part->account = task->account;
    part->seeded = task->seeded;
    part->folder = jail_open_parent(task->root, path);
    if (part->folder < 0)
        return task_errno(task, path);
    strcpy(part->name, view_name(path));
    part_name(part->part_name, part->name);
    bool done = false;
    if (is_folder(part))
        task_reply(task, 550, "That is a folder");
    else if (task->restart > 0 && task->ascii)
        task_reply(task, 554, "REST works with TYPE I");
    else if (!open_locked(part))
        task_reply(task, errno == EBUSY ? 450 : errno_code(errno), "%s",
                   errno == EBUSY ? "Somebody else is uploading that" : errno_words(errno));
    else
        done = find_beginning(part, task, append);
    if (done) {
        settle(part);
        return true;
    }
    if (part->file >= 0 && part->entered == 0) /* made for nothing */
        part_remove(part);
    part_close(part);
    return false;
}

bool part_complete(struct part *part)
{
    static const struct timespec lesson[2] = {{.tv_sec = SEED_CLOCK}, {.tv_sec = SEED_CLOCK}};
    struct stat replaced;
    if (fstatat(part->folder, part->name, &replaced, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(replaced.st_mode))
        replaced.st_size = 0;
    if (part->seeded && futimens(part->file, lesson) != 0)
        return false;
    if (renameat(part->folder, part->part_name, part->folder, part->name) != 0)
        return false;
    account_shrink(part->account, (uint64_t)replaced.st_size);
    return true;
}

void part_remove(struct part *part)
{
    if (unlinkat(part->folder, part->part_name, 0) == 0)
        account_shrink(part->account, part->entered);
}

void part_close(struct part *part)
{
    if (part->file >= 0)
        close(part->file);
    if (part->folder >= 0)
        close(part->folder);
    part->file = part->folder = -1;
}

/* Removes one, and says how many bytes it had. */
static uint64_t remove_abandoned(int folder, const char *name)
{
    struct stat status;
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool removed = file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0 && fstat(file, &status) == 0 &&
                   unlinkat(folder, name, 0) == 0;
    if (file >= 0)
        close(file);
    return removed ? (uint64_t)status.st_size : 0;
}

uint64_t part_remove_all(int folder)
{
    uint64_t bytes = 0;
    int again = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *entries = again >= 0 ? fdopendir(again) : NULL;
    if (!entries && again >= 0)
        close(again);
    for (struct dirent *entry; entries && (entry = readdir(entries));)
        if (view_is_part(entry->d_name))
            bytes += remove_abandoned(folder, entry->d_name);
    if (entries)
        closedir(entries);
    return bytes;
}

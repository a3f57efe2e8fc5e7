/* Files that are being written: their names, their locks, their holes. */
#include "partial_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES      16
#define HOLE_BYTES 4096 /* a block of most file systems */

bool partial_file_is(const char *name)
{
    return strncmp(name, PARTIAL_PREFIX, strlen(PARTIAL_PREFIX)) == 0;
}

/* Whether the name still means the file that we have locked: whoever had the lock before may have
 * renamed or removed it. */
static bool is_still_there(int file, int folder, const char *name)
{
    struct stat ours, named;
    return fstat(file, &ours) == 0 && fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

static int open_locked(int folder, const char *name, int flags, mode_t mode)
{
    for (unsigned tries = 0; tries < TRIES; tries++) {
        int file = openat(folder, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
        if (file < 0)
            return -1;
        if (flock(file, LOCK_EX | LOCK_NB) == 0 && is_still_there(file, folder, name))
            return file;
        close(file);
    }
    errno = EBUSY;
    return -1;
}

int partial_file_open(int folder, const char *name, int flags, mode_t mode)
{
    return open_locked(folder, name, O_RDWR | O_CREAT | flags, mode);
}

off_t partial_file_remove(int folder, const char *name)
{
    struct stat status;
    int file = open_locked(folder, name, O_RDONLY, 0);
    bool removed = file >= 0 && fstat(file, &status) == 0 && unlinkat(folder, name, 0) == 0;
    if (file >= 0)
        close(file);
    return removed ? status.st_size : -1;
}

static bool write_all(int file, const uint8_t *data, size_t bytes, off_t at)
{
    while (bytes > 0) {
        ssize_t written = pwrite(file, data, bytes, at);
        if (written < 0)
            return false;
        data += written;
        at += written;
        bytes -= (size_t)written;
    }
    return true;
}

static bool is_zero(const uint8_t *data, size_t bytes)
{
    return data[0] == 0 && memcmp(data, data + 1, bytes - 1) == 0;
}

/* What lies in one block of the file; blocks that are not all zeros are written together. */
bool partial_file_write(int file, const void *data, size_t bytes, off_t at)
{
    const uint8_t *begin = data, *here = begin, *end = begin + bytes;
    while (here < end) {
        size_t left = (size_t)(end - here);
        size_t block = HOLE_BYTES - (size_t)(at + (here - begin)) % HOLE_BYTES;
        block = block < left ? block : left;
        bool is_hole = is_zero(here, block);
        if (is_hole && !write_all(file, begin, (size_t)(here - begin), at))
            return false;
        here += block;
        if (is_hole) {
            at += here - begin;
            begin = here;
        }
    }
    return write_all(file, begin, (size_t)(here - begin), at);
}

/* A folder as a tar stream: a walk that follows no link, and libarchive behind it. */
#include "tar_pack.h"

#include "tar_path.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 * 1024)

struct packing {
    struct archive *archive;
    const struct tar_sink *sink;
    struct tar_count *count;
    struct problem *problem;
    bool sink_failed;
    char path[PATH_MAX]; /* of what is being packed, from the top folder */
    char *piece;         /* PIECE_BYTES */
};

static bool archive_failed(struct packing *packing)
{
    if (!packing->sink_failed)
        problem_set(packing->problem, "%s: %s", packing->path,
                    archive_error_string(packing->archive));
    return false;
}

/* Modes and times travel, owners do not. */
static bool put_header(struct packing *packing, const struct stat *status, const char *target)
{
    struct archive_entry *entry = archive_entry_new();
    int result;
    if (!entry)
        return problem_memory(packing->problem);
    archive_entry_copy_pathname(entry, packing->path);
    archive_entry_set_filetype(entry, status->st_mode & S_IFMT);
    archive_entry_set_perm(entry, status->st_mode & 0777);
    archive_entry_set_mtime(entry, status->st_mtim.tv_sec, status->st_mtim.tv_nsec);
    archive_entry_set_size(entry, S_ISREG(status->st_mode) ? status->st_size : 0);
    if (target)
        archive_entry_copy_symlink(entry, target);
    result = archive_write_header(packing->archive, entry);
    archive_entry_free(entry);
    return result >= ARCHIVE_WARN || archive_failed(packing);
}

static bool put_contents(struct packing *packing, int file, off_t left)
{
    while (left > 0) {
        size_t part = left < (off_t)PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        ssize_t got = read(file, packing->piece, part);
        if (got < 0)
            return problem_errno(packing->problem, "%s", packing->path);
        if (got == 0)
            return problem_set(packing->problem, "%s: has become shorter meanwhile", packing->path);
        if (archive_write_data(packing->archive, packing->piece, (size_t)got) != got)
            return archive_failed(packing);
        left -= got;
    }
    return true;
}

static bool pack_file(struct packing *packing, int folder, const char *name)
{
    struct stat status;
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool done;
    if (file < 0 || fstat(file, &status) != 0)
        done = problem_errno(packing->problem, "%s", packing->path);
    else if (!S_ISREG(status.st_mode)) /* replaced since it was looked at */
        done = problem_set(packing->problem, "%s: has changed meanwhile", packing->path);
    else
        done = put_header(packing, &status, NULL) && put_contents(packing, file, status.st_size);
    if (file >= 0)
        close(file);
    if (done) {
        packing->count->files++;
        packing->count->bytes += (uint64_t)status.st_size;
    }
    return done;
}

static bool pack_link(struct packing *packing, int folder, const char *name,
                      const struct stat *status)
{
    char target[PATH_MAX];
    ssize_t bytes = readlinkat(folder, name, target, sizeof(target) - 1);
    if (bytes < 0)
        return problem_errno(packing->problem, "%s", packing->path);
    target[bytes] = '\0';
    if (!tar_link_stays(packing->path, target)) {
        packing->count->left_out++;
        return true;
    }
    packing->count->files++;
    return put_header(packing, status, target);
}

static bool pack_contents(struct packing *packing, int folder);

static bool pack_folder(struct packing *packing, int folder, const char *name,
                        const struct stat *status)
{
    int inside = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inside < 0)
        return problem_errno(packing->problem, "%s", packing->path);
    packing->count->folders++;
    if (!put_header(packing, status, NULL)) {
        close(inside);
        return false;
    }
    return pack_contents(packing, inside);
}

static bool pack_one(struct packing *packing, int folder, const char *name)
{
    struct stat status;
    if (packing->sink->wanted && !packing->sink->wanted(packing->sink->context, packing->path))
        return true;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT || problem_errno(packing->problem, "%s", packing->path);
    if (S_ISREG(status.st_mode))
        return pack_file(packing, folder, name);
    if (S_ISDIR(status.st_mode))
        return pack_folder(packing, folder, name, &status);
    if (S_ISLNK(status.st_mode))
        return pack_link(packing, folder, name, &status);
    packing->count->left_out++;
    return true;
}

/* Everything in a folder, whose descriptor is closed here. packing->path is the folder's. */
static bool pack_contents(struct packing *packing, int folder)
{
    size_t length = strlen(packing->path), space = sizeof(packing->path) - length;
    DIR *stream = fdopendir(folder);
    struct dirent *one;
    bool done = true;
    if (!stream) {
        problem_errno(packing->problem, "%s", packing->path);
        close(folder);
        return false;
    }
    while (done && (errno = 0, one = readdir(stream))) {
        if (strcmp(one->d_name, ".") == 0 || strcmp(one->d_name, "..") == 0)
            continue;
        if ((size_t)snprintf(packing->path + length, space, "%s%s", length > 0 ? "/" : "",
                             one->d_name) >= space)
            done = problem_set(packing->problem, "%s: the path is too long", packing->path);
        else
            done = pack_one(packing, dirfd(stream), one->d_name);
        if (done)
            packing->path[length] = '\0'; /* after a failure it is for the message */
    }
    if (done && errno != 0)
        done = problem_errno(packing->problem, "%s", packing->path);
    closedir(stream);
    return done;
}

static ssize_t give(struct archive *archive, void *context, const void *data, size_t bytes)
{
    struct packing *packing = context;
    if (packing->sink->write(packing->sink->context, data, bytes))
        return (ssize_t)bytes;
    packing->sink_failed = true;
    archive_set_error(archive, EPIPE, "the stream was cut");
    return -1;
}

/* GNU's format has names as bytes; pax would have a character set, and for names as bytes two more
 * blocks a file. */
static bool open_archive(struct packing *packing)
{
    packing->archive = archive_write_new();
    if (!packing->archive || archive_write_set_format_gnutar(packing->archive) != ARCHIVE_OK ||
        archive_write_set_bytes_per_block(packing->archive, (int)PIECE_BYTES) != ARCHIVE_OK ||
        archive_write_set_bytes_in_last_block(packing->archive, 1) != ARCHIVE_OK ||
        archive_write_open(packing->archive, packing, NULL, give, NULL) != ARCHIVE_OK)
        return problem_memory(packing->problem);
    return true;
}

bool tar_pack(int folder, const struct tar_sink *sink, struct tar_count *count,
              struct problem *problem)
{
    struct packing *packing = calloc(1, sizeof(*packing));
    bool done = false;
    int top = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); /* its own position */
    *count = (struct tar_count){0};
    if (packing)
        packing->piece = malloc(PIECE_BYTES);
    if (!packing || !packing->piece || top < 0) {
        problem_errno(problem, "the folder");
        goto out;
    }
    packing->sink = sink;
    packing->count = count;
    packing->problem = problem;
    if (!open_archive(packing))
        goto out;
    done = pack_contents(packing, top);
    top = -1; /* closed */
    if (done && archive_write_close(packing->archive) != ARCHIVE_OK)
        done = archive_failed(packing);
out:
    if (packing) {
        if (!done && packing->archive)
            archive_write_fail(packing->archive);
        archive_write_free(packing->archive);
        free(packing->piece);
    }
    free(packing);
    if (top >= 0)
        close(top);
    return done;
}

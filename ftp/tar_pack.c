/* A folder as a tar stream: a walk that follows no link, and libarchive behind it. */
#include "tar_pack.h"

#include "partial_file.h"
#include "tar_library.h"
#include "tar_path.h"
#include "tree_walk.h"

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
    const char *path; /* of what is being packed, from the top folder */
    char *piece;      /* PIECE_BYTES */
};

/* Whether libarchive and the sink have done their part. */
static bool has_gone_well(struct packing *packing, bool archive_did)
{
    if (packing->sink_failed)
        return false;
    return archive_did || problem_set(packing->problem, "%s: %s", packing->path,
                                      CALL(archive_error_string)(packing->archive));
}

/* Modes and times travel, owners do not. */
static bool put_header(struct packing *packing, const struct stat *status, const char *target)
{
    struct archive_entry *entry = CALL(archive_entry_new)();
    int result;
    if (!entry)
        return problem_memory(packing->problem);
    CALL(archive_entry_copy_pathname)(entry, packing->path);
    CALL(archive_entry_set_filetype)(entry, status->st_mode & S_IFMT);
    CALL(archive_entry_set_perm)(entry, status->st_mode & 0777);
    CALL(archive_entry_set_mtime)(entry, status->st_mtim.tv_sec, status->st_mtim.tv_nsec);
    CALL(archive_entry_set_size)(entry, S_ISREG(status->st_mode) ? status->st_size : 0);
    if (target)
        CALL(archive_entry_copy_symlink)(entry, target);
    result = CALL(archive_write_header)(packing->archive, entry);
    CALL(archive_entry_free)(entry);
    return has_gone_well(packing, result >= ARCHIVE_WARN);
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
        if (!has_gone_well(packing, CALL(archive_write_data)(packing->archive, packing->piece,
                                                             (size_t)got) == got))
            return false;
        left -= got;
    }
    return true;
}

static bool leave_out(struct packing *packing, const char *why)
{
    packing->count->left_out++;
    if (packing->sink->left_out)
        packing->sink->left_out(packing->sink->context, packing->path, why);
    return true;
}

static bool pack_file(struct packing *packing, const struct tree_entry *entry)
{
    struct stat status;
    int file = openat(entry->folder, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool done;
    if (file < 0 || fstat(file, &status) != 0)
        done = leave_out(packing, strerrordesc_np(errno));
    else if (!S_ISREG(status.st_mode)) /* replaced since it was looked at */
        done = leave_out(packing, "has changed meanwhile");
    else {
        done = put_header(packing, &status, NULL) && put_contents(packing, file, status.st_size);
        packing->count->files += done;
        packing->count->bytes += done ? (uint64_t)status.st_size : 0;
    }
    if (file >= 0)
        close(file);
    return done;
}

static bool pack_link(struct packing *packing, const struct tree_entry *entry)
{
    char target[PATH_MAX];
    ssize_t bytes = readlinkat(entry->folder, entry->name, target, sizeof(target) - 1);
    if (bytes < 0)
        return leave_out(packing, strerrordesc_np(errno));
    target[bytes] = '\0';
    if (!tar_link_stays(packing->path, target))
        return leave_out(packing, "a link that leaves the folder");
    packing->count->files++;
    return put_header(packing, &entry->status, target);
}

static bool pack_entry(struct packing *packing, struct tree_walk *walk,
                       const struct tree_entry *entry)
{
    packing->path = entry->path;
    if (partial_file_is(entry->name)) {
        tree_walk_skip(walk);
        return true;
    }
    if (S_ISREG(entry->status.st_mode))
        return pack_file(packing, entry);
    if (S_ISLNK(entry->status.st_mode))
        return pack_link(packing, entry);
    if (!S_ISDIR(entry->status.st_mode))
        return leave_out(packing, "neither file, folder nor link");
    packing->count->folders++;
    return put_header(packing, &entry->status, NULL);
}

static bool pack_contents(struct packing *packing, struct tree_walk *walk)
{
    struct tree_entry entry;
    enum tree_event event;
    bool done = true;
    while (done && (event = tree_walk_next(walk, &entry)) != TREE_END) {
        if (event == TREE_ENTRY) {
            done = pack_entry(packing, walk, &entry);
        } else if (event == TREE_TROUBLE) {
            packing->path = entry.path;
            leave_out(packing, entry.why);
        }
    }
    return done;
}

/* libarchive never hears of a sink that has failed: after an error it would not free all of its
 * own. We look at sink_failed behind each call. */
static ssize_t give(struct archive *archive, void *context, const void *data, size_t bytes)
{
    struct packing *packing = context;
    (void)archive;
    packing->sink_failed = packing->sink_failed ||
                           !packing->sink->write(packing->sink->context, data, bytes);
    return (ssize_t)bytes;
}

/* GNU's format has names as bytes; pax would have a character set, or two more blocks a file. */
static bool open_archive(struct packing *packing)
{
    packing->archive = CALL(archive_write_new)();
    if (!packing->archive ||
        CALL(archive_write_set_format_gnutar)(packing->archive) != ARCHIVE_OK ||
        CALL(archive_write_set_bytes_per_block)(packing->archive, (int)PIECE_BYTES) != ARCHIVE_OK ||
        CALL(archive_write_set_bytes_in_last_block)(packing->archive, 1) != ARCHIVE_OK ||
        CALL(archive_write_open)(packing->archive, packing, NULL, give, NULL) != ARCHIVE_OK)
        return problem_memory(packing->problem);
    return true;
}

bool tar_pack(int folder, const struct tar_sink *sink, struct tar_count *count,
              struct problem *problem)
{
    struct packing packing = {
        .sink = sink, .count = count, .problem = problem, .path = "", .piece = malloc(PIECE_BYTES)};
    struct tree_walk *walk = tree_walk_new(folder);
    bool done = walk && packing.piece;
    *count = (struct tar_count){0};
    if (!done)
        problem_errno(problem, "the folder");
    done = done && tar_library(problem) && open_archive(&packing) && pack_contents(&packing, walk);
    done = done &&
           has_gone_well(&packing, CALL(archive_write_close)(packing.archive) == ARCHIVE_OK);
    packing.sink_failed = true; /* an unfinished archive gets no end */
    if (packing.archive)
        CALL(archive_write_free)(packing.archive);
    tree_walk_free(walk);
    free(packing.piece);
    return done;
}

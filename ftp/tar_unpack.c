/* A tar stream into a folder: libarchive reads it, everything is opened from the folder down. */
#include "tar_unpack.h"

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

#define PARTIAL_NAME_FILE PARTIAL_PREFIX "file-"
#define PARTIAL_NAME_LINK PARTIAL_PREFIX "link-"
/* Of one header, with a path, a link's target and a map of holes. libarchive takes up to fourteen
 * times the memory of a map. */
#define HEADER_MAX ((size_t)1 << 20)

/* A folder that the stream is in. Its mode and time are set behind what it holds: it may not let us
 * write into it, and writing changes its time. */
struct late {
    size_t path_bytes;
    mode_t mode;
    struct timespec modified;
};

struct unpacking {
    struct archive *archive;
    const struct tar_source *source;
    struct tar_count *count;
    struct problem *problem;
    struct tar_place place;
    bool keep;
    const char *path, *name;          /* of what is unpacked just now, and its last name */
    int parent;                       /* the folder that it lies in */
    bool in_header;                   /* libarchive is reading one, */
    size_t header_bytes;              /* and has had this much for it */
    struct late late[TREE_DEPTH_MAX]; /* each lies in the one before */
    size_t late_count;
    char *late_path; /* of the innermost, NULL: none */
};

static bool archive_failed(struct unpacking *unpacking)
{
    return problem_set(unpacking->problem, "the folder's stream: %s",
                       CALL(archive_error_string)(unpacking->archive));
}

static bool path_failed(struct unpacking *unpacking)
{
    return problem_errno(unpacking->problem, "%s", unpacking->path);
}

/* --- files ------------------------------------------------------------------------------------ */
static bool write_contents(struct unpacking *unpacking, int file, off_t size)
{
    const void *data;
    size_t bytes;
    la_int64_t at;
    int result;
    while ((result = CALL(archive_read_data_block)(unpacking->archive, &data, &bytes, &at)) ==
           ARCHIVE_OK) {
        if (at > size || bytes > (uint64_t)(size - at)) /* more than was allowed */
            return problem_set(unpacking->problem, "%s: is longer than it says", unpacking->path);
        if (!partial_file_write(file, data, bytes, at))
            return path_failed(unpacking);
        unpacking->count->bytes += bytes;
    }
    if (result != ARCHIVE_EOF)
        return archive_failed(unpacking);
    /* A hole at the end is made here. */
    return ftruncate(file, size) == 0 || path_failed(unpacking);
}

static bool set_mode_and_time(int file, mode_t mode, const struct timespec *modified)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, *modified};
    return fchmod(file, mode) == 0 && futimens(file, times) == 0;
}

static struct timespec modified_of(struct archive_entry *entry)
{
    return (struct timespec){.tv_sec = CALL(archive_entry_mtime)(entry),
                             .tv_nsec = CALL(archive_entry_mtime_nsec)(entry)};
}

/* A new file; one that a killed run left behind makes way, one that is being written does not. */
static int open_partial(int parent, const char *partial, mode_t mode)
{
    if (partial_file_remove(parent, partial) < 0 && errno != ENOENT)
        return -1;
    return partial_file_open(parent, partial, O_EXCL, mode);
}

static bool unpack_file(struct unpacking *unpacking, struct archive_entry *entry)
{
    const struct tar_source *source = unpacking->source;
    const struct timespec modified = modified_of(entry);
    const mode_t mode = (CALL(archive_entry_perm)(entry) & 0777) | source->file_floor;
    const off_t size = CALL(archive_entry_size)(entry);
    char partial[NAME_MAX + 1];
    if (source->allow &&
        !source->allow(source->context, unpacking->path, (uint64_t)size, unpacking->problem))
        return false;
    snprintf(partial, sizeof(partial), "%s%s", PARTIAL_NAME_FILE, unpacking->name);
    int parent = unpacking->parent, file = open_partial(parent, partial, mode);
    if (file < 0)
        return path_failed(unpacking);
    bool done = write_contents(unpacking, file, size);
    done = done && (!unpacking->keep || set_mode_and_time(file, mode, &modified));
    done = close(file) == 0 && done && renameat(parent, partial, parent, unpacking->name) == 0;
    if (!done) {
        path_failed(unpacking);
        unlinkat(parent, partial, 0);
    }
    unpacking->count->files += done;
    return done;
}

static bool unpack_link(struct unpacking *unpacking, const char *target)
{
    char partial[NAME_MAX + 1];
    int parent = unpacking->parent;
    if (!target || !tar_link_stays(unpacking->path, target))
        return problem_set(unpacking->problem, "%s: a link that leaves the folder",
                           unpacking->path);
    snprintf(partial, sizeof(partial), "%s%s", PARTIAL_NAME_LINK, unpacking->name);
    unlinkat(parent, partial, 0);
    if (symlinkat(target, parent, partial) != 0 ||
        renameat(parent, partial, parent, unpacking->name) != 0) {
        path_failed(unpacking);
        unlinkat(parent, partial, 0);
        return false;
    }
    unpacking->count->files++;
    return true;
}

/* --- folders ---------------------------------------------------------------------------------- */
/* The innermost folder that the stream is in: it is done with. */
static bool finish_folder(struct unpacking *unpacking)
{
    const struct late *late = &unpacking->late[--unpacking->late_count];
    int folder = tar_place_open(&unpacking->place, unpacking->late_path, false);
    bool done = (folder >= 0 && set_mode_and_time(folder, late->mode, &late->modified)) ||
                problem_errno(unpacking->problem, "%s", unpacking->late_path);
    unpacking->late_path[unpacking->late_count > 0 ? late[-1].path_bytes : 0] = '\0';
    return done;
}

static bool is_inside(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* Those that path does not lie in; NULL: all of them. */
static bool finish_folders(struct unpacking *unpacking, const char *path)
{
    bool done = true;
    while (unpacking->late_count > 0 && !(path && is_inside(path, unpacking->late_path)))
        done = finish_folder(unpacking) && done;
    return done;
}

static bool unpack_folder(struct unpacking *unpacking, struct archive_entry *entry)
{
    struct stat status;
    if (mkdirat(unpacking->parent, unpacking->name, 0777) != 0 &&
        (errno != EEXIST ||
         fstatat(unpacking->parent, unpacking->name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
         (!S_ISDIR(status.st_mode) && (errno = ENOTDIR))))
        return path_failed(unpacking);
    unpacking->count->folders++;
    char *path = unpacking->keep ? strdup(unpacking->path) : NULL;
    if (!unpacking->keep || !path)
        return !unpacking->keep || problem_memory(unpacking->problem);
    free(unpacking->late_path);
    unpacking->late_path = path;
    unpacking->late[unpacking->late_count++] =
        (struct late){strlen(unpacking->path),
                      (CALL(archive_entry_perm)(entry) & 0777) | unpacking->source->folder_floor,
                      modified_of(entry)};
    return true;
}

/* --- the stream ------------------------------------------------------------------------------- */

/* The safe path of an entry: a folder's slash at the end and "./" in front are taken off. NULL: the
 * problem says why; "": the top folder itself. */
static char *entry_path(struct unpacking *unpacking, struct archive_entry *entry)
{
    const char *given = CALL(archive_entry_pathname)(entry);
    char shown[TREE_SHOWN_BYTES];
    char *path;
    size_t length;
    while (given && strncmp(given, "./", 2) == 0)
        given += 2;
    path = given ? strdup(strcmp(given, ".") == 0 ? "" : given) : NULL;
    if (!path) {
        problem_set(unpacking->problem, "the folder's stream: a file without a name");
        return NULL;
    }
    length = strlen(path);
    if (length > 1 && path[length - 1] == '/')
        path[--length] = '\0';
    if (length > 0 && !tar_path_is_safe(path)) {
        problem_set(unpacking->problem, "%s: a path that leaves the folder, or a name of ours",
                    tree_path_shown(shown, path));
        free(path);
        return NULL;
    }
    return path;
}

static bool unpack_at(struct unpacking *unpacking, const char *path, struct archive_entry *entry)
{
    unpacking->path = path;
    if (*path == '\0')
        return true;
    if (!finish_folders(unpacking, path))
        return false;
    if (CALL(archive_entry_hardlink)(entry))
        return problem_set(unpacking->problem, "%s: a hard link, which is not taken", path);
    unpacking->parent = tar_place_parent(&unpacking->place, path, true, &unpacking->name);
    if (unpacking->parent < 0)
        return path_failed(unpacking);
    switch (CALL(archive_entry_filetype)(entry)) {
    case AE_IFREG:
        return unpack_file(unpacking, entry);
    case AE_IFDIR:
        return unpack_folder(unpacking, entry);
    case AE_IFLNK:
        return unpack_link(unpacking, CALL(archive_entry_symlink)(entry));
    default:
        return problem_set(unpacking->problem, "%s: neither file, folder nor link", path);
    }
}

static bool unpack_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
    char *path = entry_path(unpacking, entry);
    bool done = path && unpack_at(unpacking, path, entry);
    free(path);
    return done;
}

static ssize_t take(struct archive *archive, void *context, const void **data)
{
    struct unpacking *unpacking = context;
    if (unpacking->in_header && unpacking->header_bytes > HEADER_MAX) {
        CALL(archive_set_error)(archive, EFBIG, "a header that is too long");
        return -1;
    }
    ssize_t bytes = unpacking->source->read(unpacking->source->context, data);
    unpacking->header_bytes += bytes > 0 ? (size_t)bytes : 0;
    if (bytes < 0)
        CALL(archive_set_error)(archive, EPIPE, "it was cut");
    return bytes;
}

static bool open_archive(struct unpacking *unpacking)
{
    unpacking->archive = CALL(archive_read_new)();
    if (!unpacking->archive ||
        CALL(archive_read_support_format_tar)(unpacking->archive) != ARCHIVE_OK)
        return problem_memory(unpacking->problem);
    return CALL(archive_read_open)(unpacking->archive, unpacking, NULL, take, NULL) == ARCHIVE_OK ||
           archive_failed(unpacking);
}

static int next_header(struct unpacking *unpacking, struct archive_entry **entry)
{
    unpacking->in_header = true;
    unpacking->header_bytes = 0;
    int result = CALL(archive_read_next_header)(unpacking->archive, entry);
    unpacking->in_header = false;
    return result;
}

/* Behind the end of the archive: whether the stream too comes to its proper end. */
static bool read_to_end(struct unpacking *unpacking)
{
    const void *data;
    ssize_t bytes;
    while ((bytes = unpacking->source->read(unpacking->source->context, &data)) > 0)
        continue;
    return bytes == 0 || problem_set(unpacking->problem, "the folder's stream: it was cut");
}

bool tar_unpack(int folder, bool keep, const struct tar_source *source, struct tar_count *count,
                struct problem *problem)
{
    struct unpacking *unpacking = calloc(1, sizeof(*unpacking));
    struct archive_entry *entry;
    bool done = false;
    int result = ARCHIVE_EOF;
    *count = (struct tar_count){0};
    if (!unpacking || !tar_library(problem)) {
        free(unpacking);
        return problem_memory(problem);
    }
    unpacking->source = source;
    unpacking->count = count;
    unpacking->problem = problem;
    unpacking->place = (struct tar_place){.top = folder, .folder = -1};
    unpacking->keep = keep;
    done = open_archive(unpacking);
    while (done && (result = next_header(unpacking, &entry)) >= ARCHIVE_WARN &&
           result != ARCHIVE_EOF)
        done = unpack_entry(unpacking, entry);
    if (done && result != ARCHIVE_EOF)
        done = archive_failed(unpacking);
    done = done && read_to_end(unpacking);
    done = finish_folders(unpacking, NULL) && done;
    CALL(archive_read_free)(unpacking->archive);
    tar_place_close(&unpacking->place);
    free(unpacking->late_path);
    free(unpacking);
    return done;
}

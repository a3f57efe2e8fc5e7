/*
 * A result that appears only when it is complete; see output_file.h.
 */
#include "output_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define STANDARD_OUTPUT   "standard output"
#define TEMPORARY_DIGITS  8
#define LEFT_OVER_SECONDS 60

/* How much of a file's name stands in the temporary one, which may not be longer than any name. */
static int kept_bytes(const char *base)
{
    const size_t most = NAME_MAX - strlen("..") - TEMPORARY_DIGITS, length = strlen(base);
    return (int)(length < most ? length : most);
}

/* FOLDER/.NAME.XXXXXXXX, with a number that nobody else thinks of. */
static bool choose_temporary(struct output_file *out, struct problem *problem)
{
    const char *slash = strrchr(out->path, '/');
    size_t folder = !slash ? 0 : (size_t)(slash - out->path) + 1;
    unsigned number;
    if (getrandom(&number, sizeof(number), 0) != sizeof(number))
        return problem_errno(problem, "no random bytes");
    const char *base = out->path + folder;
    int length = snprintf(out->temporary, PATH_MAX, "%.*s.%.*s.%08x", (int)folder, out->path,
                          kept_bytes(base), base, number);
    return (length > 0 && length < PATH_MAX) ||
           problem_set(problem, "the path %.64s... is too long", out->path);
}

/* A file without a name in the same folder; -1 where there is no such thing. */
static int open_nameless(const struct output_file *out, mode_t mode)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(out->temporary, '/');
    size_t bytes = !slash ? 0 : (size_t)(slash - out->temporary) + 1;
    snprintf(folder, sizeof(folder), "%.*s", !slash ? 1 : (int)bytes,
             !slash ? "." : out->temporary);
    return open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
}

static int open_temporary(struct output_file *out, mode_t mode)
{
    int descriptor = open_nameless(out, mode);
    if (descriptor >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return descriptor;
    out->named = true;
    return open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
}

/* Whether it is .NAME. and 8 hexadecimal digits, as choose_temporary gives. */
static bool is_temporary_of(const char *name, const char *base)
{
    size_t length = (size_t)kept_bytes(base);
    return name[0] == '.' && strncmp(name + 1, base, length) == 0 && name[length + 1] == '.' &&
           strspn(name + length + 2, "0123456789abcdef") == TEMPORARY_DIGITS &&
           name[length + 2 + TEMPORARY_DIGITS] == '\0';
}

/* Removes what a killed program of ours has left: a file that is old, and not locked, for a writer
 * locks it. (Old: a moment passes between making a file and locking it.) */
static void remove_left_over(int folder, const char *name)
{
    int file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (file < 0)
        return;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
        time(NULL) - status.st_mtime > LEFT_OVER_SECONDS && flock(file, LOCK_EX | LOCK_NB) == 0)
        unlinkat(folder, name, 0);
    close(file);
}

static void sweep(const struct output_file *out)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(out->path, '/');
    snprintf(folder, sizeof(folder), "%.*s", !slash ? 1 : (int)(slash - out->path) + 1,
             !slash ? "." : out->path);
    DIR *stream = opendir(folder);
    for (const struct dirent *entry; stream && (entry = readdir(stream));)
        if (is_temporary_of(entry->d_name, !slash ? out->path : slash + 1))
            remove_left_over(dirfd(stream), entry->d_name);
    if (stream)
        closedir(stream);
}

/* Whether path may be replaced, and how: *direct is for what is no file. */
static bool look_at_target(bool *direct, bool *exists, struct stat *status, const char *path,
                           struct problem *problem)
{
    struct stat link;
    *exists = stat(path, status) == 0;
    if (!*exists && errno != ENOENT)
        return problem_errno(problem, "%s", path);
    if (*exists && S_ISDIR(status->st_mode))
        return problem_set(problem, "%s is a folder", path);
    *direct = *exists && !S_ISREG(status->st_mode);
    if (*direct || lstat(path, &link) != 0 || !S_ISLNK(link.st_mode))
        return true;
    problem_set(problem, "%s is a symbolic link, which writing would replace", path);
    return problem_hint(problem, "name the file that it points to");
}

static int open_path(struct output_file *out, mode_t mode, struct problem *problem)
{
    struct stat old;
    bool direct = false, exists = false, is_secret = (mode & (S_IRWXG | S_IRWXO)) == 0;
    if (!look_at_target(&direct, &exists, &old, out->path, problem))
        return -1;
    if (!direct && !choose_temporary(out, problem))
        return -1;
    if (!direct)
        sweep(out);
    int descriptor = direct ? open(out->path, O_WRONLY | O_CLOEXEC) : open_temporary(out, mode);
    if (!direct && descriptor >= 0)
        (void)flock(descriptor, LOCK_EX | LOCK_NB); /* for sweep; some file systems have no locks */
    if (descriptor < 0)
        problem_errno(problem, "cannot write %s", out->path);
    else if (!direct && exists && !is_secret && fchmod(descriptor, old.st_mode & ACCESSPERMS) != 0)
        problem_errno(problem, "cannot keep the permissions of %s", out->path);
    else
        return descriptor;
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

bool output_file_open(struct output_file *out, const char *path, mode_t mode,
                      struct problem *problem)
{
    bool standard = !path || strcmp(path, "-") == 0;
    *out = (struct output_file){.path = standard ? STANDARD_OUTPUT : path};
    int descriptor = standard ? dup(STDOUT_FILENO) : open_path(out, mode, problem);
    if (descriptor < 0)
        return problem_errno(problem, "cannot write %s", out->path);
    out->stream = fdopen(descriptor, "w");
    if (!out->stream) {
        if (errno == EINVAL) /* not open for writing: the caller closed stdout (console_start) */
            errno = EBADF;
        problem_errno(problem, "cannot write %s", out->path);
        close(descriptor);
        return false;
    }
    setvbuf(out->stream, NULL, _IONBF, 0); /* no copy of a secret stays in a buffer */
    return true;
}

/* Whether it may be replaced: it begins so, is empty, or is no file that could be lost. */
static bool may_be_drawn_over(const char *path, const char *begins)
{
    char found[32];
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return errno == ENOENT;
    bool is_file = fstat(file, &status) == 0 && S_ISREG(status.st_mode);
    ssize_t bytes = is_file ? read(file, found, strlen(begins)) : 0;
    close(file);
    return bytes == 0 ||
           (bytes == (ssize_t)strlen(begins) && memcmp(found, begins, strlen(begins)) == 0);
}

bool output_file_open_drawing(struct output_file *out, const char *path, mode_t mode,
                              const char *begins, struct problem *problem)
{
    *out = (struct output_file){0};
    if (path && strcmp(path, "-") != 0 && !may_be_drawn_over(path, begins)) {
        problem_set(problem, "%s exists, and is no drawing: it is not replaced", path);
        return problem_hint(problem, "give another name, or remove it first");
    }
    return output_file_open(out, path, mode, problem);
}

bool output_file_write(struct output_file *out, const void *data, size_t bytes,
                       struct problem *problem)
{
    return fwrite(data, 1, bytes, out->stream) == bytes ||
           problem_errno(problem, "cannot write %s", out->path);
}

/* linkat(2): an O_TMPFILE gets a name by way of /proc. */
static bool give_name(struct output_file *out)
{
    char descriptor[64];
    if (out->named)
        return true;
    snprintf(descriptor, sizeof(descriptor), "/proc/self/fd/%d", fileno(out->stream));
    out->named = linkat(AT_FDCWD, descriptor, AT_FDCWD, out->temporary, AT_SYMLINK_FOLLOW) == 0;
    return out->named;
}

bool output_file_finish(struct output_file *out, struct problem *problem)
{
    if (ferror(out->stream)) { /* of a write that nobody looked at */
        problem_set(problem, "cannot write %s: not all of it was taken", out->path);
        return problem_hint(problem, "is there room on the disk?");
    }
    if (out->temporary[0] == '\0')
        return fflush(out->stream) == 0 || problem_errno(problem, "cannot write %s", out->path);
    if (fsync(fileno(out->stream)) != 0 || !give_name(out) ||
        rename(out->temporary, out->path) != 0) {
        problem_errno(problem, "cannot write %s", out->path);
        return problem_hint(problem, "nothing was written");
    }
    out->named = false; /* it is the result now */
    return true;
}

void output_file_close(struct output_file *out)
{
    if (out->stream)
        fclose(out->stream);
    if (out->named)
        unlink(out->temporary);
    *out = (struct output_file){0};
}

/* Files that are not there yet have one name if they have one in the same folder. */
static bool would_be_same(const char *path, const char *other)
{
    char folders[2][PATH_MAX], names[2][PATH_MAX];
    struct stat status[2];
    const char *const paths[] = {path, other};
    for (int i = 0; i < 2; i++) {
        snprintf(folders[i], PATH_MAX, "%s", paths[i]);
        snprintf(names[i], PATH_MAX, "%s", paths[i]);
        if (stat(dirname(folders[i]), &status[i]) != 0)
            return false;
    }
    return status[0].st_dev == status[1].st_dev && status[0].st_ino == status[1].st_ino &&
           strcmp(basename(names[0]), basename(names[1])) == 0;
}

bool output_file_is_same(const char *path, const char *other)
{
    struct stat first, second;
    if (!path || !other || strcmp(path, "-") == 0 || strcmp(other, "-") == 0)
        return false;
    const bool is_there = stat(path, &first) == 0, other_is = stat(other, &second) == 0;
    if (!is_there && !other_is)
        return would_be_same(path, other);
    return is_there && other_is && S_ISREG(first.st_mode) && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* All but the devices of Linux's "mem" (/dev/null, /dev/full): nothing stays there. */
static bool keeps_all(const struct stat *status)
{
    return !S_ISDIR(status->st_mode) && !(S_ISCHR(status->st_mode) && major(status->st_rdev) == 1);
}

static bool stat_output(struct stat *status, const char *path)
{
    return (strcmp(path, "-") == 0 ? fstat(STDOUT_FILENO, status) : stat(path, status)) == 0;
}

bool output_file_would_mix(const char *path, const char *other)
{
    struct stat first, second;
    if (!path || !other)
        return false;
    return output_file_is_same(path, other) ||
           (stat_output(&first, path) && stat_output(&second, other) && keeps_all(&first) &&
            first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

bool output_file_spares(const char *path, const char *input, struct problem *problem)
{
    struct stat status;
    if (!output_file_is_same(path, input) || stat(input, &status) != 0)
        return true;
    problem_set(problem, "%s is the input: the result would take its place", path);
    return problem_hint(problem, "the result takes another name");
}

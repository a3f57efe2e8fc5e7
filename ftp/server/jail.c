/* The jail: view paths, openat2(2), and the walk that stands in for it. */
#include "jail.h"

#include "partial_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TRIES     64 /* of openat2(2), while others rename folders */
#define MAX_DEPTH 128
#define MAX_LINKS 40 /* as the kernel has it, path_resolution(7) */

/* --- view paths ------------------------------------------------------------------------------- */
/* Takes the last name off. */
static void climb(char *path)
{
    char *slash = strrchr(path, '/');
    slash[slash == path ? 1 : 0] = '\0';
}

static bool append(char path[VIEW_PATH_BYTES], const char *name, size_t bytes)
{
    size_t used = strcmp(path, "/") == 0 ? 0 : strlen(path);
    if (bytes > NAME_MAX || used + 1 + bytes >= VIEW_PATH_BYTES) {
        errno = ENAMETOOLONG;
        return false;
    }
    path[used] = '/';
    memcpy(path + used + 1, name, bytes);
    path[used + 1 + bytes] = '\0';
    if (!partial_file_is(path + used + 1))
        return true;
    errno = ENOENT;
    return false;
}

bool view_path(char out[VIEW_PATH_BYTES], const char *cwd, const char *argument)
{
    strcpy(out, argument[0] == '/' ? "/" : cwd);
    for (const char *name = argument, *end; *name; name = end) {
        name += strspn(name, "/");
        end = name + strcspn(name, "/");
        size_t bytes = (size_t)(end - name);
        if (bytes == 2 && memcmp(name, "..", 2) == 0)
            climb(out);
        else if (bytes > 0 && !(bytes == 1 && *name == '.') && !append(out, name, bytes))
            return false;
    }
    return true;
}

const char *view_name(const char *path)
{
    return strrchr(path, '/') + 1;
}

/* --- the walk --------------------------------------------------------------------------------- */
/* The folders from the root down to where the walk is; ".." in a link goes back to one of these. */
struct walk {
    int folders[MAX_DEPTH];
    size_t depth;
    unsigned links;
    char rest[2 * PATH_MAX]; /* of the path, still to be walked */
};

static bool climb_walk(struct walk *walk)
{
    if (walk->depth > 1) {
        close(walk->folders[--walk->depth]);
        return true;
    }
    errno = EXDEV;
    return false;
}

/* A link's text takes its name's place in front of the rest. */
static bool follow(struct walk *walk, const char *name)
{
    char text[PATH_MAX], after[2 * PATH_MAX];
    ssize_t bytes = readlinkat(walk->folders[walk->depth - 1], name, text, sizeof(text) - 1);
    if (bytes < 0)
        return false;
    text[bytes] = '\0';
    strcpy(after, walk->rest);
    if (text[0] == '/')
        errno = EXDEV;
    else if (++walk->links > MAX_LINKS)
        errno = ELOOP;
    else if ((size_t)bytes + 1 + strlen(after) >= sizeof(walk->rest))
        errno = ENAMETOOLONG;
    else {
        strcpy(walk->rest, text);
        strcat(walk->rest, "/");
        strcat(walk->rest, after);
        return true;
    }
    return false;
}

static bool is_link(int folder, const char *name)
{
    struct stat status;
    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
}

/* Takes the next name off the rest; "" if there is none. last: nothing but slashes follows. */
static bool next_name(char name[NAME_MAX + 1], bool *last, struct walk *walk)
{
    const char *begin = walk->rest + strspn(walk->rest, "/");
    size_t bytes = strcspn(begin, "/");
    if (bytes > NAME_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(name, begin, bytes);
    name[bytes] = '\0';
    begin += bytes;
    begin += strspn(begin, "/");
    *last = *begin == '\0';
    memmove(walk->rest, begin, strlen(begin) + 1);
    return true;
}

/* One name. Returns the descriptor if it was the last, -1 on error, -2 to go on. */
static int walk_step(struct walk *walk, int flags, mode_t mode)
{
    char name[NAME_MAX + 1];
    bool last;
    int here = walk->folders[walk->depth - 1], opened;
    if (!next_name(name, &last, walk))
        return -1;
    if (strcmp(name, "..") == 0)
        return climb_walk(walk) ? -2 : -1;
    if (name[0] == '\0' || (last && strcmp(name, ".") == 0))
        return openat(here, ".", flags | O_CLOEXEC);
    opened = openat(here, name, (last ? flags : O_PATH | O_DIRECTORY) | O_NOFOLLOW | O_CLOEXEC,
                    last ? mode : 0);
    /* With O_PATH the kernel opens the link itself; otherwise it says ELOOP or ENOTDIR. */
    if (!(last && (flags & O_NOFOLLOW)) && is_link(here, name) &&
        (opened < 0 || (last && (flags & O_PATH)))) {
        if (opened >= 0)
            close(opened);
        return follow(walk, name) ? -2 : -1;
    }
    if (last || opened < 0)
        return opened;
    if (walk->depth == MAX_DEPTH) {
        close(opened);
        errno = ENAMETOOLONG;
        return -1;
    }
    walk->folders[walk->depth++] = opened;
    return -2;
}

static int walk_open(int root, const char *path, int flags, mode_t mode)
{
    struct walk walk = {.folders = {root}, .depth = 1};
    int opened = -2, error;
    strcpy(walk.rest, path);
    while (opened == -2)
        opened = walk_step(&walk, flags, mode);
    error = errno;
    while (walk.depth > 1)
        close(walk.folders[--walk.depth]);
    errno = error;
    return opened;
}

/* --- opening ---------------------------------------------------------------------------------- */
static int beneath(int root, const char *path, int flags, mode_t mode)
{
    const struct open_how how = {.flags = (unsigned)(flags | O_CLOEXEC),
                                 .mode = flags & O_CREAT ? mode : 0,
                                 .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
    long opened;
    unsigned tries = 0;
    do
        opened = syscall(SYS_openat2, root, path, &how, sizeof(how));
    while (opened < 0 && errno == EAGAIN && ++tries < TRIES);
    return (int)opened;
}

int jail_open(int root, const char *path, int flags, mode_t mode)
{
    const char *inside = strcmp(path, "/") == 0 ? "." : path + 1;
    int opened = beneath(root, inside, flags, mode);
    /* Old kernels say ENOSYS, some containers EPERM; the walk says what is really the matter. */
    if (opened < 0 && (errno == ENOSYS || errno == EPERM))
        opened = walk_open(root, inside, flags, mode);
    return opened;
}

int jail_open_parent(int root, const char *path)
{
    char folder[VIEW_PATH_BYTES];
    if (strcmp(path, "/") == 0) {
        errno = EINVAL;
        return -1;
    }
    strcpy(folder, path);
    climb(folder);
    return jail_open(root, folder, O_PATH | O_DIRECTORY, 0);
}

/* Which paths are let in, and how they are opened without leaving the folder. */
#include "tar_path.h"

#include "partial_file.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The length of the name at the front of a path. */
static size_t name_length(const char *path)
{
    return strcspn(path, "/");
}

static bool is_dots(const char *name, size_t length)
{
    return (length == 1 && name[0] == '.') || (length == 2 && name[0] == '.' && name[1] == '.');
}

bool tar_path_is_safe(const char *path)
{
    for (size_t names = 0; names < TREE_DEPTH_MAX; names++) {
        size_t length = name_length(path);
        if (length == 0 || length > NAME_MAX || is_dots(path, length) || partial_file_is(path))
            return false;
        if (path[length] == '\0')
            return true;
        path += length + 1;
    }
    return false;
}

static size_t folders_above(const char *path)
{
    size_t count = 0;
    for (; *path; path++)
        count += *path == '/';
    return count;
}

bool tar_link_stays(const char *path, const char *target)
{
    size_t above = folders_above(path);
    if (*target == '/' || *target == '\0')
        return false;
    for (; strncmp(target, "../", 3) == 0; target += 3)
        if (above-- == 0)
            return false;
    if (strcmp(target, "..") == 0)
        return above > 0;
    if (strcmp(target, ".") == 0 || *target == '\0')
        return true;
    return tar_path_is_safe(target);
}

/* One step down. Returns the new descriptor; the old one is closed. */
static int step(int at, const char *name, bool make)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int next = openat(at, name, flags), why;
    if (next < 0 && errno == ENOENT && make && (mkdirat(at, name, 0777) == 0 || errno == EEXIST))
        next = openat(at, name, flags);
    why = errno;
    close(at);
    errno = why;
    return next;
}

int tar_open_parent(int folder, const char *path, bool make, const char **name)
{
    int at = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    size_t length;
    while (at >= 0 && path[length = name_length(path)] != '\0') {
        char one[NAME_MAX + 1];
        memcpy(one, path, length);
        one[length] = '\0';
        at = step(at, one, make);
        path += length + 1;
    }
    *name = path;
    return at;
}

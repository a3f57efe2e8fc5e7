/* Which paths are let in, and how they are opened without leaving the folder. */
#include "tar_path.h"

#include "partial_file.h"
#include "tree_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_dots(const char *name, size_t length)
{
    return (length == 1 && name[0] == '.') || (length == 2 && name[0] == '.' && name[1] == '.');
}

bool tar_path_is_safe(const char *path)
{
    for (size_t names = 0; names < TREE_DEPTH_MAX; names++) {
        size_t length = strcspn(path, "/");
        if (length == 0 || length > NAME_MAX || is_dots(path, length) || partial_file_is(path))
            return false;
        if (path[length] == '\0')
            return true;
        path += length + 1;
    }
    return false;
}

bool tar_link_stays(const char *path, const char *target)
{
    size_t above = 0; /* folders */
    for (; *path; path++)
        above += *path == '/';
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

/* One step down, to the name at the front of a path. Returns the new descriptor; the old one is
 * closed. */
static int step(int at, const char *path, bool make)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    size_t length = strcspn(path, "/");
    char name[NAME_MAX + 1] = "";
    int next = -1, why;
    errno = ENAMETOOLONG;
    if (length <= NAME_MAX) {
        memcpy(name, path, length);
        next = openat(at, name, flags);
    }
    if (next < 0 && errno == ENOENT && make && (mkdirat(at, name, 0777) == 0 || errno == EEXIST))
        next = openat(at, name, flags);
    why = errno;
    close(at);
    errno = why;
    return next;
}

int tar_place_open(struct tar_place *place, const char *path, bool make)
{
    size_t bytes = place->folder >= 0 ? strlen(place->path) : 0;
    bool same = place->folder >= 0 && strncmp(path, place->path, bytes) == 0;
    const char *rest = path;
    if (same && path[bytes] == '\0')
        return place->folder;
    bool below = same && bytes > 0 && path[bytes] == '/';
    int at = openat(below ? place->folder : place->top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (rest += below ? bytes + 1 : 0; at >= 0 && *rest; rest += *rest == '/') {
        at = step(at, rest, make);
        rest += strcspn(rest, "/");
    }
    int why = errno;
    tar_place_close(place);
    errno = why;
    place->path = at >= 0 ? strdup(path) : NULL;
    if (at >= 0 && !place->path)
        close(at);
    return place->folder = place->path ? at : -1;
}

int tar_place_parent(struct tar_place *place, const char *path, bool make, const char **name)
{
    const char *slash = strrchr(path, '/');
    char *folder = strndup(path, slash ? (size_t)(slash - path) : 0);
    int parent = folder ? tar_place_open(place, folder, make) : -1;
    int why = errno;
    free(folder);
    errno = why;
    *name = slash ? slash + 1 : path;
    return parent;
}

void tar_place_close(struct tar_place *place)
{
    if (place->folder >= 0)
        close(place->folder);
    place->folder = -1;
    free(place->path);
    place->path = NULL;
}

/*
 * The home folder and the paths in it; see home.h.
 */
#include "home.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

_Static_assert(HOME_PATH_BYTES == 4096, "as much as the kernel takes (PATH_MAX)");

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] != '\0' ? value : NULL;
}

bool home_find(struct home *home, const char *directory, struct problem *problem)
{
    const char *inside = "";
    home->is_default = false;
    if (!directory)
        directory = environment("GLASSBOX_HOME");
    if (!directory) {
        inside = "/glassbox";
        directory = environment("XDG_CONFIG_HOME");
        if (directory && directory[0] != '/')
            directory = NULL;
    }
    if (!directory) {
        inside = "/.config/glassbox";
        directory = environment("HOME");
        home->is_default = true;
    }
    if (!directory || directory[0] == '\0') {
        problem_set(problem, "no folder for keys and lists is known: %s",
                    directory ? "--home is empty" : "HOME is not set");
        return problem_hint(problem, "give it with --home DIR");
    }
    int length = snprintf(home->directory, sizeof(home->directory), "%s%s", directory, inside);
    if (length < 0 || (size_t)length >= sizeof(home->directory))
        return problem_set(problem, "the path of the home folder is longer than %d bytes",
                           HOME_DIRECTORY_BYTES - 1);
    return true;
}

bool home_is_there(const struct home *home, struct problem *problem)
{
    struct stat status;
    if (home->is_default || stat(home->directory, &status) == 0 || errno != ENOENT)
        return true;
    problem_set(problem, "there is no home %s", home->directory);
    return problem_hint(problem, "give the server's own with --home DIR");
}

void home_path(char path[HOME_PATH_BYTES], const struct home *home, const char *name)
{
    snprintf(path, HOME_PATH_BYTES, "%s/%s", home->directory, name);
}

bool home_path_or(char out[HOME_PATH_BYTES], const char *path, const struct home *home,
                  const char *name, struct problem *problem)
{
    if (!path) {
        home_path(out, home, name);
        return true;
    }
    if (strlen(path) >= HOME_PATH_BYTES)
        return problem_set(problem, "a path is longer than %d bytes", HOME_PATH_BYTES - 1);
    strcpy(out, path);
    return true;
}

/* One folder, 0700. That it already exists is fine. */
static bool make_folder(const char *path, struct problem *problem)
{
    if (mkdir(path, S_IRWXU) == 0 || errno == EEXIST || errno == EISDIR)
        return true;
    return problem_errno(problem, "cannot make the folder %s", path);
}

bool home_make(const struct home *home, const char *inside, struct problem *problem)
{
    char path[HOME_PATH_BYTES];
    home_path(path, home, inside ? inside : "");
    for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        bool made = make_folder(path, problem);
        *slash = '/';
        if (!made)
            return false;
    }
    if (inside && !make_folder(path, problem))
        return false;
    struct stat status;
    if (stat(path, &status) != 0)
        return problem_errno(problem, "%s", path);
    if (!S_ISDIR(status.st_mode))
        return problem_set(problem, "%s is not a folder", path);
    return true;
}

/*
 * The files of a folder; see folder.h.
 */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* FOLDER/NAME, a new string; NULL if it is a folder itself. */
static char *path_of_file(const char *folder, const char *name)
{
    size_t bytes = strlen(folder);
    const char *slash = bytes > 0 && folder[bytes - 1] == '/' ? "" : "/";
    struct stat status;
    char *path;
    if (asprintf(&path, "%s%s%s", folder, slash, name) < 0)
        return NULL;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return path;
    free(path);
    return NULL;
}

bool folder_files(const char *folder, void (*each)(void *context, const char *path), void *context,
                  struct problem *problem)
{
    struct dirent **entries;
    int count = scandir(folder, &entries, is_visible, versionsort);
    if (count < 0) {
        problem_errno(problem, "cannot list %s", folder);
        return errno == ENOTDIR &&
               problem_hint(problem, "keytool show %s shows the key of a file", folder);
    }
    for (int i = 0; i < count; i++) {
        char *path = path_of_file(folder, entries[i]->d_name);
        if (path)
            each(context, path);
        free(path);
        free(entries[i]);
    }
    free(entries);
    return true;
}

/* Who else may write a file that this program trusts; see file_guard.h. */
#include "file_guard.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OF_OTHERS (S_IWGRP | S_IWOTH)

bool file_guard_one(const char *path, struct problem *problem)
{
    struct stat status;
    uid_t me = geteuid();
    if (stat(path, &status) != 0)
        return errno == ENOENT || problem_errno(problem, "%s", path);
    const char *what = S_ISDIR(status.st_mode) ? "folder" : "file";
    bool sticky = S_ISDIR(status.st_mode) && (status.st_mode & S_ISVTX) != 0;
    if (me != 0 && status.st_uid != 0 && status.st_uid != me) {
        problem_set(problem, "%s: this %s belongs to another user, who can change what is in it",
                    path, what);
        return problem_hint(problem, "have a %s of your own, or one of root's", what);
    }
    if ((status.st_mode & OF_OTHERS) == 0 || sticky)
        return true;
    problem_set(problem, "%s: others can write to this %s (mode %04o)", path, what,
                (unsigned)status.st_mode & 07777u);
    return problem_hint(problem, "look through what is in it, then: chmod go-w %s", path);
}

static bool guard_folder(const char *path, struct problem *problem)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (!slash)
        strcpy(folder, ".");
    else
        snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return file_guard_one(folder, problem);
}

bool file_guard(const char *path, struct problem *problem)
{
    if (!file_guard_one(path, problem) || !guard_folder(path, problem))
        return false;
    char *target = realpath(path, NULL); /* NULL: it is not there yet */
    bool good = !target || guard_folder(target, problem);
    free(target);
    return good;
}

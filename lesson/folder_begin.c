/*
 * A fresh folder for a lesson: the old contents moved aside, the links, the keys.
 */
#include "folder.h"
#include "read_full.h"
#include "whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CLASS_FOLDER     "examples/first-lesson" /* of the pages' folder */
#define HOME_NAME        "lesson"
#define CLASS_FILE_BYTES ((size_t)1 << 20)
#define KEPT_TRIES       100

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

bool folder_make(const char *path, struct problem *problem)
{
    struct stat status;
    if (mkdir(path, 0755) == 0 || (stat(path, &status) == 0 && S_ISDIR(status.st_mode)))
        return true;
    if (errno == EEXIST)
        problem_set(problem, "%s is there, and is no folder", path);
    else
        problem_errno(problem, "%s", path);
    return problem_hint(problem, "--dir DIR makes the lessons' folders elsewhere");
}

/* A folder and those above it. */
static bool make_folders(const char *path, struct problem *problem)
{
    char part[PATH_MAX];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
        if (!folder_make(part, problem))
            return false;
    }
    return folder_make(path, problem);
}

bool folders_make(const struct folders *folders, struct problem *problem)
{
    return make_folders(folders->parent, problem);
}

/* --- the old contents ---------------------------------------------------------------------------- */

/* A folder of this name that was not there: "NN.DATE-TIME", or with "-2" and so on behind it. */
static bool make_kept(char kept[PATH_MAX], const char path[FOLDER_PATH_BYTES],
                      struct problem *problem)
{
    char when[32];
    time_t now = time(NULL);
    struct tm local;
    localtime_r(&now, &local);
    strftime(when, sizeof(when), "%Y-%m-%d-%H%M%S", &local);
    snprintf(kept, PATH_MAX, "%s.%s", path, when);
    for (int try = 2; mkdir(kept, 0755) != 0; try++) {
        if (errno != EEXIST || try > KEPT_TRIES)
            return problem_errno(problem, "%s", kept);
        snprintf(kept, PATH_MAX, "%s.%s-%d", path, when, try);
    }
    return true;
}

/* Entry by entry, so that the folder stays the one in which terminals are. */
static bool move_entries(const char path[FOLDER_PATH_BYTES], char kept[PATH_MAX],
                         struct problem *problem)
{
    DIR *folder = opendir(path);
    if (!folder)
        return problem_errno(problem, "%s", path);
    bool good = true;
    int there = -1;
    for (struct dirent *entry; good && (entry = readdir(folder));) {
        if (is_dots(entry->d_name))
            continue;
        if (there < 0) {
            good = make_kept(kept, path, problem);
            there = good ? open(kept, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
            good = good && (there >= 0 || problem_errno(problem, "%s", kept));
        }
        good = good && (renameat(dirfd(folder), entry->d_name, there, entry->d_name) == 0 ||
                        problem_errno(problem, "%s/%s could not be moved to %s", path,
                                      entry->d_name, kept));
    }
    closedir(folder);
    if (there >= 0)
        close(there);
    return good;
}

/* --- what is new ---------------------------------------------------------------------------------- */

/* A private key for its owner alone; the rest for nobody else to write, whatever the umask: programs do
 * not trust a list that others can change. */
static bool copy_file(const char *from, const char *to, struct problem *problem)
{
    struct whole_file file = {0};
    if (!whole_file_read(&file, from, CLASS_FILE_BYTES, problem))
        return false;
    mode_t mode = strstr(from, ".key.") ? 0600 : 0644;
    int descriptor = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool good = descriptor >= 0 && write_full(descriptor, file.data, file.bytes);
    if (descriptor >= 0 && close(descriptor) != 0)
        good = false;
    whole_file_free(&file);
    return good || problem_errno(problem, "%s", to);
}

static bool copy_folder(const char *from, const char *to, struct problem *problem)
{
    DIR *folder = opendir(from);
    if (!folder)
        return problem_errno(problem, "%s", from);
    bool good = mkdir(to, 0700) == 0 || problem_errno(problem, "%s", to);
    for (struct dirent *entry; good && (entry = readdir(folder));) {
        char source[PATH_MAX], target[PATH_MAX];
        struct stat status;
        if (entry->d_name[0] == '.') /* what an editor left, too */
            continue;
        if (snprintf(source, sizeof(source), "%s/%s", from, entry->d_name) >= (int)sizeof(source) ||
            snprintf(target, sizeof(target), "%s/%s", to, entry->d_name) >= (int)sizeof(target))
            good = problem_set(problem, "%s: the path is too long", to);
        else if (stat(source, &status) != 0)
            good = problem_errno(problem, "%s", source);
        else if (S_ISDIR(status.st_mode))
            good = copy_folder(source, target, problem);
        else
            good = copy_file(source, target, problem);
    }
    closedir(folder);
    return good;
}

/* PARENT/NN/NAME -> target. */
static bool make_link(const char *path, const char *name, const char *target,
                      struct problem *problem)
{
    char link[PATH_MAX];
    snprintf(link, sizeof(link), "%s/%s", path, name);
    return symlink(target, link) == 0 || problem_errno(problem, "%s", link);
}

static bool fill(const char path[FOLDER_PATH_BYTES], const struct pages *pages,
                 const struct course_lesson *lesson, struct problem *problem)
{
    char home[PATH_MAX], class[PATH_MAX];
    if (!make_link(path, "bin", pages->programs, problem) ||
        !make_link(path, "docs", pages->folder, problem))
        return false;
    snprintf(home, sizeof(home), "%s/" HOME_NAME, path);
    if (!lesson->takes_class)
        return mkdir(home, 0700) == 0 || problem_errno(problem, "%s", home);
    snprintf(class, sizeof(class), "%s/" CLASS_FOLDER, pages->folder);
    return copy_folder(class, home, problem);
}

bool folder_begin(char kept[PATH_MAX], const struct folders *folders, const struct pages *pages,
                  const struct course_lesson *lesson, struct problem *problem)
{
    char path[FOLDER_PATH_BYTES];
    struct file_lock lock;
    struct folder_state state;
    kept[0] = '\0';
    folders_path(path, folders, lesson);
    if (!make_folders(path, problem) || !folder_state_read(&state, folders, lesson, problem) ||
        !file_lock_take(&lock, path, problem))
        return false;
    bool good = move_entries(path, kept, problem) && fill(path, pages, lesson, problem);
    file_lock_release(&lock);
    timestamp_now(state.begun);
    return good && folder_state_write(&state, folders, lesson, problem);
}

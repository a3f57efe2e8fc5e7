/*
 * Where the lessons' folders lie, and what each says of itself.
 */
#include "folder.h"
#include "whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATE_NAME  ".lesson"
#define STATE_BYTES 4096

static bool set_parent(struct folders *folders, const char *base, const char *rest,
                       struct problem *problem)
{
    int length = snprintf(folders->parent, sizeof(folders->parent), "%s%s", base, rest);
    while (length > 1 && length < (int)sizeof(folders->parent) &&
           folders->parent[length - 1] == '/')
        folders->parent[--length] = '\0';
    return length < (int)sizeof(folders->parent) ||
           problem_set(problem, "the path of the lessons' folders is too long");
}

bool folders_find(struct folders *folders, const char *directory, struct problem *problem)
{
    char here[FOLDER_PARENT_BYTES], rest[FOLDER_PARENT_BYTES];
    const char *home = getenv("HOME");
    if (directory && *directory == '\0') {
        problem_set(problem, "--dir names no folder: it is empty");
        return problem_hint(problem, "--dir . is the current folder");
    }
    if (directory && *directory == '/')
        return set_parent(folders, directory, "", problem);
    if (directory) {
        if (!getcwd(here, sizeof(here)))
            return problem_errno(problem, "the current folder");
        snprintf(rest, sizeof(rest), "/%s", directory);
        return set_parent(folders, here, rest, problem);
    }
    if (home && *home == '/')
        return set_parent(folders, home, "/glassbox-lessons", problem);
    problem_set(problem, "no home folder to put the lessons in: HOME is not set");
    return problem_hint(problem, "--dir DIR says where they shall be");
}

void folders_path(char path[FOLDER_PATH_BYTES], const struct folders *folders,
                  const struct course_lesson *lesson)
{
    snprintf(path, FOLDER_PATH_BYTES, "%s/%02u", folders->parent, lesson->number);
}

const struct course_lesson *folders_here(const struct folders *folders)
{
    char here[PATH_MAX], path[FOLDER_PATH_BYTES], real[PATH_MAX];
    if (!getcwd(here, sizeof(here)))
        return NULL;
    for (size_t i = 0; i < COURSE_LESSONS; i++) {
        folders_path(path, folders, course_at(i));
        if (!realpath(path, real))
            continue;
        size_t length = strlen(real);
        if (strncmp(here, real, length) == 0 && (here[length] == '\0' || here[length] == '/'))
            return course_at(i);
    }
    return NULL;
}

static void state_path(char path[PATH_MAX], const struct folders *folders,
                       const struct course_lesson *lesson)
{
    snprintf(path, PATH_MAX, "%s/%02u/" STATE_NAME, folders->parent, lesson->number);
}

/* The time behind "begun ", if there is one. */
static void read_time(char time[TIMESTAMP_BYTES], const char *data, const char *word)
{
    const char *at = strstr(data, word);
    snprintf(time, TIMESTAMP_BYTES, "%s", at ? at + strlen(word) : "");
    if (!timestamp_valid(time))
        time[0] = '\0';
}

bool folder_state_read(struct folder_state *state, const struct folders *folders,
                       const struct course_lesson *lesson, struct problem *problem)
{
    char path[PATH_MAX];
    struct whole_file file = {0};
    struct problem mine = {0};
    memset(state, 0, sizeof(*state));
    state_path(path, folders, lesson);
    if (!whole_file_read(&file, path, STATE_BYTES, &mine))
        return errno == ENOENT || errno == ENOTDIR || problem_set(problem, "%s", mine.message);
    read_time(state->begun, file.data, "begun ");
    read_time(state->done, file.data, "done ");
    whole_file_free(&file);
    return true;
}

bool folder_state_write(const struct folder_state *state, const struct folders *folders,
                        const struct course_lesson *lesson, struct problem *problem)
{
    char path[PATH_MAX], folder[FOLDER_PATH_BYTES], text[STATE_BYTES];
    struct file_lock lock;
    int length = snprintf(text, sizeof(text), "begun %s\n", state->begun);
    if (state->done[0] != '\0')
        length += snprintf(text + length, sizeof(text) - (size_t)length, "done %s\n", state->done);
    folders_path(folder, folders, lesson);
    if (!file_lock_take(&lock, folder, problem))
        return false;
    state_path(path, folders, lesson);
    bool good = whole_file_replace(&lock, path, text, (size_t)length, 0644, problem);
    file_lock_release(&lock);
    return good;
}

/* Fit for a shell as it stands. */
static bool is_plain(const char *text)
{
    return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "/._+-,:@%=")] == '\0';
}

/* In single quotes; a quote inside becomes '\''. */
static void quote(char *out, size_t space, const char *text)
{
    size_t length = 0;
    out[length++] = '\'';
    for (; *text && length + 6 < space; text++)
        if (*text == '\'')
            length += (size_t)snprintf(out + length, space - length, "'\\''");
        else
            out[length++] = *text;
    out[length++] = '\'';
    out[length] = '\0';
}

void folder_path_shown(char shown[PATH_MAX], const char *path)
{
    const char *home = getenv("HOME");
    size_t length = home && *home == '/' ? strlen(home) : 0;
    bool below = length > 1 && strncmp(path, home, length) == 0 && path[length] == '/';
    const char *rest = below ? path + length + 1 : path;
    size_t lead = below ? (size_t)snprintf(shown, PATH_MAX, "~/") : 0;
    if (is_plain(rest))
        snprintf(shown + lead, PATH_MAX - lead, "%s", rest);
    else
        quote(shown + lead, PATH_MAX - lead, rest);
}

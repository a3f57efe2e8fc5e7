/* Tasks in the place of one that is not there: see task_near.h. */
#include "task_near.h"

#include "translate.h"

#include <dirent.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDING    ".task"
#define LISTED    5
#define ROW_BYTES 200

static int is_task(const struct dirent *entry)
{
    const size_t length = strlen(entry->d_name), ending = strlen(ENDING);
    return length > ending && strcmp(entry->d_name + length - ending, ENDING) == 0;
}

/* "a.task, b.task, ..." */
static void list(char row[ROW_BYTES], struct dirent *const *tasks, int count)
{
    size_t used = 0;
    row[0] = '\0';
    for (int i = 0; i < count && i <= LISTED; i++) {
        const char *name = i < LISTED ? tasks[i]->d_name : "...";
        if (used + strlen(name) + strlen(", ...") >= ROW_BYTES)
            name = "...";
        used += (size_t)snprintf(row + used, ROW_BYTES - used, "%s%s", i ? ", " : "", name);
        if (strcmp(name, "...") == 0)
            return;
    }
}

/* The first task that has the typed name in its own; NULL: none. */
static const char *find(struct dirent *const *tasks, int count, char *typed)
{
    char *ending = strstr(typed, ENDING);
    if (ending)
        *ending = '\0';
    for (int i = 0; i < count && typed[0]; i++)
        if (strcasestr(tasks[i]->d_name, typed))
            return tasks[i]->d_name;
    return NULL;
}

bool task_near_hint(const char *path, struct problem *problem)
{
    char folder[PATH_MAX], name[PATH_MAX], row[ROW_BYTES];
    struct dirent **tasks = NULL;
    snprintf(folder, sizeof(folder), "%s", path);
    snprintf(name, sizeof(name), "%s", path);
    const char *where = dirname(folder);
    const int count = scandir(where, &tasks, is_task, alphasort);
    const char *near = find(tasks, count, basename(name));
    list(row, tasks, count);
    if (near)
        problem_hint(problem, "did you mean %s%s%s?", strcmp(where, ".") == 0 ? "" : where,
                     strcmp(where, ".") == 0 ? "" : "/", near);
    else if (count > 0)
        problem_hint(problem, "the tasks there: %s", row);
    else
        problem_hint(problem, "a task is a file from your teacher, such as 02-square.task");
    for (int i = 0; i < count; i++)
        free(tasks[i]);
    free(tasks);
    return false;
}

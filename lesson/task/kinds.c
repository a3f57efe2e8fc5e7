/*
 * All kinds of tasks, and how one is made; see kind.h.
 */
#include "kind.h"

#include "task_random_internal.h"

#include <string.h>

#define DRAWS 1000 /* a kind that needs more is wrong */

static const struct task_kind *const lessons[TASK_LESSONS] = {
    task_kinds_01, /* 01 */
    task_kinds_02, /* 02 */
    task_kinds_03, /* 03 */
    task_kinds_04, /* 04 */
    task_kinds_05, /* 05 */
    task_kinds_06, /* 06 */
    task_kinds_07, /* 07 */
    task_kinds_08, /* 08 */
    task_kinds_09, /* 09 */
    task_kinds_10, /* 10 */
    task_kinds_11, /* 11 */
    task_kinds_12, /* 12 */
    task_kinds_13, /* 13 */
    task_kinds_14, /* 14 */
    task_kinds_15, /* 15 */
    task_kinds_16, /* 16 */
    task_kinds_17, /* 17 */
};

const struct task_kind *task_kinds_of(unsigned lesson)
{
    return lessons[lesson - 1];
}

const struct task_kind *task_kind_named(unsigned lesson, const char *name)
{
    if (lesson < 1 || lesson > TASK_LESSONS)
        return NULL;
    for (const struct task_kind *kind = lessons[lesson - 1]; kind->lesson; kind++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

bool task_make(struct task *task, const struct task_kind *kind, const char *student,
               const uint8_t course[COURSE_SECRET_BYTES], struct problem *problem)
{
    struct task_random random;
    task_start(task, kind, student);
    if (!task_random_start(&random, "numbers", kind, student, course))
        return problem_set(problem, "%s: the name is too long", student);
    bool made = false;
    for (unsigned draw = 0; draw < DRAWS && !made && task->problem.message[0] == '\0'; draw++) {
        task_free(task);
        made = kind->make(task, &random) && !task->again && task->problem.message[0] == '\0';
    }
    sym_wipe(&random, sizeof(random));
    if (task->problem.message[0] != '\0')
        return problem_set(problem, "%s", task->problem.message);
    return made || problem_set(problem, "lesson %u, %s: no numbers fit", kind->lesson, kind->name);
}

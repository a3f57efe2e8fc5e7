/*
 * Which task may have been meant, where a file is not there.
 */
#ifndef GLASSBOX_LESSON_TASK_NEAR_H
#define GLASSBOX_LESSON_TASK_NEAR_H

#include "problem.h"

/* Adds a hint to the problem that there is no file of this path: the task whose name has the typed
 * one in it, else those that lie in its folder, else what a task is. Returns false. */
bool task_near_hint(const char *path, struct problem *problem);

#endif

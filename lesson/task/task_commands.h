/*
 * The commands of `lesson task`. Each takes its own command line and returns the exit status.
 */
#ifndef GLASSBOX_LESSON_TASK_COMMANDS_H
#define GLASSBOX_LESSON_TASK_COMMANDS_H

#include "problem.h"

/* Makes a folder for what a command writes, unless it is there. */
bool task_make_folder(const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

int task_new_command(int argc, char **argv);
int task_show_command(int argc, char **argv);
/* 0: right; 1: wrong; 2: no answer of this form, or no task. */
int task_check_command(int argc, char **argv);
int task_key_command(int argc, char **argv);

#endif

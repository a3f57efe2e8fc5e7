/*
 * The commands of `lesson task`. Each takes its own command line and returns the exit status.
 */
#ifndef GLASSBOX_LESSON_TASK_COMMANDS_H
#define GLASSBOX_LESSON_TASK_COMMANDS_H

int task_new_command(int argc, char **argv);
int task_show_command(int argc, char **argv);
/* 0: right; 1: wrong; 2: no answer of this form, or no task. */
int task_check_command(int argc, char **argv);
int task_key_command(int argc, char **argv);

#endif

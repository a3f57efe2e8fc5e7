/*
 * lesson task: the table of its commands.
 */
#include "console.h"
#include "lesson.h"
#include "task_commands.h"
#include "translate.h"

#include <stddef.h>

static const struct console_command commands[] = {
    {"show", N_("show a task, and put the files that go with it beside it"), task_show_command},
    {"check", N_("say whether an answer is right, or which mistake it is"), task_check_command},
    {"new", N_("make the tasks of a class"), task_new_command},
    {"key", N_("print the answers, for the teacher"), task_key_command},
    {NULL, NULL, NULL},
};

int lesson_task(int argc, char **argv)
{
    return console_dispatch(commands, "Tasks of one's own numbers, checked without a network.",
                            argc, argv);
}

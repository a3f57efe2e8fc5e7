/*
 * lesson task: the table of its commands.
 */
#include "console.h"
#include "lesson.h"

#include <stddef.h>

static const struct console_command commands[] = {
    {NULL, NULL, NULL},
};

int lesson_task(int argc, char **argv)
{
    return console_dispatch(commands, "Tasks of one's own numbers, checked without a network.",
                            argc, argv);
}

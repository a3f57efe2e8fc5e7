/*
 * lesson: the table of its commands.
 */
#include "console.h"
#include "lesson.h"

int main(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"list", "list the lessons, and how far you are", lesson_list},
        {"start", "begin a lesson, in a fresh folder", lesson_start},
        {"read", "show the page of a lesson, in the pager or the browser", lesson_read},
        {"reset", "make that folder fresh again", lesson_reset},
        {"done", "mark a lesson as done", lesson_done},
        {"task", "tasks of one's own numbers: make, show, check them", lesson_task},
        {"grade", "read receipts: who has done which task", lesson_grade},
        {NULL, NULL, NULL},
    };
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, "Teaches: seventeen lessons, each a break and its mending.", argc, argv));
}

/*
 * lesson: the table of its commands.
 */
#include "console.h"
#include "lesson.h"
#include "translate.h"

int main(int argc, char **argv)
{
    static const struct console_command commands[] = {
        {"list", N_("list the lessons, and how far you are"), lesson_list},
        {"start", N_("begin a lesson, in a fresh folder"), lesson_start},
        {"read", N_("show the page of a lesson, in the pager or the browser"), lesson_read},
        {"reset", N_("make that folder fresh again"), lesson_reset},
        {"done", N_("mark a lesson as done"), lesson_done},
        {"task", N_("tasks of one's own numbers: make, show, check them"), lesson_task},
        {"grade", N_("read receipts: who has done which task"), lesson_grade},
        {NULL, NULL, NULL},
    };
    console_start(&argc, argv);
    return console_finish(console_dispatch(
        commands, N_("Teaches: seventeen lessons, each a break and its mending."), argc, argv));
}

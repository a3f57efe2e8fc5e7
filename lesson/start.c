/*
 * lesson start and lesson reset: a fresh folder for a lesson, and what to type next. lesson done: a
 * mark in it.
 */
#include "folder.h"
#include "folders_option.h"
#include "lesson.h"
#include "program_name.h"
#include "translate.h"

#include <string.h>

struct start_options {
    const char *lesson; /* as it was given; NULL: the one of this folder */
    const char *directory;
};

#define S struct start_options
static const struct option_row start_rows[] = {
    ARGUMENT(S, lesson, "no lesson given: its number, as `lesson list` shows it"),
    FOLDERS_OPTION(S, directory),
    {0}};
static const struct option_row rows[] = {
    ARGUMENT(S, lesson, NULL), FOLDERS_OPTION(S, directory), {0}};
#undef S

static const struct option_table start_table = {
    .rows = start_rows,
    .arguments = "N",
    .text = N_(
        N_("Begins a lesson in a fresh folder, with the keys that it wants, and says what to type "
           "next. What lay in that folder is kept aside, under a name with the time."
           "\vExamples:\n"
           "  lesson start 3\n"
           "  lesson start 3 --dir /tmp/class")),
};
static const struct option_table reset_table = {
    .rows = rows,
    .arguments = "[N]",
    .text = N_(
        N_("Makes the folder of a lesson fresh again: of lesson N, or of the one whose folder you "
           "are in. What lay in it is kept aside, and terminals that are in it can stay there."
           "\vExamples:\n"
           "  lesson reset\n"
           "  lesson reset 3")),
};
static const struct option_table done_table = {
    .rows = rows,
    .arguments = "[N]",
    .text = N_(
        N_("Marks a lesson as done, for `lesson list`: lesson N, or the one whose folder you are "
           "in."
           "\vExamples:\n"
           "  lesson done\n"
           "  lesson done 3")),
};

/* The lesson that is meant. */
static const struct course_lesson *find_lesson(const struct start_options *options,
                                               const struct folders *folders,
                                               struct problem *problem)
{
    if (options->lesson)
        return course_find(options->lesson, problem);
    const struct course_lesson *lesson = folders_here(folders);
    if (lesson)
        return lesson;
    problem_set(problem, "this is no lesson's folder");
    problem_hint(problem, "say the number of the lesson, or go to its folder first");
    return NULL;
}

static void print_next(const struct folders *folders, const struct course_lesson *lesson,
                       const struct page_head *head, const char *kept)
{
    char path[FOLDER_PATH_BYTES], shown[PATH_MAX];
    folders_path(path, folders, lesson);
    folder_path_shown(shown, path);
    printf("%s%02u. %s%s\n", console_style(stdout, CONSOLE_BOLD), lesson->number, head->title,
           console_style(stdout, CONSOLE_PLAIN));
    if (lesson->takes_class)
        printf(_("The folder %s is fresh, with the keys of a class in it.\n"), shown);
    else
        printf(_("The folder %s is fresh.\n"), shown);
    if (kept[0] != '\0') {
        char aside[PATH_MAX];
        folder_path_shown(aside, kept);
        printf(_("What lay in it is now in %s.\n"), aside);
    }
    printf(_("Type this in each terminal of the lesson:\n  cd %s\n"), shown);
    printf(_("What comes next stands on the page. It is shown by:\n  bin/lesson read %u\n"),
           lesson->number);
}

static int begin(const struct option_table *table, int argc, char **argv)
{
    struct start_options options = {NULL, NULL};
    struct problem problem = {0};
    struct folders folders = {""};
    struct pages pages;
    struct page_head head;
    char kept[PATH_MAX];
    console_parse(table, argc, argv, &options);
    if (!folders_find(&folders, options.directory, &problem) || !pages_find(&pages, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    const struct course_lesson *lesson = find_lesson(&options, &folders, &problem);
    if (!lesson)
        return console_problem(&problem, CONSOLE_USAGE);
    if (!pages_head(&head, &pages, lesson, pages_language(), &problem) ||
        !folder_begin(kept, &folders, &pages, lesson, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    print_next(&folders, lesson, &head, kept);
    return CONSOLE_DONE;
}

int lesson_start(int argc, char **argv)
{
    return begin(&start_table, argc, argv);
}

int lesson_reset(int argc, char **argv)
{
    return begin(&reset_table, argc, argv);
}

int lesson_done(int argc, char **argv)
{
    struct start_options options = {NULL, NULL};
    struct problem problem = {0};
    struct folders folders = {""};
    struct folder_state state;
    char shown[PATH_MAX];
    console_parse(&done_table, argc, argv, &options);
    if (!folders_find(&folders, options.directory, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    const struct course_lesson *lesson = find_lesson(&options, &folders, &problem);
    if (!lesson)
        return console_problem(&problem, CONSOLE_USAGE);
    if (!folder_state_read(&state, &folders, lesson, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    if (state.begun[0] == '\0') {
        folder_path_shown(shown, folders.parent);
        problem_set(&problem, "lesson %u has no folder in %s", lesson->number, shown);
        problem_hint(&problem, "`lesson start %u` makes it", lesson->number);
        return console_problem(&problem, CONSOLE_FAILED);
    }
    timestamp_now(state.done);
    if (!folder_state_write(&state, &folders, lesson, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    printf(_("Lesson %u is marked as done.\n"), lesson->number);
    return CONSOLE_DONE;
}

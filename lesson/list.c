/*
 * lesson list: the lessons, what each is for, and how long it takes.
 */
#include "course.h"
#include "folder.h"
#include "folders_option.h"
#include "lesson.h"
#include "option_table.h"
#include "pages.h"
#include "program_name.h"
#include "text_wrap.h"
#include "translate.h"

#include <jansson.h>

struct list_options {
    const char *directory;
    bool json;
};

#define S struct list_options
static const struct option_row rows[] = {
    FOLDERS_OPTION(S, directory), FLAG(S, json, "json", 0, "Print JSON"), {0}};
#undef S

static const struct option_table table = {
    .rows = rows,
    .text = N_(N_(
        "Lists the lessons: number, title, minutes and goal, and which of them you have begun or "
        "done, as their folders say."
        "\vExamples:\n"
        "  lesson list\n"
        "  lesson list --json")),
};

struct row {
    const struct course_lesson *lesson;
    struct page_head head;
    struct folder_state state;
};

static void print_row(const struct row *row)
{
    struct text_wrap wrap = {stdout, console_columns(stdout), console_is_coloured(stdout), ""};
    const char *format = row->state.done[0]    ? _("(%s, done)")
                         : row->state.begun[0] ? _("(%s, begun)")
                                               : "(%s)";
    char mark[16], minutes[64], more[128];
    snprintf(mark, sizeof(mark), "%02u  ", row->lesson->number);
    snprintf(minutes, sizeof(minutes),
             translate_count("%u minute", "%u minutes", row->lesson->minutes),
             row->lesson->minutes);
    snprintf(more, sizeof(more), format, minutes);
    text_wrap_put(&wrap, (struct text_wrap_piece){mark, CONSOLE_BOLD},
                  TEXT_WRAP_PIECES({row->head.title, CONSOLE_BOLD}, {" ", CONSOLE_PLAIN},
                                   {more, row->state.done[0] ? CONSOLE_GREEN : CONSOLE_DIM}));
    text_wrap_put(&wrap, (struct text_wrap_piece){"    ", CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({row->head.goal, CONSOLE_PLAIN}));
}

static json_t *time_or_null(const char *time)
{
    return time[0] ? json_string(time) : json_null();
}

static json_t *row_object(const struct row *row)
{
    return json_pack("{s:i, s:s, s:s, s:s, s:i, s:o, s:o}", "number", (int)row->lesson->number,
                     "name", row->lesson->name, "title", row->head.title, "goal", row->head.goal,
                     "minutes", (int)row->lesson->minutes, "begun", time_or_null(row->state.begun),
                     "done", time_or_null(row->state.done));
}

static bool read_row(struct row *row, const struct pages *pages, const struct folders *folders,
                     struct problem *problem)
{
    return pages_head(&row->head, pages, row->lesson, pages_language(), problem) &&
           folder_state_read(&row->state, folders, row->lesson, problem);
}

static void print_json(const struct row *table_rows)
{
    json_t *array = json_array();
    for (size_t i = 0; i < COURSE_LESSONS; i++)
        json_array_append_new(array, row_object(&table_rows[i]));
    json_dumpf(array, stdout, JSON_INDENT(2)); /* what cannot be written, console_finish says */
    putchar('\n');
    json_decref(array);
}

static void print_all(const struct row *table_rows)
{
    char name[PATH_MAX];
    for (size_t i = 0; i < COURSE_LESSONS; i++)
        print_row(&table_rows[i]);
    program_sister(name, sizeof(name), "lesson");
    printf(_("\n%s start N begins one, in a fresh folder.\n"), name);
}

int lesson_list(int argc, char **argv)
{
    static struct row table_rows[COURSE_LESSONS];
    struct list_options options = {NULL, false};
    struct problem problem = {0};
    struct pages pages;
    struct folders folders = {""};
    console_parse(&table, argc, argv, &options);
    if (!pages_find(&pages, &problem) || !folders_find(&folders, options.directory, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    for (size_t i = 0; i < COURSE_LESSONS; i++) {
        table_rows[i].lesson = course_at(i);
        if (!read_row(&table_rows[i], &pages, &folders, &problem))
            return console_problem(&problem, CONSOLE_FAILED);
    }
    if (options.json)
        print_json(table_rows);
    else
        print_all(table_rows);
    return CONSOLE_DONE;
}

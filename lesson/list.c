/*
 * lesson list: the lessons, what each is for, and how long it takes.
 */
#include "course.h"
#include "lesson.h"
#include "option_table.h"
#include "pages.h"
#include "text_wrap.h"

#include <jansson.h>

struct list_options {
    bool json;
};

#define S struct list_options
static const struct option_row rows[] = {FLAG(S, json, "json", 0, "Print JSON"), {0}};
#undef S

static const struct option_table table = {
    .rows = rows,
    .text = "Lists the lessons: number, minutes, title and goal.",
};

static void print_row(const struct course_lesson *lesson, const struct page_head *head)
{
    struct text_wrap wrap = {stdout, console_columns(stdout), console_is_coloured(stdout), ""};
    char mark[16], minutes[32];
    snprintf(mark, sizeof(mark), "%02u  ", lesson->number);
    snprintf(minutes, sizeof(minutes), " (%u minutes)", lesson->minutes);
    text_wrap_put(&wrap, (struct text_wrap_piece){mark, CONSOLE_BOLD},
                  TEXT_WRAP_PIECES({head->title, CONSOLE_BOLD}, {minutes, CONSOLE_DIM}));
    text_wrap_put(&wrap, (struct text_wrap_piece){"    ", CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({head->goal, CONSOLE_PLAIN}));
}

static json_t *row_object(const struct course_lesson *lesson, const struct page_head *head)
{
    return json_pack("{s:i, s:s, s:s, s:i}", "number", (int)lesson->number, "title", head->title,
                     "goal", head->goal, "minutes", (int)lesson->minutes);
}

int lesson_list(int argc, char **argv)
{
    struct list_options options = {false};
    struct problem problem = {0};
    struct pages pages;
    struct page_head head;
    console_parse(&table, argc, argv, &options);
    if (!pages_find(&pages, &problem))
        return console_problem(&problem, CONSOLE_FAILED);
    json_t *array = json_array();
    for (size_t row = 0; row < COURSE_LESSONS && problem.message[0] == '\0'; row++)
        if (pages_head(&head, &pages, course_at(row), &problem)) {
            json_array_append_new(array, row_object(course_at(row), &head));
            if (!options.json)
                print_row(course_at(row), &head);
        }
    if (options.json && problem.message[0] == '\0') {
        json_dumpf(array, stdout, JSON_INDENT(2));
        putchar('\n');
    }
    json_decref(array);
    return problem.message[0] == '\0' ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

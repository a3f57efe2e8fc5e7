/*
 * lesson task key: the teacher's answer sheet.
 */
#include "class_options.h"
#include "printable.h"
#include "result.h"
#include "task_commands.h"
#include "task_file.h"
#include "text_wrap.h"
#include "translate.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct key_options {
    struct class_options class;
    struct kinds_options kinds;
    const char *student;
    bool csv, json;
};

#define S struct key_options
static const struct option_row rows[] = {
    GROUP(S, class, class_table),
    GROUP(S, kinds, kinds_table),
    TEXT(S, student, "student", 0, "NAME", "Of this student alone"),
    FLAG(S, csv, "csv", 0, "Print CSV"),
    FLAG(S, json, "json", 0, "Print JSON"),
    {0}};

static void check(void *given, const struct argp_state *state)
{
    const struct key_options *options = given;
    if (options->csv && options->json)
        console_usage(state, "--csv and --json do not go together");
}
#undef S

static const struct option_table table = {
    .rows = rows,
    .check = check,
    .text = N_(
        "Prints the right answer of each task, and the wrong one of each usual mistake. All of "
        "it follows from the secret of the course; no task file is read."
        "\vExamples:\n"
        "  lesson task key --course course.secret --students class.txt --lessons 2\n"
        "  lesson task key --course course.secret --students class.txt --csv >key.csv"),
};

static json_t *answer_row(const struct task *task, size_t index)
{
    const struct task_answer *answer = &task->answers[index];
    return json_pack("{s:s, s:i, s:s, s:s, s:s, s:s}", "student", task->student, "lesson",
                     (int)task->kind->lesson, "task", task->kind->name, "verdict",
                     answer->mistake ? "wrong" : "right", "answer", answer->spelling, "mistake",
                     answer->mistake ? answer->mistake : "");
}

static void print_answer(const struct text_wrap *wrap, const struct task_answer *answer)
{
    const char *spelling = answer->spelling;
    char right[64], blank[64], deeper[72];
    snprintf(right, sizeof(right), "%s  ", _("right"));
    snprintf(blank, sizeof(blank), "%*s", (int)printable_width(right), "");
    snprintf(deeper, sizeof(deeper), "%s    ", blank);
    text_wrap_put(wrap,
                  answer->mistake ? (struct text_wrap_piece){blank, CONSOLE_PLAIN}
                                  : (struct text_wrap_piece){right, CONSOLE_GREEN},
                  TEXT_WRAP_PIECES({spelling, CONSOLE_PLAIN}));
    if (!answer->mistake)
        return;
    const char *mistake = translate(answer->mistake);
    text_wrap_put(wrap, (struct text_wrap_piece){deeper, CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({mistake, CONSOLE_DIM}));
}

static void print_task(const struct task *task)
{
    struct text_wrap wrap = {stdout, console_columns(stdout), console_is_coloured(stdout), ""};
    char head[STUDENT_NAME_BYTES + TASK_NAME_BYTES + 16];
    snprintf(head, sizeof(head), "%s  %02u %s", task->student, task->kind->lesson,
             task->kind->name);
    putchar('\n');
    text_wrap_put(&wrap, (struct text_wrap_piece){"", CONSOLE_PLAIN},
                  TEXT_WRAP_PIECES({head, CONSOLE_BOLD}));
    for (size_t i = 0; i < task->answer_count; i++)
        print_answer(&wrap, &task->answers[i]);
}

/* Into the array, or at once on the screen. */
static bool each_kind(const struct key_options *options, const struct task_course *course,
                      const struct student *student, json_t *array, struct problem *problem)
{
    bool done = true;
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++) {
        for (const struct task_kind *kind = task_kinds_of(lesson); done && kind->lesson; kind++) {
            if (!class_has(&options->class, &options->kinds, course, student->name, kind))
                continue;
            struct task task;
            done = task_make(&task, kind, student->name, course->secret, problem);
            for (size_t i = 0; done && i < task.answer_count; i++)
                json_array_append_new(array, answer_row(&task, i));
            if (done && !options->csv && !options->json)
                print_task(&task);
            task_free(&task);
        }
    }
    return done;
}

static bool print_key(const struct key_options *options, const struct task_course *course,
                      const struct students *students, struct problem *problem)
{
    static const char *const keys[] = {"student", "lesson",  "task", "verdict",
                                       "answer",  "mistake", NULL};
    json_t *array = json_array();
    bool found = !options->student, done = true;
    for (size_t i = 0; done && i < students->count; i++) {
        bool wanted = !options->student || strcmp(options->student, students->list[i].name) == 0;
        found |= wanted;
        if (wanted)
            done = each_kind(options, course, &students->list[i], array, problem);
    }
    if (!found)
        done = problem_set(problem, "%s is not in the list of the class", options->student);
    if (done && options->csv)
        done = result_print_csv(array, keys, problem);
    if (done && options->json)
        done = result_print_json(array, problem);
    json_decref(array);
    return done;
}

int task_key_command(int argc, char **argv)
{
    struct key_options options = {0};
    struct problem problem = {0};
    struct students students = {0};
    struct task_course course = {0};
    console_parse(&table, argc, argv, &options);
    bool done = students_read(&students, options.class.students, &problem) &&
                task_course_read(&course, options.class.course, &problem) &&
                print_key(&options, &course, &students, &problem);
    students_free(&students);
    task_course_wipe(&course);
    return done ? CONSOLE_DONE : console_problem(&problem, CONSOLE_FAILED);
}

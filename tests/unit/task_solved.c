/*
 * All tasks, solved by code that has nothing in common with ours: tests/task_solutions.py (lessons 09
 * to 17) and tests/task_first_solutions.py get what a student gets, and come to the same answer. And
 * each usual mistake, made in Python, comes to the wrong answer that bears its name.
 *
 * TASK_STUDENTS=10000 in the environment makes it that many of each kind, for who has minutes.
 */
#include "kind.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef GLASSBOX_SANITIZED
static const int students_by_cost[] = {10, 2, 1};
#else
static const int students_by_cost[] = {50, 10, 3};
#endif

static json_t *values_of(const struct task *task)
{
    static const char *const forms[] = {"number", "bytes", "numbers"};
    json_t *values = json_object();
    for (size_t i = 0; i < task->value_count; i++)
        json_object_set_new(values, task->values[i].name,
                            json_pack("[ss]", forms[task->values[i].form], task->values[i].text));
    return values;
}

static json_t *files_of(struct task *task)
{
    json_t *files = json_object();
    for (size_t i = 0; i < task->file_count; i++)
        json_object_set_new(files, task->files[i].name,
                            json_string(task_hex(task, task->files[i].data, task->files[i].bytes)));
    return files;
}

static json_t *rows_of(const struct task *task, bool as_is)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < task->row_count; i++)
        if (task->rows[i].as_is == as_is)
            json_array_append_new(rows, json_string(task->rows[i].text));
    return rows;
}

/* What a student has; and what she has not, the answers. */
static void write_task(FILE *out, struct task *task, int number)
{
    json_t *wrong = json_array(), *sentences = json_array();
    for (size_t i = 1; i < task->answer_count; i++) {
        json_array_append_new(wrong, json_string(task->answers[i].spelling));
        json_array_append_new(sentences, json_string(task->answers[i].mistake));
    }
    json_t *line = json_pack("{sisssi sosososo ssss soso}", "lesson", (int)task->kind->lesson,
                             "kind", task->kind->name, "number", number, "values", values_of(task),
                             "files", files_of(task), "shows", rows_of(task, true), "says",
                             rows_of(task, false), "answer", task->answers[0].spelling, "form",
                             answer_form_name(task->form), "wrong", wrong, "sentences", sentences);
    cr_assert(line && json_dumpf(line, out, JSON_COMPACT) == 0 && fputc('\n', out) != EOF);
    json_decref(line);
}

static void write_kind(FILE *out, const struct task_kind *kind)
{
    const char *given = getenv("TASK_STUDENTS");
    int students = students_by_cost[kind->cost];
    if (given)
        students = atoi(given);
    for (int i = 0; i < students; i++) {
        struct task task;
        struct problem problem = {0};
        const uint8_t course[COURSE_SECRET_BYTES] = {(uint8_t)i, (uint8_t)(i >> 8), 1};
        cr_assert(task_make(&task, kind, "Boris", course, &problem), "%s", problem.message);
        write_task(out, &task, i);
        task_free(&task);
    }
}

Test(task_solved, by_python)
{
    FILE *python = popen("python3 tests/task_answers.py", "w");
    cr_assert(python);
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++)
        for (const struct task_kind *kind = task_kinds_of(lesson); kind->lesson; kind++)
            write_kind(python, kind);
    cr_assert_eq(pclose(python), 0, "see above");
}

/*
 * Every kind of task, over thousands of students: what holds for all of them.
 */
#include "kind.h"
#include "whole_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef GLASSBOX_SANITIZED
static const int students_by_cost[] = {100, 20, 1};
#else
static const int students_by_cost[] = {3000, 300, 5};
#endif
#define STUDENTS_MAX 100000

/* TASK_STUDENTS=10000 makes more of them. */
static int students_of(const struct task_kind *kind)
{
    const char *wanted = getenv("TASK_STUDENTS");
    long more = wanted ? strtol(wanted, NULL, 10) : 0;
    int students = students_by_cost[kind->cost];
    if (more > students_by_cost[TASK_QUICK] && more <= STUDENTS_MAX)
        students = (int)(students * more / students_by_cost[TASK_QUICK]);
    return students;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check_one(const struct task *task)
{
    const char *name = task->kind->name;
    cr_assert_geq(task->answer_count, 4, "%s: three mistakes at least", name);
    cr_assert_geq(task->space_bits, TASK_SPACE_BITS, "%s: an answer that is soon guessed", name);
    cr_assert_gt(task->row_count, 0, "%s: no text", name);
    cr_assert_null(task->answers[0].mistake, "%s", name);
    for (size_t i = 0; i < task->answer_count; i++) {
        char again[ANSWER_BYTES_MAX];
        const struct task_answer *answer = &task->answers[i];
        cr_assert(answer_spell(again, task->form, task->answer_size, answer->spelling));
        cr_assert_str_eq(again, answer->spelling, "%s: a spelling has a spelling", name);
        cr_assert(i == 0 || (answer->mistake && strlen(answer->mistake) < TASK_SENTENCE_BYTES));
        for (size_t j = 0; j < i; j++)
            cr_assert_str_neq(answer->spelling, task->answers[j].spelling, "%s: %zu and %zu", name,
                              i, j);
    }
}

/* No two students have the same answer, and none is in the text. */
static void check_kind(const struct task_kind *kind)
{
    int students = students_of(kind);
    char **answers = calloc((size_t)students, sizeof(*answers));
    cr_assert(answers);
    for (int i = 0; i < students; i++) {
        struct task task;
        struct problem problem = {0};
        uint8_t course[COURSE_SECRET_BYTES] = {(uint8_t)i, (uint8_t)(i >> 8)};
        cr_assert(task_make(&task, kind, "Anna", course, &problem), "%s", problem.message);
        check_one(&task);
        answers[i] = strdup(task.answers[0].spelling);
        for (size_t row = 0; row < task.row_count; row++)
            cr_assert(!strstr(task.rows[row].text, answers[i]), "%s tells its answer", kind->name);
        task_free(&task);
    }
    qsort(answers, (size_t)students, sizeof(*answers), compare);
    for (int i = 0; i < students; i++) {
        cr_assert(i == 0 || strcmp(answers[i - 1], answers[i]) != 0, "%s: one answer twice: %s",
                  kind->name, answers[i]);
        if (i > 0)
            free(answers[i - 1]);
    }
    free(answers[students - 1]);
    free(answers);
}

Test(task_kinds, every_kind)
{
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++) {
        const struct task_kind *kind = task_kinds_of(lesson);
        for (; kind->lesson; kind++) {
            cr_assert_eq(kind->lesson, lesson, "%s", kind->name);
            cr_assert_eq(task_kind_named(lesson, kind->name), kind, "%s: its name twice",
                         kind->name);
            check_kind(kind);
        }
        cr_assert_geq(kind - task_kinds_of(lesson), 3, "lesson %u: three kinds at least", lesson);
    }
}

static void check_same(const struct task *one, const struct task *two)
{
    const char *name = one->kind->name;
    cr_assert_eq(one->row_count, two->row_count, "%s", name);
    cr_assert_eq(one->file_count, two->file_count, "%s", name);
    cr_assert_eq(one->answer_count, two->answer_count, "%s", name);
    for (size_t i = 0; i < one->row_count; i++)
        cr_expect_str_eq(one->rows[i].text, two->rows[i].text, "%s", name);
    for (size_t i = 0; i < one->answer_count; i++)
        cr_expect_str_eq(one->answers[i].spelling, two->answers[i].spelling, "%s", name);
    for (size_t i = 0; i < one->file_count; i++) {
        cr_assert_eq(one->files[i].bytes, two->files[i].bytes, "%s", name);
        cr_expect_eq(memcmp(one->files[i].data, two->files[i].data, one->files[i].bytes), 0,
                     "%s: %s", name, one->files[i].name);
    }
}

/* The same secret, the same task, with all its files. */
Test(task_kinds, again)
{
    static const uint8_t course[COURSE_SECRET_BYTES] = {7};
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++)
        for (const struct task_kind *kind = task_kinds_of(lesson); kind->lesson; kind++) {
            struct task one, two;
            struct problem problem = {0};
            cr_assert(task_make(&one, kind, "Anna", course, &problem));
            cr_assert(task_make(&two, kind, "Anna", course, &problem));
            check_same(&one, &two);
            task_free(&one);
            task_free(&two);
        }
}

/* Another student, another task. */
Test(task_kinds, of_another)
{
    struct task first, other;
    struct problem problem = {0};
    static const uint8_t course[COURSE_SECRET_BYTES] = {7};
    const struct task_kind *kind = task_kind_named(2, "private-exponent");
    cr_assert(kind);
    cr_assert(task_make(&first, kind, "Anna", course, &problem));
    cr_assert(task_make(&other, kind, "Boris", course, &problem));
    cr_assert_str_neq(first.answers[0].spelling, other.answers[0].spelling);
    cr_assert_str_neq(task_value_text(&first, "p"), task_value_text(&other, "p"));
    task_free(&first);
    task_free(&other);
}

/* docs/lesson.md has a row for each lesson, with the names of its kinds in their order. */
Test(task_kinds, are_on_the_page)
{
    struct whole_file page = {0};
    struct problem problem = {0};
    cr_assert(whole_file_read(&page, "docs/lesson.md", 1 << 20, &problem), "%s", problem.message);
    char *text = strndup((const char *)page.data, page.bytes);
    for (unsigned lesson = 1; lesson <= TASK_LESSONS; lesson++) {
        char row[512];
        int length = snprintf(row, sizeof(row), "| %02u | ", lesson);
        for (const struct task_kind *kind = task_kinds_of(lesson); kind->lesson; kind++)
            length += snprintf(row + length, sizeof(row) - (size_t)length, "`%s`%s", kind->name,
                               kind[1].lesson ? ", " : " |\n");
        cr_expect(strstr(text, row), "docs/lesson.md lacks: %s", row);
    }
    free(text);
    whole_file_free(&page);
}

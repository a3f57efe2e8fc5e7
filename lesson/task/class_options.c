/*
 * What the teacher's commands share; see class_options.h.
 */
#include "class_options.h"

#include <stdlib.h>
#include <string.h>

/* A number of a lesson at *at, which moves behind it; 0 if there is none. */
static unsigned take_lesson(const char **at)
{
    char *end;
    unsigned long number = strtoul(*at, &end, 10);
    bool is = **at >= '0' && **at <= '9' && number >= 1 && number <= TASK_LESSONS;
    *at = end;
    return is ? (unsigned)number : 0;
}

void lessons_read(void *field, const char *what, const char *text, const struct argp_state *state)
{
    uint32_t *lessons = field;
    const char *at = text;
    for (;;) {
        unsigned first = take_lesson(&at), last = first;
        if (*at == '-') {
            at++;
            last = take_lesson(&at);
        }
        if (first == 0 || last < first || (*at != ',' && *at != '\0'))
            console_usage(state, "%s: '%s' names no lessons: 3, or 1-4,7", what, text);
        for (unsigned lesson = first; lesson <= last; lesson++)
            *lessons |= UINT32_C(1) << lesson;
        if (*at++ == '\0')
            return;
    }
}

bool lessons_have(uint32_t lessons, unsigned lesson)
{
    return lessons == 0 || (lessons >> lesson & 1) != 0;
}

static void check(void *given, const struct argp_state *state)
{
    const struct class_options *options = given;
    if (!options->course)
        console_usage(state, "no --course given: the file with the secret of the course");
    if (!options->students)
        console_usage(state, "no --students given: the file with the names of the class");
}

#define S struct class_options
static const struct option_row rows[] = {
    TEXT(S, course, "course", 0, "FILE", "The secret of the course: 'task new' makes it"),
    TEXT(S, students, "students", 0, "FILE",
         "The class: a name on each line, or CSV with a column name; - for stdin"),
    READ(S, lessons, "lessons", 0, "LIST", "These lessons only, as 3 or 1-4,7", lessons_read),
    {0}};
#undef S

const struct option_table class_table = {.rows = rows, .check = check};

/* --- kinds ----------------------------------------------------------------------------------------- */

#define EACH_MAX 16

#define S struct kinds_options
static const struct option_row kinds_rows[] = {
    NUMBER(S, each, "each", 0, "N",
           "So many tasks of each lesson, of kinds drawn for each student: all", 1, EACH_MAX),
    {0}};
#undef S

const struct option_table kinds_table = {.rows = kinds_rows};

bool class_has(const struct class_options *class, const struct kinds_options *kinds,
               const struct task_course *course, const char *student, const struct task_kind *kind)
{
    uint8_t own[TASK_TOKEN_BYTES], other[TASK_TOKEN_BYTES];
    unsigned before = 0;
    task_course_rank(own, course, kind->lesson, kind->name, student);
    const struct task_kind *at = task_kinds_of(kind->lesson);
    for (; at->lesson && kinds->each > 0; at++) {
        task_course_rank(other, course, at->lesson, at->name, student);
        before += memcmp(other, own, sizeof(own)) < 0;
    }
    return lessons_have(class->lessons, kind->lesson) && (kinds->each == 0 || before < kinds->each);
}

/*
 * What the teacher's commands share: the course, the list of the class, and which lessons.
 *
 *     GROUP(struct key_options, class, class_table),   // of a table; a struct class_options
 */
#ifndef GLASSBOX_LESSON_CLASS_OPTIONS_H
#define GLASSBOX_LESSON_CLASS_OPTIONS_H

#include "option_table.h"
#include "students.h"
#include "task_course.h"

#include <stdint.h>

/* Set it to {0} first. */
struct class_options {
    const char *course, *students;
    uint32_t lessons; /* bit N for lesson N; 0: all of them */
};
extern const struct option_table class_table;

/* Which kinds a student gets. Set it to {0} first. */
struct kinds_options {
    unsigned each; /* so many of each lesson; 0: all */
};
extern const struct option_table kinds_table;

/* Whether this student has a task of this kind. Which kinds of a lesson she has follows from the
 * course, as their numbers do: one student's choice says nothing of another's. */
bool class_has(const struct class_options *class, const struct kinds_options *kinds,
               const struct task_course *course, const char *student, const struct task_kind *kind);

/* "1-4,7" to bits; the field is a uint32_t. */
option_read lessons_read;
bool lessons_have(uint32_t lessons, unsigned lesson);

#endif

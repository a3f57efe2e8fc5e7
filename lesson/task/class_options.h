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

/* "1-4,7" to bits; the field is a uint32_t. */
option_read lessons_read;
bool lessons_have(uint32_t lessons, unsigned lesson);

#endif

/*
 * The course: what is known of each lesson beside its page.
 */
#ifndef GLASSBOX_COURSE_H
#define GLASSBOX_COURSE_H

#include "problem.h"

#include <stddef.h>

#define COURSE_LESSONS 17

struct course_lesson {
    unsigned number;  /* 1 to COURSE_LESSONS */
    const char *name; /* of its page, less ".md": "03-who-are-you" */
    unsigned minutes; /* as its page says: a test holds the two together */
    bool takes_class; /* it begins with the published keys of a class, and its allow-list */
};

/* row: 0 to COURSE_LESSONS - 1. */
const struct course_lesson *course_at(size_t row);

/* By its number as people write it: "3", "03", or by its name. NULL with the problem said. */
const struct course_lesson *course_find(const char *text, struct problem *problem);

#endif

/*
 * How a stream begins: for the frame, which alone has the course's secret.
 */
#ifndef GLASSBOX_LESSON_TASK_RANDOM_INTERNAL_H
#define GLASSBOX_LESSON_TASK_RANDOM_INTERNAL_H

#include "kind.h"

#define TASK_STUDENT_BYTES 256 /* of a name, with its 0 */

/* purpose: "numbers", as in task_random.h, or "seal" (sealed_answers.h). False if the name is too
 * long. */
bool task_random_start(struct task_random *random, const char *purpose,
                       const struct task_kind *kind, const char *student,
                       const uint8_t course[COURSE_SECRET_BYTES]);

#endif

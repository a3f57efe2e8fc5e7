/*
 * Many small questions in one answer: a yes or no alone is guessed at once, 48 of them are not.
 *
 * The answer is the row of digits, 1 for yes and 0 for no, the first in front, as hexadecimal bytes:
 * four digits are one of them.
 */
#ifndef GLASSBOX_LESSON_DECISIONS_H
#define GLASSBOX_LESSON_DECISIONS_H

#include "task.h"

#include <stdbool.h>

#define DECISIONS 48

/* The right answer; and, as mistakes, the row read from its end, and yes and no exchanged. */
void task_answer_decisions(struct task *task, const bool yes[DECISIONS]);
void task_mistake_decisions(struct task *task, const bool yes[DECISIONS], const char *sentence);
/* Says how the answer is written. */
void task_say_decisions(struct task *task);

#endif

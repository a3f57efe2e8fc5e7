/*
 * A talk of one's own, as a listener has it: three lines of a client, sealed by a suite of the course,
 * in the file talk.rec. The second line is asked for. The tools of the lessons open it without a key.
 */
#ifndef GLASSBOX_LESSON_TALK_H
#define GLASSBOX_LESSON_TALK_H

#include "task.h"
#include "task_random.h"

struct dh_group;

/* TALK_SHORT: words, as few as a table of records shows whole; else sentences. */
enum talk_lines { TALK_SHORT, TALK_LONG };

/* Plays the talk, attaches talk.rec, and says the answer and the usual mistakes. The kind says the
 * rest. group: of dh; NULL: the standard one. False with task->problem, or if this talk is of no
 * use. */
bool task_talk(struct task *task, struct task_random *random, const char *suite,
               const struct dh_group *group, enum talk_lines length);

#endif

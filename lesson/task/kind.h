/*
 * Kinds of tasks: one row for each, in one file a lesson (lesson_02.c), all of them in kinds.c.
 *
 * A kind is a pure function of its random stream. It draws numbers, writes the text, says the right
 * answer and each usual wrong one with its name. The frame does the rest: files, sealing, checking,
 * receipts, the teacher's sheet.
 *
 *     static bool make(struct task *task, struct task_random *random)
 *     {
 *         ...
 *         task_say(task, "Your key has the primes p and q. Find d modulo lambda.");
 *         task_value(task, "p", p);
 *         task_answer_number(task, 60, d);
 *         task_mistake_number(task, d_phi, N_("You worked modulo phi, where lambda was asked."));
 *         return true;
 *     }
 *     const struct task_kind task_kinds_02[] = {
 *         {2, "private-exponent", N_("A private exponent"), make, TASK_QUICK}, {0}};
 */
#ifndef GLASSBOX_LESSON_KIND_H
#define GLASSBOX_LESSON_KIND_H

#include "task.h"
#include "task_random.h"

#define TASK_LESSONS 17

/* What it costs to make one: tests make fewer of those that cost more. */
enum task_cost {
    TASK_QUICK,
    TASK_COSTLY, /* some tenths of a millisecond, and more */
    TASK_SLOW    /* tens of them: whole sessions, keys of 2048 bits */
};

struct task_kind {
    unsigned lesson;   /* 1 to TASK_LESSONS; 0 ends a table */
    const char *name;  /* letters of a-z, digits and -: part of file names */
    const char *title; /* N_() */
    /* True: made. False: these numbers are of no use, draw again (the stream goes on). */
    bool (*make)(struct task *task, struct task_random *random);
    enum task_cost cost;
};

/* The kinds of a lesson, a table that ends with {0}. lesson: 1 to TASK_LESSONS. */
const struct task_kind *task_kinds_of(unsigned lesson);
/* The kind of that name, NULL if there is none. */
const struct task_kind *task_kind_named(unsigned lesson, const char *name);

/* Makes the task, drawing again while answers collide. course: the secret, COURSE_SECRET_BYTES.
 * False without memory, or if a thousand draws gave nothing; the task is freed by the caller. */
#define COURSE_SECRET_BYTES 32
bool task_make(struct task *task, const struct task_kind *kind, const char *student,
               const uint8_t course[COURSE_SECRET_BYTES], struct problem *problem)
    __attribute__((warn_unused_result));

/* The tables of the lessons: lesson_01.c and so on. */
extern const struct task_kind task_kinds_01[], task_kinds_02[], task_kinds_03[], task_kinds_04[],
    task_kinds_05[], task_kinds_06[], task_kinds_07[], task_kinds_08[];
extern const struct task_kind task_kinds_09[], task_kinds_10[], task_kinds_11[], task_kinds_12[],
    task_kinds_13[], task_kinds_14[], task_kinds_15[], task_kinds_16[], task_kinds_17[];

#endif

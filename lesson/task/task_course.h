/*
 * A course: one secret of the teacher's, from which all tasks and all receipts follow.
 *
 *     PRK      HKDF-Extract(salt "glassbox task v1", ikm: the secret)              RFC 5869 2.2
 *     id       HKDF-Expand(PRK, info "id", 8), in hexadecimal: public              RFC 5869 2.3
 *     token    the first 16 bytes of
 *              HMAC-SHA-256(HKDF-Expand(PRK, info "receipts", 32), "LESSON\nKIND\nSTUDENT")
 *     rank     the same with info "ranks": of the kinds of a lesson, those of the lowest are chosen
 *
 * The file is a text file of mode 0600: comments, and the line "glassbox-course-1 " with 64
 * hexadecimal digits. Who has it has every answer, and can write every receipt.
 */
#ifndef GLASSBOX_LESSON_TASK_COURSE_H
#define GLASSBOX_LESSON_TASK_COURSE_H

#include "kind.h"

#define TASK_COURSE_ID_BYTES 17 /* 16 digits and a 0 */
#define TASK_TOKEN_BYTES     16

struct task_course {
    uint8_t secret[COURSE_SECRET_BYTES];
    char id[TASK_COURSE_ID_BYTES];
};

/* Reads the file. It is an error if others may read it, too. */
bool task_course_read(struct task_course *course, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* The same; if there is no such file it is made, with a new secret. *made says so. */
bool task_course_read_or_make(struct task_course *course, bool *made, const char *path,
                              struct problem *problem) __attribute__((warn_unused_result));
/* From the secret alone: for tests. */
void task_course_start(struct task_course *course, const uint8_t secret[COURSE_SECRET_BYTES]);

/* What the right answer of this task gives to this student, and nobody else can compute. */
void task_course_token(uint8_t token[TASK_TOKEN_BYTES], const struct task_course *course,
                       unsigned lesson, const char *kind, const char *student);

/* Where a kind stands among those of its lesson, for this student. */
void task_course_rank(uint8_t rank[TASK_TOKEN_BYTES], const struct task_course *course,
                      unsigned lesson, const char *kind, const char *student);

void task_course_wipe(struct task_course *course);

#endif

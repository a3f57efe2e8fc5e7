/*
 * Receipts: what a right answer gives, and what a mail may do to it.
 *
 *     glassbox-receipt-1/COURSE/LESSON/KIND/STUDENT/TOKEN/SUM.
 *
 * COURSE and TOKEN are hexadecimal (task_course.h), STUDENT is her name as base64url, SUM the first
 * 8 digits of SHA-256 over all in front of it. No letter of it means anything in mail, HTML or
 * Markdown. Between its letters blanks, ends of lines, the > of quoted lines and tags of HTML do not
 * count.
 */
#ifndef GLASSBOX_LESSON_RECEIPT_H
#define GLASSBOX_LESSON_RECEIPT_H

#include "students.h"
#include "task_course.h"
#include "task_file.h"

#define RECEIPT_BYTES 1024 /* of its text, with ends of lines and a 0 */

struct receipt {
    bool damaged; /* a letter is lost: the rest may be "" */
    char course[TASK_COURSE_ID_BYTES];
    unsigned lesson;
    char kind[TASK_NAME_BYTES];
    char student[STUDENT_NAME_BYTES];
    uint8_t token[TASK_TOKEN_BYTES];
};

/* Two rows of at most 80 columns for usual names, each with its end. */
void receipt_write(char text[RECEIPT_BYTES], const struct receipt *receipt);

/* The next receipt of a text, from *at on, which moves behind it; false if there is no other. The
 * text is one that receipt_text_clean made. */
bool receipt_next(struct receipt *receipt, const char **at);
/* Takes out what a mail has put between the letters; in place, returns text. */
char *receipt_text_clean(char *text);

enum receipt_verdict {
    RECEIPT_RIGHT,
    RECEIPT_DAMAGED,
    RECEIPT_OTHER_COURSE,
    RECEIPT_OF_ANOTHER,  /* true, but of the student *owner */
    RECEIPT_NOT_ON_LIST, /* true, but its student is not on the list */
    RECEIPT_FORGED,      /* true of nobody */
    RECEIPT_VERDICTS
};

/* Whose receipt it is: recomputed for its student, then for all others. sender: who handed it in,
 * as far as it is known, or NULL. */
enum receipt_verdict receipt_judge(const struct student **owner, const struct receipt *receipt,
                                   const struct task_course *course,
                                   const struct students *students, const struct student *sender);

/* "right", "damaged", "other course" ...: for JSON and CSV. */
const char *receipt_verdict_name(enum receipt_verdict verdict);

#endif

/*
 * The forms an answer can have, and one spelling for each answer.
 *
 * An answer is never compared: a key is made from it (sealed_answers.h). So what a student types
 * must become the very text that the teacher's program had. Blanks, letters' case, 0x, leading
 * zeros and "d = 2753" in place of "2753" make no difference; a wrong digit does.
 */
#ifndef GLASSBOX_LESSON_ANSWER_FORM_H
#define GLASSBOX_LESSON_ANSWER_FORM_H

#include <stdbool.h>
#include <stddef.h>

enum answer_form {
    /* A whole number, 0 or more: decimal, or hexadecimal after 0x or where it has a letter of
     * a to f. Spelled in decimal. */
    ANSWER_NUMBER,
    /* Bytes in hexadecimal, with or without 0x, blanks and colons; zeros that are missing in front
     * are added, up to the size that the task names. Spelled in small letters. */
    ANSWER_BYTES,
    /* Whole numbers in decimal, each with or without a minus, in their order: blanks, commas,
     * semicolons and brackets stand between them. Spelled with one blank between. */
    ANSWER_NUMBERS,
    /* Words: case, quotes around them and the number of blanks do not count. Spelled in small
     * letters (Latin and Cyrillic), one blank between words. */
    ANSWER_TEXT,
    /* What keytool prints: SHA256: and 43 letters, whose case counts. */
    ANSWER_FINGERPRINT,
    ANSWER_FORMS
};

#define ANSWER_BYTES_MAX 4096 /* of a spelling, with its 0 */

/* Writes the one spelling of what was typed. size: of ANSWER_BYTES, 0 where any size will do; else
 * not looked at. False if it has not this form, or is too long; then out is "". */
bool answer_spell(char out[ANSWER_BYTES_MAX], enum answer_form form, size_t size, const char *typed)
    __attribute__((warn_unused_result));

/* "number", "bytes", "text", "fingerprint": as in task files. */
const char *answer_form_name(enum answer_form form);
/* The form of that name, ANSWER_FORMS if there is none. */
enum answer_form answer_form_named(const char *name);

/* What to type, for people: "a whole number, decimal or hexadecimal after 0x". Translated. */
const char *answer_form_hint(enum answer_form form);

#endif

/*
 * A task while it is made: its text, its files, the right answer and the usual wrong ones.
 *
 * A kind (kind.h) fills it by the functions below. What fails for want of memory is remembered in
 * problem, and the frame looks there once; a kind need not ask. Texts given to task_say and
 * task_mistake are whole English sentences, marked by N_() (or the names of these functions) for
 * translation; names, numbers and commands are not translated and go in by %s.
 */
#ifndef GLASSBOX_LESSON_TASK_H
#define GLASSBOX_LESSON_TASK_H

#include "answer_form.h"
#include "problem.h"
#include "translate.h"

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

struct task_kind;

#define TASK_ANSWERS        8  /* the right one, and up to seven mistakes */
#define TASK_FILES          4  /* beside numbers.py */
#define TASK_VALUES         48 /* named numbers */
#define TASK_SENTENCE_BYTES 200
#define TASK_SPACE_BITS     40 /* at least so many bits of guessing before an answer is hit */

/* A paragraph, or a row that stays as it is. */
struct task_row {
    const char *text;
    bool as_is;
};

enum task_value_form {
    TASK_NUMBER, /* text: decimal digits */
    TASK_BYTES,  /* hexadecimal */
    TASK_NUMBERS /* a list, as Python writes it: [3, -1, 16] */
};

struct task_value {
    const char *name; /* an identifier of Python */
    const char *text;
    enum task_value_form form;
};

struct task_attachment {
    const char *name;
    const void *data;
    size_t bytes;
};

struct task_answer {
    const char *spelling;
    const char *mistake; /* the English sentence; NULL for the right answer */
};

struct task {
    const struct task_kind *kind;
    const char *student;
    struct problem problem; /* of the making; no message while all is well */
    struct task_row *rows;
    size_t row_count;
    struct task_value values[TASK_VALUES];
    size_t value_count;
    struct task_attachment files[TASK_FILES];
    size_t file_count;
    enum answer_form form;
    size_t answer_size;                       /* bytes, or how many numbers; else 0 */
    unsigned space_bits;                      /* as the kind says */
    struct task_answer answers[TASK_ANSWERS]; /* the right one first */
    size_t answer_count;
    bool again;             /* two answers are equal, or one has not the form: draw other numbers */
    struct task_keep *kept; /* what the task owns */
};

void task_start(struct task *task, const struct task_kind *kind, const char *student);
void task_free(struct task *task); /* what it holds; fine on a {0} */

/* --- texts that live as long as the task; "" without memory ------------------------------------ */
const char *task_text(struct task *task, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *task_decimal(struct task *task, const mpz_t number);
const char *task_hex(struct task *task, const void *data, size_t bytes);
const char *task_list(struct task *task, const int *numbers, size_t count); /* [3, -1, 16] */
/* SHA-256 of a text as hexadecimal: what `printf %s TEXT | sha256sum` prints. */
const char *task_sha256(struct task *task, const char *text);

/* --- what the student reads --------------------------------------------------------------------- */
/* A paragraph; it is translated and wrapped to the screen. */
void task_say(struct task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A row that stays as it is, indented: a command to type, a line of a table. At most 74 columns. */
void task_show(struct task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A named number: a row of the text (cut if it is long) and a line of numbers.py, which goes with
 * every task that has values: `n = 3233`; bytes are `c = bytes.fromhex("0f41")`, and numbers are
 * `t = [3, -1, 16]`. */
void task_value(struct task *task, const char *name, const mpz_t number);
void task_value_bytes(struct task *task, const char *name, const void *data, size_t bytes);
void task_value_numbers(struct task *task, const char *name, const int *numbers, size_t count);
/* The text of such a value, for tests; "" if there is none of that name. */
const char *task_value_text(const struct task *task, const char *name);
/* A file that goes with the task. Copied. name: letters of a-z, 0-9, - and one dot. */
void task_attach(struct task *task, const char *name, const void *data, size_t bytes);

/* --- answers -------------------------------------------------------------------------------------
 * Exactly one right answer, once, before the mistakes. space_bits: how many bits somebody must guess
 * who has read the task and does nothing for it (2^space_bits answers that look alike to him); at
 * least TASK_SPACE_BITS. An answer that equals another draws the task again, with other numbers.
 * The sentence of a mistake is said to who made it: "You worked modulo phi, where lambda was
 * asked." At most TASK_SENTENCE_BYTES with its 0, in English; it is translated when it is said. It
 * must outlive the task. */
void task_answer_number(struct task *task, unsigned space_bits, const mpz_t number);
void task_answer_bytes(struct task *task, unsigned space_bits, const void *data, size_t bytes);
void task_answer_numbers(struct task *task, unsigned space_bits, const int *numbers, size_t count);
void task_answer_text(struct task *task, unsigned space_bits, const char *text);
void task_answer_fingerprint(struct task *task, const char *fingerprint);
/* In the form of the right answer: a number as decimal text, bytes as hexadecimal, numbers
 * as a list. */
void task_mistake(struct task *task, const char *answer, const char *sentence);
void task_mistake_number(struct task *task, const mpz_t number, const char *sentence);
void task_mistake_bytes(struct task *task, const void *data, size_t bytes, const char *sentence);
void task_mistake_numbers(struct task *task, const int *numbers, size_t count,
                          const char *sentence);

#endif

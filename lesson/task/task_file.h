/*
 * The file of a task, as a student gets it: JSON, by docs/formats.md, "A task".
 *
 * It has the text, the files that go with it, and the sealed answers; not an answer. Its sum shows
 * a file that was damaged on its way. Who changes it on purpose can mend the sum, but then the
 * boxes do not open: they were sealed over all the rest.
 */
#ifndef GLASSBOX_LESSON_TASK_FILE_H
#define GLASSBOX_LESSON_TASK_FILE_H

#include "sealed_answers.h"

#define TASK_FILE_BYTES_MAX (16u << 20)
#define TASK_NAME_BYTES     64 /* of a kind, or of an attached file, with its 0 */

struct json_t;

struct task_file {
    struct json_t *json;                         /* what is borrowed below lies there */
    const char *course, *student, *kind, *title; /* title: English, to be translated */
    unsigned lesson;
    enum answer_form form;
    size_t answer_size;
    struct sealed_answers sealed;
    uint8_t digest[SYM_SHA256_BYTES];
};

/* The file's text, a new string; NULL with the problem said. The same task gives the same text. */
char *task_file_write(const struct task *task, const struct task_course *course,
                      struct problem *problem);

/* path: for messages. */
bool task_file_parse(struct task_file *file, const char *path, const char *text, size_t bytes,
                     struct problem *problem) __attribute__((warn_unused_result));
bool task_file_read(struct task_file *file, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
void task_file_free(struct task_file *file); /* fine on a {0} */

/* Rows of the text from 0 on; NULL behind the last. */
const char *task_file_row(bool *as_is, const struct task_file *file, size_t row);
/* Attached files from 0 on; false behind the last. The data is a new buffer, to be freed. */
bool task_file_attachment(struct task_attachment *attachment, const struct task_file *file,
                          size_t index, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

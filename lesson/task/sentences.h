/*
 * Sentences for tasks, composed by chance: when, who, did what, with what, where. So each student
 * reads a text of their own, and none of them stands on a page.
 *
 *     "On Monday the old miller carried a heavy basket to the harbour."
 *     "В понедельник старый мельник продал тяжёлую корзину у моста."
 *
 * Small words and no sense: what matters is that the letters are those of the language.
 */
#ifndef GLASSBOX_LESSON_SENTENCES_H
#define GLASSBOX_LESSON_SENTENCES_H

#include "task_random.h"

#include <stddef.h>

enum sentence_language { SENTENCE_ENGLISH, SENTENCE_RUSSIAN };

#define SENTENCE_BITS  28  /* 16 choices for each of seven words */
#define SENTENCE_BYTES 200 /* of the longest, with what stands behind it */

/* Writes count sentences with a blank between them, UTF-8, and a 0; space at least
 * count * SENTENCE_BYTES. */
void task_draw_sentences(char *out, size_t space, struct task_random *random,
                         enum sentence_language language, unsigned count);

/* Two sentences joined by "and", in small letters and without a stop: a line that is typed as an
 * answer, of 2 * SENTENCE_BITS. space at least 2 * SENTENCE_BYTES. */
#define SENTENCE_LINE_BYTES (2 * SENTENCE_BYTES)
void task_draw_plain_line(char *out, size_t space, struct task_random *random,
                          enum sentence_language language);

#endif

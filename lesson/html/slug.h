/*
 * The anchor of a heading, as it is made for Markdown everywhere: "## 2. The move" is #2-the-move.
 */
#ifndef GLASSBOX_SLUG_H
#define GLASSBOX_SLUG_H

#include <stddef.h>
#include <stdint.h>

#define SLUG_BYTES 192

/* Letters and digits in lower case, blanks as "-", "-" and "_"; the rest is left out. */
void slug_make(char out[SLUG_BYTES], const char *text);

/* A Latin or Cyrillic letter in lower case; anything else as it is. */
uint32_t slug_lower(uint32_t character);
/* Whether it belongs to a word: a letter or a digit. */
int slug_is_word(uint32_t character);

#endif

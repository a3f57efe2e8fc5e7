/*
 * Text for a screen of so many columns: broken at blanks, under a hanging mark.
 *
 *     #1   --> The client sends its public key, a fresh key for this session
 *              alone, and 32 random bytes.
 *
 * All text is made printable (printable.h) and measured in columns, so Cyrillic and wide characters
 * do not break the edge. A word that is longer than a row is cut between characters.
 */
#ifndef GLASSBOX_TEXT_WRAP_H
#define GLASSBOX_TEXT_WRAP_H

#include "console.h"

/* A piece of a row in a style of its own. */
struct text_wrap_piece {
    const char *text;
    enum console_style style;
};

struct text_wrap {
    FILE *out;
    size_t columns;
    bool coloured;
    const char *prefix; /* in front of every row; "" */
};

/* The mark, then the pieces one behind the other, wrapped; a newline. Pieces end with a NULL text.
 * Following rows begin as many columns from the edge as the mark is wide. */
void text_wrap_put(const struct text_wrap *rows, struct text_wrap_piece mark,
                   const struct text_wrap_piece *pieces);
#define TEXT_WRAP_PIECES(...) ((const struct text_wrap_piece[]){__VA_ARGS__, {NULL, CONSOLE_PLAIN}})

/* A line as it is: made printable, not wrapped. */
void text_wrap_put_line(const struct text_wrap *rows, const char *text);

#endif

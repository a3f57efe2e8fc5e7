/*
 * Text for a screen of so many columns: broken at blanks, under a hanging mark.
 *
 *     #1   --> The client sends its public key, a fresh key for this session
 *              alone, and 32 random bytes.
 *
 * All text is made printable (printable.h) and measured in columns, so Cyrillic and wide characters
 * do not break the edge. A word that is longer than a row is cut between characters.
 */
#ifndef GLASSBOX_ROWS_H
#define GLASSBOX_ROWS_H

#include "console.h"

#define ROWS_COLUMNS 80 /* where the width is unknown */
#define ROWS_LEAST   40 /* narrower screens break our rows themselves */

/* COLUMNS of the environment, or the terminal's width, or ROWS_COLUMNS. */
size_t rows_columns(FILE *stream);

/* A piece of a row in a style of its own. */
struct rows_piece {
    const char *text;
    enum console_style style;
};

struct rows {
    FILE *out;
    size_t columns;
    bool coloured;
    const char *prefix; /* in front of every row; "" */
};

/* The mark, then the pieces one behind the other, wrapped; a newline. Pieces end with a NULL text.
 * Following rows begin as many columns from the edge as the mark is wide. */
void rows_put(const struct rows *rows, struct rows_piece mark, const struct rows_piece *pieces);
#define ROWS_PIECES(...) ((const struct rows_piece[]){__VA_ARGS__, {NULL, CONSOLE_PLAIN}})

/* A line as it is: made printable, not wrapped. */
void rows_put_line(const struct rows *rows, const char *text);

#endif

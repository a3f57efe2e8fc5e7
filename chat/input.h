/*
 * What a person types, or a script: text, or a command that begins with a slash.
 */
#ifndef GLASSBOX_CHAT_TYPED_H
#define GLASSBOX_CHAT_TYPED_H

#include "chat_line.h"

enum input_kind {
    INPUT_NOTHING, /* an empty line */
    INPUT_LINE,    /* text is a line for the server, `bytes` long */
    INPUT_QUIT,    /* the same; it is the last */
    INPUT_HELP,
    INPUT_REKEY,
    INPUT_WRONG, /* text says what is wrong */
};

struct input {
    enum input_kind kind;
    size_t bytes;
    char text[CHAT_LINE_MAX + 1];
};

/* Reads one line, without its newline. */
void input_read(struct input *input, const char *line);

/* What /help shows: one line each, NULL behind the last. */
extern const char *const input_help[];

#endif

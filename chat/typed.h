/*
 * What a person types, or a script: text, or a command that begins with a slash.
 */
#ifndef GLASSBOX_CHAT_TYPED_H
#define GLASSBOX_CHAT_TYPED_H

#include "chat_line.h"

enum typed_kind {
    TYPED_NOTHING, /* an empty line */
    TYPED_LINE,    /* text is a line for the server, `bytes` long */
    TYPED_QUIT,    /* the same; it is the last */
    TYPED_HELP,
    TYPED_REKEY,
    TYPED_WRONG, /* text says what is wrong */
};

struct typed {
    enum typed_kind kind;
    size_t bytes;
    char text[CHAT_LINE_MAX + 1];
};

/* Reads one line, without its newline. */
void typed_read(struct typed *typed, const char *line);

/* What /help shows: one line each, NULL behind the last. */
extern const char *const typed_help[];

#endif

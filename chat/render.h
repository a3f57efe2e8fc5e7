/*
 * A line from the server, as people read it.
 *
 *     12:03:04 anna: good morning
 *     12:03:09 * boris joined
 *     12:03:20 [boris -> anna] are you there?
 *     12:03:31 ~ boris yawns
 *
 * Only what the room itself says has the mark "* ".
 */
#ifndef GLASSBOX_CHAT_SHOW_H
#define GLASSBOX_CHAT_SHOW_H

#include "chat_line.h"

/* Enough for every line. */
#define RENDER_BYTES (3 * CHAT_ANSWER_MAX + 256)

/* Writes the line, made printable, without a newline. coloured: for a terminal. */
void render_line(char text[RENDER_BYTES], const char *from, size_t bytes, bool coloured);

/* The same for a terminal of so many columns: rows that are too long go on below, indented. The
 * terminal would break them itself, and what somebody says would stand where a line begins. */
void render_fold(char *out, size_t space, const char *text, size_t columns);

#endif

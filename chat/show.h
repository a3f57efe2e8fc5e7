/*
 * A line from the server, as people read it.
 *
 *     12:03:04 anna: good morning
 *     12:03:09 * boris joined
 *     12:03:20 [boris -> anna] are you there?
 */
#ifndef GLASSBOX_CHAT_SHOW_H
#define GLASSBOX_CHAT_SHOW_H

#include "chat_line.h"

/* Enough for every line. */
#define SHOW_BYTES (3 * CHAT_ANSWER_MAX + 256)

/* Writes the line, made printable, without a newline. coloured: for a terminal. */
void show_line(char text[SHOW_BYTES], const char *from, size_t bytes, bool coloured);

#endif

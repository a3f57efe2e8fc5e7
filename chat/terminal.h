/*
 * The client for a person at a terminal: a line to type in at the bottom, with editing and history
 * (libedit), and the talk above it, which never tears what is being typed.
 */
#ifndef GLASSBOX_CHAT_SCREEN_H
#define GLASSBOX_CHAT_SCREEN_H

#include "talk.h"

#define TERMINAL_HISTORY "chat_history" /* in the home */

/* Whether there is such a terminal: stdin and stdout, and not a dumb one. */
bool terminal_is_possible(void);
/* Talks until Ctrl-D, Ctrl-C, /quit, or the end of the talk. */
void terminal_talk(struct talk *talk);

#endif

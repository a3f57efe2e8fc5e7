/*
 * The client for scripts: lines of stdin go out, what comes is printed on stdout, notes on stderr.
 */
#ifndef GLASSBOX_CHAT_FILTER_H
#define GLASSBOX_CHAT_FILTER_H

#include "talk.h"

/* Talks until the end of stdin, /quit, or the end of the talk; then talk->status says how it was.
 * At the end of stdin it asks the server for the end, which comes when the server has heard all
 * lines and everything said before has come back. */
void pipe_talk(struct talk *talk);

#endif

/*
 * A step at a time: what --step waits for.
 *
 *     [Enter] _
 *
 * Keys typed before it asks are no answer: a terminal forgets them. A pipe is read as it is, so that a
 * script can answer beforehand.
 */
#ifndef GLASSBOX_PRESS_ENTER_H
#define GLASSBOX_PRESS_ENTER_H

#include <stdbool.h>

/* Shows the prompt behind so many blanks, and waits for Enter. wipes: the row of the prompt is free
 * again afterwards, on a terminal that obeys escape sequences. False after a signal, or if nothing more
 * can come: the caller asks no more. */
bool press_enter(int terminal, int indent, bool wipes) __attribute__((warn_unused_result));

#endif

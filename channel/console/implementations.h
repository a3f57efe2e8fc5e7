/*
 * Which implementations the three libraries have, in one list; and whether the environment variable
 * GLASSBOX_IMPLEMENTATIONS, which chooses among them, names such as there are. The libraries cannot
 * say so, as they never print.
 */
#ifndef GLASSBOX_IMPLEMENTATIONS_H
#define GLASSBOX_IMPLEMENTATIONS_H

#include "problem.h"
#include "sym_in_use.h"

/* Number `number` of all that the libraries have; false past the last. Its names are constants. */
bool implementation_at(size_t number, struct sym_known *out);

/* What is wrong with the variable, if it is set; the message stays empty where all is well. False,
 * with a hint, at the first name that is none. True, with a message for a warning, where this
 * processor cannot run what a name means. */
bool implementations_check(struct problem *problem);

#endif

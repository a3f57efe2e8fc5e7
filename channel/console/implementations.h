/*
 * Which implementations the three libraries have, in one list; and whether the environment variable
 * GLASSBOX_IMPLEMENTATIONS, which chooses among them, names such as there are. The libraries cannot
 * say so, as they never print.
 */
#ifndef GLASSBOX_IMPLEMENTATIONS_H
#define GLASSBOX_IMPLEMENTATIONS_H

#include "sym_in_use.h"

/* Number `number` of all that the libraries have; false past the last. Its names are constants. */
bool implementation_at(size_t number, struct sym_known *out);

/* What is wrong with the variable, if it is set: a name that is none is told by `tell`, such as
 * console_error, and a hint; one that this processor cannot run by a warning. False at the first name
 * that is none, and no other is looked at. */
bool implementations_check(void (*tell)(const char *format, ...));

#endif

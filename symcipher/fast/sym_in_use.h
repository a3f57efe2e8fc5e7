/*
 * Which implementation of each primitive runs on this machine, by name: for people and benches.
 */
#ifndef GLASSBOX_SYM_IN_USE_H
#define GLASSBOX_SYM_IN_USE_H

#include <stdbool.h>
#include <stddef.h>

/* Row `number` of the table; false past the last. The names are constants. They depend on the
 * processor and on GLASSBOX_IMPLEMENTATIONS (sym_implementations.h). */
bool sym_in_use(size_t number, const char **primitive, const char **implementation);

#endif

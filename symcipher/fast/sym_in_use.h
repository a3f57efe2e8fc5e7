/*
 * Which implementations of each primitive there are, and which one runs on this machine, by name:
 * for people and benches.
 */
#ifndef GLASSBOX_SYM_IN_USE_H
#define GLASSBOX_SYM_IN_USE_H

#include <stdbool.h>
#include <stddef.h>

/* The names are constants. */
struct sym_known {
    const char *primitive, *implementation;
    bool supported; /* by this processor */
    bool in_use;    /* the best that is supported and that GLASSBOX_IMPLEMENTATIONS allows */
};

/* Row `number` of the table: primitive after primitive, the readable reference of each first. False
 * past the last. */
bool sym_known(size_t number, struct sym_known *known);

#endif

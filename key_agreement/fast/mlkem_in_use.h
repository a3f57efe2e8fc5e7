/*
 * Which implementations of ML-KEM's transforms there are, and which one runs on this machine, by
 * name: for people and benches.
 */
#ifndef GLASSBOX_MLKEM_IN_USE_H
#define GLASSBOX_MLKEM_IN_USE_H

#include <stdbool.h>
#include <stddef.h>

/* A constant. It depends on the processor and on GLASSBOX_IMPLEMENTATIONS. */
const char *mlkem_in_use(void);

/* The name of number `number`, the readable one first; NULL past the last. *supported: by this
 * processor. */
const char *mlkem_known(size_t number, bool *supported);

#endif

/*
 * Handshakes side by side, in memory and on this thread: the private operations of all that have
 * come so far are one batch, as the workers of a server make them (uv_workers.h); here both sides
 * do. Without Criterion, for benches.
 */
#ifndef GLASSBOX_TESTS_AT_ONCE_H
#define GLASSBOX_TESTS_AT_ONCE_H

#include <stddef.h>

#define AT_ONCE_MOST 4

/* 1 to AT_ONCE_MOST pairs of engines, from the first byte until all are open, and freed. Aborts if
 * one is not. */
void at_once_handshakes(const char *suite, size_t count);

#endif

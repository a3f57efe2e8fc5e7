/*
 * How far a long operation has come: a line on stderr, drawn over itself; on a terminal only.
 */
#ifndef GLASSBOX_KEYTOOL_PROGRESS_H
#define GLASSBOX_KEYTOOL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
    const char *what; /* "sealing" */
    uint64_t total;   /* 0: not known */
    struct timespec last;
    bool shown, is_terminal;
};

/* total: the size of the file in the descriptor, if it has one. */
void progress_start(struct progress *progress, const char *what, int descriptor);
/* Bytes so far; context is the struct progress. Draws five times a second at most. */
void progress_hear(void *context, uint64_t bytes);
/* Takes the line away. */
void progress_end(struct progress *progress);

#endif

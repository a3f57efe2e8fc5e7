/*
 * How far a long operation is, on one line of stderr that is drawn over and over, if that is a terminal:
 *
 *     name    45%  123 MiB   85 MiB/s   0:12 left
 */
#ifndef GLASSBOX_PROGRESS_H
#define GLASSBOX_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/* Files of a tree are not told one by one; several at a time have no line to draw on. */
enum progress_talk { PROGRESS_ALL, PROGRESS_LINE, PROGRESS_NOTHING };

struct progress {
    const char *name; /* borrowed; any bytes */
    enum progress_talk talk;
    bool shown, drawn;
    uint64_t total; /* 0: unknown */
    uint64_t start, done;
    int64_t began_ms, drawn_ms;
};

/* start: how much of the total was there before. */
void progress_begin(struct progress *progress, enum progress_talk talk, const char *name,
                    uint64_t total, uint64_t start);
void progress_add(struct progress *progress, uint64_t bytes);
void progress_reached(void *context, uint64_t done); /* all told; context: the struct progress */
/* Wipes the line; says what was done if it was, and PROGRESS_ALL. port: through which, or 0 if
 * nobody has asked. */
void progress_end(struct progress *progress, bool done, unsigned port);

/* "12.3 MiB"; returns text. */
#define PROGRESS_SIZE_BYTES 32
const char *progress_size(char text[PROGRESS_SIZE_BYTES], double bytes);

#endif

/*
 * --explain: a session in plain words while it happens, those of explain_text.h.
 *
 *     127.0.0.1 port 41320 --> 127.0.0.1 port 10101, the modern suite
 *     1 Who are you, and are you allowed? A key shown, and soon proved.
 *       --> The client sends its public key, a fresh key for this session alone, and 32 random
 *           bytes.
 *       <-- The server has found the key in its list, and sends its own: ...
 *        *  The client looks at the server's key, and takes it for the server's.
 *     2 Agree on a key. From both sides, and for this session alone.
 *       ...
 *
 * --> is from the client to the server on every screen, <-- back, * what the program does by
 * itself, ! what it refuses. A connection is a handshake with everything that comes of it: the new
 * port of a chat, the data connections of FTP. Its steps have numbers and the same titles in all
 * suites; what comes again gets a line or none. docs/explain.md says what is said when.
 *
 * Values that are secret are shown by their size alone, unless that is asked for. Everything that
 * the peer said is made printable.
 */
#ifndef GLASSBOX_NARRATION_H
#define GLASSBOX_NARRATION_H

#include "explain.h"

#include <stdio.h>

#define NARRATION_ROWS 25 /* of a connection's first words, at 80 columns */

struct narration_options {
    enum explain_level explain;
    bool secrets;
    bool numbered;  /* every row says of which connection it is: a server */
    int step;       /* the terminal on which Enter is waited for between steps; -1: none */
    FILE *out;      /* borrowed */
    size_t columns; /* of its rows; 0: asked each time, a window may change */
    bool coloured;
    bool wipes; /* first what stands on its row, as on a terminal: a progress bar, perhaps */
};

bool narration_open(struct explain_observer *observer, const struct narration_options *options,
                    struct problem *problem) __attribute__((warn_unused_result));

/* While a program draws on the screen itself: it is handed whole rows, each with its newline, to
 * show in its own way. say NULL: back to `out`. context: the observer's. */
void narration_print_through(void *context, void (*say)(void *screen, const char *rows),
                             void *screen);

/* The command `chat explain`, `ftp explain`: a recording, afterwards. */
int narration_main(int argc, char **argv);

#endif

/*
 * Waiting for keys to be refused: until a file changes, somebody types, or Ctrl-C.
 *
 *     struct allow_watch watch;
 *     allow_watch_begin(&watch, directory);
 *     while (allow_watch_wait(&watch)) ...   // look at the file
 *     allow_watch_end(&watch);
 */
#ifndef GLASSBOX_KEYTOOL_ALLOW_WATCH_H
#define GLASSBOX_KEYTOOL_ALLOW_WATCH_H

#include <signal.h>
#include <stdbool.h>

struct allow_watch {
    const char *directory; /* borrowed; it need not be there yet */
    int notify;            /* of inotify, or -1: then a look a second must do */
    int watched;           /* the directory, once it is */
    sigset_t before;       /* the signals that were held back before */
};

/* From now on Ctrl-C and SIGTERM end the waiting, and not the program. */
void allow_watch_begin(struct allow_watch *watch, const char *directory);
void allow_watch_end(struct allow_watch *watch);

/* Until something has changed in the directory, or a second is over. False: it is to end. */
bool allow_watch_wait(struct allow_watch *watch);
/* Until there is a line at stdin, or its end. False: it is to end. */
bool allow_watch_input(const struct allow_watch *watch);

#endif

/*
 * The key log: the keys of every session as they come, one a line, for Wireshark (docs/wireshark.md
 * is the format). The file opens the sessions: it is made 0600, and added to if it is
 * there already.
 */
#ifndef GLASSBOX_KEYLOG_H
#define GLASSBOX_KEYLOG_H

#include "explain.h"

/* Fills the observer in; its finish closes the file. A file that others may read is refused. */
bool keylog_open(struct explain_observer *observer, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

/*
 * --record FILE: every event as a line of JSON; docs/recording.md is the schema.
 */
#ifndef GLASSBOX_RECORDER_H
#define GLASSBOX_RECORDER_H

#include "explain.h"

/* Makes the file (0600) and writes its head. A file that already exists is left alone: that is an
 * error with the way out. Devices and pipes are written to. A recording of no channel is removed at
 * the end. Whole lines are written as the events come, so that a program which is killed leaves a
 * recording that can be read; when the disk is full the file is cut behind its last whole line,
 * nothing more is written, and finish says so. */
bool recorder_open(struct explain_observer *observer, const char *path,
                   const struct recording_head *head, struct problem *problem)
    __attribute__((warn_unused_result));

/* The same lines of a recording in memory, *bytes bytes without a 0: what recorder_open would have
 * written. secrets: whether they are in it; only if the recording has them. NULL without memory. The
 * caller wipes it, if they are, and frees it. */
char *recorder_text(size_t *bytes, const struct recording *recording, bool secrets);

#endif

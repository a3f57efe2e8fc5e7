/*
 * A recording that is still being written: its file is read on, whole line by whole line.
 *
 * The recorder writes whole lines. So a piece of a line at the end is waited for; one that its
 * program never finished (it was killed) stays unread. A file that is not there yet is waited for, too.
 */
#ifndef GLASSBOX_RECORDING_FOLLOW_H
#define GLASSBOX_RECORDING_FOLLOW_H

#include "recording.h"

struct recording_follow;

/* path must outlive it. NULL without memory. */
struct recording_follow *recording_follow_new(const char *path);
void recording_follow_free(struct recording_follow *follow); /* wipes; NULL is fine */

/* Takes what has been written since the last time. False with the problem: it is no recording, or no
 * more of it can be read; what was read before is good. */
bool recording_follow_read(struct recording_follow *follow, struct problem *problem)
    __attribute__((warn_unused_result));
/* Nothing more will come: a piece of a line that is left makes the recording a cut one. */
void recording_follow_end(struct recording_follow *follow);
/* It is there, and has said what it is. */
bool recording_follow_has_begun(const struct recording_follow *follow);
/* All that was read; owned by follow. */
const struct recording *recording_follow_recording(const struct recording_follow *follow);

#endif

/*
 * What `chat replay` and `ftp replay` print, in lines for people or as one JSON object.
 */
#ifndef GLASSBOX_REPLAY_RENDER_H
#define GLASSBOX_REPLAY_RENDER_H

#include "recording_replay.h"

/* What the channel received: each frame, and at which byte its fields begin. */
void replay_render_frames(const struct recording *recording, unsigned channel);
/* The change and what came of it. */
void replay_render_text(const struct replay_change *change, const struct replay_result *result);
bool replay_render_json(const struct replay_change *change, const struct replay_result *result);

#endif

/*
 * Two short sessions in which every message of the protocol crosses the line, for tests that attack
 * them frame by frame, and for the fuzzer. Without Criterion.
 *
 *     struct pump pump;
 *     scene_open(&pump, SCENE_TALK, "modern");
 *     pump.frame = attack;
 *     scene_play(&pump, SCENE_TALK);
 *     ... channel_error of either side, scene_is_honest ...
 *     pump_close(&pump);
 */
#ifndef GLASSBOX_TESTS_SCENE_H
#define GLASSBOX_TESTS_SCENE_H

#include "pump.h"

enum scene {
    SCENE_MEETING, /* handshake, a message each way, a port, goodbye */
    SCENE_TALK,    /* resume, a message each way, re-key (not in textbook), another, goodbye */
    SCENES
};

/* Two fresh engines; those of a talk hold the tickets of an honest meeting. */
void scene_open(struct pump *pump, enum scene scene, const char *suite);
/* The same with somebody who listens to each: by role. */
void scene_open_traced(struct pump *pump, enum scene scene, const char *suite,
                       const struct channel_trace *const traces[2]);
/* Plays as far as it goes, then cuts the line. */
void scene_play(struct pump *pump, enum scene scene);
/* Whether all that was received was sent: from the beginning, in order, as far as it came. */
bool scene_is_honest(const struct pump *pump);
/* Whether it came to its proper end: everything received, no error on either side. */
bool scene_is_complete(const struct pump *pump, enum scene scene);

/* What crosses the line when nobody disturbs it, frame by frame. */
struct scene_frames {
    size_t count;
    struct scene_frame {
        enum channel_role from;
        uint8_t *data;
        size_t bytes;
    } frames[32];
};
void scene_record(struct scene_frames *frames, enum scene scene, const char *suite);
void scene_frames_free(struct scene_frames *frames);

#endif

/*
 * A recording put in order: talks, their scenes (one channel each), and in each the beats of the
 * story: a frame, a piece of work that one side does by itself, a verdict, the end.
 *
 * Everything points into the recording, which must outlive the session.
 */
#ifndef GLASSBOX_SESSION_H
#define GLASSBOX_SESSION_H

#include "recording.h"

/* The four public keys of a channel, as they have crossed the line so far; n and e empty: not yet.
 * By role. */
struct session_key {
    struct wire_value n, e;
};
struct session_keys {
    struct session_key identity[2], ephemeral[2];
};

/* A step with the arithmetic on its way. step is NULL where the recording ends before it. */
struct session_work {
    const struct lens_event *step;
    const struct lens_event **math;
    size_t math_count;
    struct session_keys keys; /* as known at that moment */
};

enum beat_kind { BEAT_FRAME, BEAT_WORK, BEAT_VERDICT, BEAT_END };

struct session_beat {
    enum beat_kind kind;
    enum channel_role actor;        /* who sends, works, judges; whose view of the end it is */
    const struct lens_event *event; /* FRAME, VERDICT, CLOSE; of WORK the step that gives it its name */
    const struct lens_event *inner; /* what a record holds; NULL: none, or it never got so far */
    struct session_work *works;     /* of WORK: all its steps; of a frame: how it was made or read */
    size_t work_count;
};

struct session_scene {
    unsigned channel;
    enum channel_role role; /* of the program that recorded */
    const char *suite;
    bool textbook, resumed;
    const struct lens_place *places[2]; /* by role; NULL: not told */
    struct session_beat *beats;
    size_t beat_count;
    size_t frames[2], bytes[2]; /* by sender */
    uint64_t began, ended;
    const struct lens_event *close; /* NULL: the recording ends before */
    struct session_keys keys;
    size_t talk; /* the scene with the handshake that this one goes back to: itself, if it is one */

    /* While it is read. */
    const struct lens_event **math;
    size_t math_count;
    struct session_work *pending;
    size_t pending_count;
    const struct lens_event *pending_inner;
    const struct lens_event *open;
};

struct session {
    const struct recording *recording;
    struct session_scene *scenes; /* in the order in which they began */
    size_t scene_count;
};

/* False without memory, or if there is nothing in it. */
bool session_read(struct session *session, const struct recording *recording,
                  struct problem *problem) __attribute__((warn_unused_result));
void session_free(struct session *session);

/* Which message a frame is: its inner one if that is known, else the record. */
enum wire_message session_message(const struct session_beat *beat);
/* The fields of a message, decoded; how many of them were there and well formed. */
size_t session_fields(struct wire_value values[WIRE_MAX_FIELDS], enum wire_message message,
                      const uint8_t *body, size_t bytes);
/* The key that arithmetic calls by this name ("own identity"); NULL: not known. */
const struct session_key *session_key(const struct session_keys *keys, const char *name,
                                      enum channel_role own);

#endif

/*
 * A recording put in order: talks, their scenes (one channel each), and in each the beats of the
 * story: a frame, a piece of work that one side does by itself, a verdict, the end.
 *
 * Everything points into the recording, which must outlive the session.
 */
#ifndef GLASSBOX_DRAMA_H
#define GLASSBOX_DRAMA_H

#include "recording.h"

/* The four public keys of a channel, as they have crossed the line so far; n and e empty: not yet.
 * By role. */
struct drama_key {
    struct wire_value n, e;
};
struct drama_keys {
    struct drama_key identity[2], ephemeral[2];
};

/* A step with the arithmetic on its way. step is NULL where the recording ends before it. */
struct drama_work {
    const struct lens_event *step;
    const struct lens_event **math;
    size_t math_count;
    struct drama_keys keys; /* as known at that moment */
};

enum beat_kind { BEAT_FRAME, BEAT_WORK, BEAT_VERDICT, BEAT_END };

struct drama_beat {
    enum beat_kind kind;
    enum channel_role actor;        /* who sends, works, judges; whose view of the end it is */
    const struct lens_event *event; /* FRAME, VERDICT, CLOSE; of WORK the step that names it */
    const struct lens_event *inner; /* what a record holds; NULL: none, or it never got so far */
    struct drama_work *works; /* of WORK: all its steps; of a frame: how it was made or read */
    size_t work_count;
};

struct drama_scene {
    unsigned channel;
    enum channel_role role; /* of the program that recorded */
    const char *suite;
    bool textbook, resumed;
    const struct lens_place *places[2]; /* by role; NULL: not told */
    struct drama_beat *beats;
    size_t beat_count;
    size_t frames[2], bytes[2]; /* by sender */
    uint64_t began, ended;
    const struct lens_event *close; /* NULL: the recording ends before */
    struct drama_keys keys;
    size_t talk; /* the scene with the handshake that this one goes back to: itself, if it is one */

    /* While it is read. */
    const struct lens_event **math;
    size_t math_count;
    struct drama_work *pending;
    size_t pending_count;
    const struct lens_event *pending_inner;
    const struct lens_event *open;
};

struct drama {
    const struct recording *recording;
    struct drama_scene *scenes; /* in the order in which they began */
    size_t scene_count;
};

/* False without memory, or if there is nothing in it. */
bool drama_read(struct drama *drama, const struct recording *recording, struct problem *problem)
    __attribute__((warn_unused_result));
void drama_free(struct drama *drama);

/* Which message a frame is: its inner one if that is known, else the record. */
enum wire_message drama_message(const struct drama_beat *beat);
/* The fields of a message, decoded; how many of them were there and well formed. */
size_t drama_fields(struct wire_value values[WIRE_MAX_FIELDS], enum wire_message message,
                    const uint8_t *body, size_t bytes);
/* The key that arithmetic calls by this name ("own identity"); NULL: not known. */
const struct drama_key *drama_key(const struct drama_keys *keys, const char *name,
                                  enum channel_role own);

#endif

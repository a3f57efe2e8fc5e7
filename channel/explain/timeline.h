/*
 * A recording put in order: talks, their scenes (one channel each), and in each the entries of the
 * story: a frame, a piece of work that one side does by itself, a verdict, the end.
 *
 * Everything points into the recording, which must outlive the session.
 */
#ifndef GLASSBOX_TIMELINE_H
#define GLASSBOX_TIMELINE_H

#include "recording.h"

/* The four public keys of a channel, as they have crossed the line so far; n and e empty: not yet.
 * By role. */
struct timeline_key {
    struct wire_value n, e;
};
struct timeline_keys {
    struct timeline_key identity[2], ephemeral[2];
};

/* A step with the arithmetic on its way. step is NULL where the recording ends before it. */
struct timeline_step {
    const struct recording_event *step;
    const struct recording_event **math;
    size_t math_count;
    struct timeline_keys keys; /* as known at that moment */
};

enum entry_kind { ENTRY_FRAME, ENTRY_STEPS, ENTRY_VERDICT, ENTRY_END };

struct timeline_entry {
    enum entry_kind kind;
    enum channel_role actor;             /* who sends, works, judges; whose view of the end it is */
    const struct recording_event *event; /* FRAME, VERDICT, CLOSE; of WORK the step that names it */
    const struct recording_event
        *inner;                  /* what a record holds; NULL: none, or it never got so far */
    struct timeline_step *steps; /* of WORK: all its steps; of a frame: how it was made or read */
    size_t step_count;
};

struct timeline_channel {
    unsigned channel;
    enum channel_role role; /* of the program that recorded */
    const char *suite;
    bool textbook, resumed;
    const struct recording_address *places[2]; /* by role; NULL: not told */
    struct timeline_entry *entries;
    size_t entry_count;
    size_t frames[2], bytes[2]; /* by sender */
    uint64_t began, ended;
    const struct recording_event *close; /* NULL: the recording ends before */
    struct timeline_keys keys;
    size_t talk; /* the scene with the handshake that this one goes back to: itself, if it is one */

    /* While it is read. */
    const struct recording_event **math;
    size_t math_count;
    struct timeline_step *pending;
    size_t pending_count;
    const struct recording_event *pending_inner;
    const struct recording_event *open;
};

struct timeline {
    const struct recording *recording;
    struct timeline_channel *channels; /* in the order in which they began */
    size_t channel_count;
};

/* False without memory, or if there is nothing in it. */
bool timeline_read(struct timeline *timeline, const struct recording *recording,
                   struct problem *problem) __attribute__((warn_unused_result));
void timeline_free(struct timeline *timeline);

/* Which message a frame is: its inner one if that is known, else the record. */
enum wire_message timeline_message(const struct timeline_entry *entry);
/* The fields of a message, decoded; how many of them were there and well formed. */
size_t timeline_fields(struct wire_value values[WIRE_MAX_FIELDS], enum wire_message message,
                       const uint8_t *body, size_t bytes);
/* The key that arithmetic calls by this name ("own identity"); NULL: not known. */
const struct timeline_key *timeline_key(const struct timeline_keys *keys, const char *name,
                                        enum channel_role own);

#endif

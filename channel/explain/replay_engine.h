/*
 * One side of one recorded channel, alive again: an engine, and the driver's part read from the
 * recording. For recording_replay.c.
 */
#ifndef GLASSBOX_REPLAY_ENGINE_H
#define GLASSBOX_REPLAY_ENGINE_H

#include "recording_replay.h"
#include "replay_memory.h"

/* What goes along a channel's events of one sort, one after the other. */
struct replay_cursor {
    size_t next; /* index of the event to look at */
    size_t used; /* bytes of it that are used up (random bytes) */
};

struct replay_engine {
    const struct recording *recording;
    unsigned number; /* of the channel */
    enum channel_role role;
    struct channel *channel;
    struct rsa_key *identity;
    struct dh_group *group; /* of the client in dh; NULL: none is needed */
    struct rsa_random random;
    struct channel_trace trace;
    struct replay_cursor chance, ephemerals, verdicts;
    bool waits;                   /* for what the recording does not hold */
    struct replay_memory *memory; /* of the recording's keys; NULL: none */
    struct recording *now;        /* what it sends and receives, and which check refuses */
};

/* index: of an open event; ticket: of a channel that resumes; memory: NULL, or what is known of its
 * keys; now: where its events go. All are borrowed. */
bool replay_engine_open(struct replay_engine *side, const struct recording *recording, size_t index,
                        const struct channel_ticket *ticket, struct replay_memory *memory,
                        struct recording *now, struct problem *problem)
    __attribute__((warn_unused_result));
/* Bytes from the peer. What it then wants from its driver it gets. */
void replay_engine_feed(struct replay_engine *side, const uint8_t *data, size_t bytes);
/* What the program itself had sent: an inner message, sent. */
void replay_engine_send(struct replay_engine *side, const struct trace_event *inner);
/* The line ends. */
void replay_engine_end(struct replay_engine *side);
bool replay_engine_is_closed(const struct replay_engine *side);
/* A ticket that it made or received; the caller frees it. NULL: none. */
struct channel_ticket *replay_engine_ticket(struct replay_engine *side);
void replay_engine_free(struct replay_engine *side);

#endif

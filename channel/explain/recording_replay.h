/*
 * What if: a recorded session fed to fresh engines, with one change on the line.
 *
 * The engines are the real ones. From the recording they get what the program and the machine gave
 * them then: the keys, the random bytes, the verdicts, what the program sent. So without a change
 * they say the same bytes again, and with one the first thing that differs is what the change did.
 * That takes a recording with secrets (--record-secrets).
 */
#ifndef GLASSBOX_RECORDING_REPLAY_H
#define GLASSBOX_RECORDING_REPLAY_H

#include "recording.h"
#include "replay_memory.h"

enum replay_kind {
    REPLAY_AS_IT_WAS,
    REPLAY_FLIP,
    REPLAY_DROP,
    REPLAY_SWAP,
    REPLAY_REPEAT,
    REPLAY_SET
};

/* Frames are those that this side received, by their numbers in the recording. */
struct replay_change {
    enum replay_kind kind;
    unsigned channel;     /* 0: the first */
    size_t offset;        /* flip, set: of the (first) byte; from 0, over all bytes received */
    uint8_t bits;         /* flip: those of the byte that change; 0: the lowest */
    const uint8_t *bytes; /* set: what comes instead; within one frame */
    size_t count;
    unsigned frame, other; /* drop, swap, repeat */
};

/* Where a byte of a frame belongs, by the table of the wire. */
struct replay_field {
    unsigned frame;
    enum wire_message message;
    char field[24];   /* "type", "length" (of the frame), a field of the table; "": none */
    bool in_length;   /* in the length in front of the field */
    size_t at, bytes; /* which byte of how many */
};

/* An inner message that the side received: in the recording, and now. NULL: not there. */
struct replay_message {
    const struct trace_event *was, *is;
};

#define REPLAY_TEXT_BYTES 128

struct replay_result {
    unsigned channel;
    enum channel_role role;
    char suite[CHANNEL_SUITE_TEXT_BYTES];
    struct replay_field place;                /* flip, set: of the first byte */
    uint8_t was, is;                          /* flip, set: that byte */
    enum wire_message message, other_message; /* of the frames that were moved */
    enum channel_error recorded;              /* how the channel ended then, */
    enum channel_error error;                 /* and now */
    bool is_peers;
    char detail[REPLAY_TEXT_BYTES]; /* what exactly was wrong, or the rule that was broken */
    unsigned refused_frame;         /* the frame after which it had ended; 0: the end of the line */
    enum wire_message refused_message;
    const struct step_row *check; /* that refused, if a step of the protocol did: else NULL */
    bool same_bytes;              /* all engines said what they had said then */
    bool waits;                   /* the change left it waiting for something that never comes */
    struct replay_message *messages;
    size_t message_count;
    struct recording *now; /* what the engines did; the messages point into it */
};

/* The recording must outlive the result. The problem says what is missing in the recording, or that
 * the change fits nothing in it. */
bool replay_run(struct replay_result *result, const struct recording *recording,
                const struct replay_change *change, struct problem *problem)
    __attribute__((warn_unused_result));
/* The same, with a memory of the recording's keys (replay_memory.h). */
bool replay_run_with(struct replay_result *result, const struct recording *recording,
                     const struct replay_change *change, struct replay_memory *memory,
                     struct problem *problem) __attribute__((warn_unused_result));
void replay_free(struct replay_result *result); /* wipes */

/* How many bytes a channel received. */
size_t replay_received_bytes(const struct recording *recording, unsigned channel);
/* Whether a check refused what came; and whether what arrived then and what arrives now is one. */
bool replay_is_refused(const struct replay_result *result);
bool replay_is_same(const struct replay_message *message);

/* Where byte `offset` of this frame, of a channel of this suite, belongs. */
struct replay_field replay_field(const struct trace_event *frame, struct channel_suite suite,
                                 size_t offset);
/* The suite of a channel of the recording; modern if there is no such channel. */
struct channel_suite replay_suite(const struct recording *recording, unsigned channel);

#endif

/*
 * A recording: what a lens saw of a program's channels, as a list of events.
 *
 * The same events come live from a lens (explain.h) and back from a file (recording_load), so whoever
 * tells, draws or replays a session is written once, against this header. In a file each event is
 * one line of JSON; docs/recording.md is the schema, and gives the reason beside each field.
 *
 * Channels are numbered from 1 in the order in which they began. Numbers of frames count within
 * one channel, both directions together, from 1.
 */
#ifndef GLASSBOX_RECORDING_H
#define GLASSBOX_RECORDING_H

#include "channel.h"
#include "problem.h"
#include "trace.h"

#define RECORDING_VERSION    1
#define RECORDING_VALUES_MAX 16 /* inputs of a step, or outputs */

enum recording_kind {
    RECORDING_OPEN,    /* a channel begins */
    RECORDING_LINE,    /* the driver says which addresses and ports it runs over */
    RECORDING_FRAME,   /* a whole frame was sent or received */
    RECORDING_INNER,   /* an inner message: what a record holds */
    RECORDING_MATH,    /* arithmetic, on the way to the step that follows */
    RECORDING_STEP,    /* a step of the protocol */
    RECORDING_VERDICT, /* the program's answer about the peer's key */
    RECORDING_CLOSE,   /* a channel ends */
};

/* Bytes with a name. data is NULL where a recording holds no secrets and this is one; bytes is
 * their number all the same. */
struct recording_value {
    const char *name;
    enum trace_secrecy secrecy;
    const uint8_t *data;
    size_t bytes;
};

struct recording_box {
    const char *label;
    size_t bytes;
};

struct recording_address {
    const char *address; /* numeric */
    uint16_t port;
};

struct recording_event {
    enum recording_kind kind;
    unsigned channel;
    uint64_t microseconds; /* since the recording began */
    union {
        struct {
            enum channel_role role;
            const char *suite; /* "modern", "textbook:CIPHER" */
            bool resumes;      /* a ticket's channel, on the new port; else a handshake */
            struct recording_value ticket; /* of a resumed channel: the port message's */
        } open;
        struct {
            struct recording_address own, peer;
        } line;
        struct {
            bool sent;
            unsigned number;
            enum wire_message message; /* WIRE_MESSAGES: no such frame exists */
            struct recording_value
                frame; /* header and body; of one refused by its header, what came */
        } frame;
        struct {
            bool sent;
            unsigned record; /* the number of the frame that holds it */
            enum wire_message message;
            struct recording_value bytes;
        } inner;
        struct {
            const char *key; /* whose: "own identity", "peer's ephemeral", ... */
            const char *name, *formula, *section;
            bool is_number;
            struct recording_value value;
            const struct recording_box *boxes; /* how the bytes are made up */
            size_t box_count;
            const char *power[3]; /* power[0] to the power[1] modulo power[2], or all NULL */
        } math;
        struct {
            const char *name, *formula, *section;
            const struct recording_value *inputs, *outputs;
            size_t input_count, output_count;
        } step;
        struct {
            enum channel_error verdict;
            const char *fingerprint; /* of the key that was judged */
        } verdict;
        struct {
            enum channel_error error; /* CHANNEL_OK: a proper end */
            bool is_peers;            /* the peer told us */
            const char *reason, *detail;
        } close;
    };
};

/* What stands above the events. */
struct recording_head {
    unsigned version;
    const char *program; /* "chat connect" */
    enum channel_role role;
    const char *suite;
    const char *started; /* RFC 3339, UTC */
    bool secrets;        /* values that are secret are here */
    bool seeded;         /* --seed was given: */
    uint64_t seed;
};

struct recording;

/* Reads a recording, whole. Every line is checked against the schema; the problem names file and
 * line. A last line that was cut short (the program was killed) is left out and told by
 * recording_is_cut. At most RECORDING_MAX_BYTES. */
#define RECORDING_MAX_BYTES ((size_t)256 * 1024 * 1024)
bool recording_load(struct recording **recording, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* The same of bytes in memory; name: for messages. */
bool recording_read(struct recording **recording, const char *name, const char *text, size_t bytes,
                    struct problem *problem) __attribute__((warn_unused_result));
void recording_free(struct recording *recording); /* wipes; NULL is fine */

const struct recording_head *recording_head(const struct recording *recording);
bool recording_is_cut(const struct recording *recording);
size_t recording_count(const struct recording *recording);
const struct recording_event *recording_event(const struct recording *recording, size_t index);

/* "C->S" or "S->C": which way a frame or inner message went, from its channel's role. */
const char *recording_direction(enum channel_role role, bool sent);

#endif

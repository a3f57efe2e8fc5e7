/*
 * The trace: a sink hears everything that a channel does, while it happens, as events.
 *
 *     open        a channel begins
 *     addresses   the driver says over which addresses it runs
 *     frame       a frame has come or is on its way out
 *     inner       an inner message, of the record that has come or is about to be made
 *     step        a step of the protocol, or a check that has failed; its arithmetic with it
 *     verdict     the program has judged the peer's key
 *     close       the last: the program lets go of the channel, and this is how it ended
 *
 * The sink is called on the channel's own thread; for steps also on the thread that runs the
 * channel's work, beside the others. Everything that an event points to is valid during the call
 * alone. Secrets are among the values, marked as such by the table of steps: a sink decides what it
 * shows, and shows no secret that it was not asked for.
 *
 * Without a sink each of these costs one comparison.
 */
#ifndef GLASSBOX_TRACE_H
#define GLASSBOX_TRACE_H

#include "channel.h"
#include "rsa_listener.h"
#include "step_table.h"

/* Bytes of an event. data is NULL where a recording holds no secrets and this is one. */
struct trace_bytes {
    const uint8_t *data; /* big-endian where it is a number */
    size_t bytes;
};

enum trace_key { /* whose key the arithmetic is done with */
                 TRACE_OWN_IDENTITY,
                 TRACE_PEER_IDENTITY,
                 TRACE_OWN_EPHEMERAL,
                 TRACE_PEER_EPHEMERAL,
};

/* One value of the arithmetic, as the library underneath computes it. */
struct trace_arithmetic {
    enum trace_key key;
    enum trace_secrecy secrecy;
    struct rsa_step value;
};

struct trace_address {
    const char *address; /* numeric */
    uint16_t port;
};

enum trace_kind {
    TRACE_OPEN,
    TRACE_ADDRESSES,
    TRACE_FRAME,
    TRACE_INNER,
    TRACE_STEP,
    TRACE_VERDICT,
    TRACE_CLOSE,
};

struct trace_event {
    enum trace_kind kind;
    unsigned channel;      /* the number that the sink gave at open; all else carries it */
    uint64_t microseconds; /* the sink's: since it began */
    union {
        struct {
            enum channel_role role;
            struct channel_suite suite;
            const uint8_t *ticket; /* WIRE_TICKET_BYTES of a channel that resumes; else NULL */
        } open;
        struct {
            struct trace_address own, peer;
        } addresses;
        struct {
            bool sent;
            unsigned number;           /* in this channel, both directions together, from 1 */
            enum wire_message message; /* WIRE_MESSAGES: there is no such frame, or not now */
            struct trace_bytes bytes; /* header and body; of one refused by its header, what came */
        } frame;
        struct {
            bool sent;
            unsigned record;           /* the number of the frame that holds it */
            enum wire_message message; /* WIRE_MESSAGES: none that exists */
            struct trace_bytes bytes;  /* secret */
        } inner;
        struct {
            enum channel_step step;
            const struct trace_bytes *values; /* as the row says: inputs, then outputs */
            const struct trace_arithmetic *arithmetic;
            size_t arithmetic_count;
        } step;
        struct {
            enum channel_error verdict;
            const struct rsa_key *peer; /* NULL in a recording */
            const char *fingerprint;    /* of that key; NULL from the engine, which knows none */
        } verdict;
        struct {
            enum channel_error error;    /* CHANNEL_OK: a proper end */
            bool is_peers;               /* the peer said it first */
            const char *reason, *detail; /* "": none */
        } close;
    };
};

struct channel_trace {
    /* At open it sets event->channel, which the engine puts into all that follows. */
    void (*event)(void *context, struct trace_event *event);
    void *context;
    unsigned seconds; /* trace_seconds, for a sink that may stand still while a person reads */
};
#define TRACE_PATIENT_SECONDS (24 * 60 * 60)

/* How long drivers wait for a silent peer: CHANNEL_SECONDS, or what the sink (NULL: none) asks. */
static inline unsigned trace_seconds(const struct channel_trace *sink)
{
    return sink && sink->seconds ? sink->seconds : CHANNEL_SECONDS;
}

/* Who listens to one channel. */
struct trace {
    const struct channel_trace *sink; /* NULL: nobody */
    unsigned channel;
    unsigned frames;                 /* numbers given out so far */
    const struct rsa_random *random; /* of the config, while the tap stands in front of it */
    struct rsa_random tap;
};

/* TRACE(trace, STEP_PRK, [PRK_SALT] = {salt, 32}, [PRK_IKM] = {ikm, 64}, [PRK_OUT] = {prk, 32}):
 * all values of the row. They are not evaluated without a sink. TRACE_ARITHMETIC: the same with a
 * struct arithmetic (step_arithmetic.h) behind the trace. */
struct arithmetic;
#define TRACE(trace, step, ...) TRACE_ARITHMETIC(trace, NULL, step, __VA_ARGS__)
#define TRACE_ARITHMETIC(trace, arithmetic, step, ...)                                             \
    do {                                                                                           \
        if ((trace).sink)                                                                          \
            trace_step(&(trace), step, (const struct trace_bytes[]){__VA_ARGS__},                  \
                       sizeof((const struct trace_bytes[]){__VA_ARGS__}) /                         \
                           sizeof(struct trace_bytes),                                             \
                       arithmetic);                                                                \
    } while (0)
/* count: of the values, as many as the row has. */
void trace_step(const struct trace *trace, enum channel_step step, const struct trace_bytes *values,
                size_t count, const struct arithmetic *arithmetic);

#endif

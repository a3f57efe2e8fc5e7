/*
 * The trace: everything a channel does can be heard by a sink, while it happens.
 *
 *     open      a channel begins; what it returns is the `view` that all other calls are given
 *               (without an open: the context)
 *     line      the driver says over which addresses it runs
 *     frame     a frame has come or is on its way out
 *     inner     an inner message, of the record that has come or is about to be made
 *     step      a step of the protocol, or a check that has failed; its arithmetic with it
 *     verdict   the program has judged the peer's key
 *     close     the last call: the program lets go of the channel, and this is how it ended
 *
 * A sink leaves NULL what it does not want to hear. It is called on the channel's own thread; steps
 * also from the thread that runs the channel's work, beside the others. Everything passed is valid
 * during the call alone. Secrets are among the values, marked as such: a sink decides what it
 * shows, and shows no secret that it was not asked for.
 *
 * Without a sink each of these costs one comparison.
 */
#ifndef GLASSBOX_TRACE_H
#define GLASSBOX_TRACE_H

#include "channel.h"
#include "rsa_listener.h"

enum trace_secrecy {
    TRACE_PUBLIC, /* it crosses the wire as it is */
    TRACE_LOCAL,  /* it never leaves this machine, but protects nothing by itself */
    TRACE_SECRET, /* who knows it can read or forge */
};

struct trace_value {
    const char *name;
    enum trace_secrecy secrecy;
    const uint8_t *data; /* big-endian where it is a number */
    size_t bytes;
};

/* One value of the arithmetic, as the library underneath told it. */
struct trace_arithmetic {
    const char *key; /* whose: "own identity", "peer's identity", "own ephemeral", ... */
    enum trace_secrecy secrecy;
    struct rsa_step told;
};

/* One step: "prk", "HKDF-Extract(H(M1..M4), s_c || s_s)", "RFC 5869 2.2", what went in, what came
 * out, and the arithmetic on the way. A failed check has a name that says so, and no output. */
struct trace_step {
    const char *name;
    const char *formula;
    const char *source;
    const struct trace_value *inputs;
    size_t input_count;
    const struct trace_value *outputs;
    size_t output_count;
    const struct trace_arithmetic *math;
    size_t math_count;
};

struct trace_frame {
    bool sent;
    unsigned number;           /* in this channel, both directions together, from 1 */
    enum wire_message message; /* WIRE_MESSAGES: there is no such frame, or not now */
    const uint8_t *data; /* header and body; of a frame refused by its header, what was there */
    size_t bytes;
};

struct trace_inner {
    bool sent;
    unsigned record;           /* the number of the frame that holds it */
    enum wire_message message; /* WIRE_MESSAGES: none that exists */
    const uint8_t *data;
    size_t bytes;
};

struct trace_addresses {
    const char *own, *peer; /* addresses, numeric */
    uint16_t own_port, peer_port;
};

struct trace_close {
    enum channel_error error; /* CHANNEL_OK: a proper end */
    bool is_peers;            /* the peer said it first */
    const char *reason, *detail;
};

struct channel_trace {
    /* ticket: of a channel that resumes, WIRE_TICKET_BYTES; else NULL. */
    void *(*open)(void *context, const struct channel_config *config, const uint8_t *ticket);
    void (*line)(void *view, const struct trace_addresses *line);
    void (*frame)(void *view, const struct trace_frame *frame);
    void (*inner)(void *view, const struct trace_inner *inner);
    void (*step)(void *view, const struct trace_step *step);
    void (*verdict)(void *view, enum channel_error verdict, const struct rsa_key *peer);
    void (*close)(void *view, const struct trace_close *close);
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
    void *view;
    unsigned frames;                 /* numbers given out so far */
    const struct rsa_random *random; /* of the config, while the tap stands in front of it */
    struct rsa_random tap;
};

/* TRACE(trace, "name", "formula", "source", TRACE_IN(values...), TRACE_OUT(values...)): the lists
 * are not evaluated without a sink. TRACE_ARITHMETIC: the same with a struct arithmetic (step_arithmetic.h) behind
 * the trace. TRACE_NOTHING stands for an empty list. */
#define TRACE_IN(...)  ((const struct trace_value[]){__VA_ARGS__}), TRACE_COUNT(__VA_ARGS__)
#define TRACE_OUT(...) TRACE_IN(__VA_ARGS__)
#define TRACE_NOTHING  NULL, 0
#define TRACE_COUNT(...)                                                                           \
    (sizeof((const struct trace_value[]){__VA_ARGS__}) / sizeof(struct trace_value))
#define TRACE(trace, ...) TRACE_STEP(trace, NULL, 0, __VA_ARGS__)
#define TRACE_ARITHMETIC(trace, math_, ...)                                                        \
    TRACE_STEP(trace, (math_).list, (math_).count, __VA_ARGS__)
#define TRACE_STEP(trace, math_list, math_count_, name_, formula_, source_, ...)                   \
    do {                                                                                           \
        if ((trace).sink && (trace).sink->step)                                                    \
            (trace).sink->step((trace).view,                                                       \
                               &(const struct trace_step){name_, formula_, source_, __VA_ARGS__,   \
                                                          math_list, math_count_});                \
    } while (0)

#endif

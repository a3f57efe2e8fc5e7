/*
 * The trace: every step of the protocol and of its arithmetic can be heard by a sink.
 *
 * Without a sink a step costs one comparison. Secrets are among the values, marked as such: a sink
 * decides what it shows, and shows no secret that it was not asked for.
 */
#ifndef GLASSBOX_TRACE_H
#define GLASSBOX_TRACE_H

#include <stddef.h>
#include <stdint.h>

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

/* One step: "prk", "HKDF-Extract(H(M1..M4), s_c || s_s)", "RFC 5869 2.2", what went in, what came
 * out. Everything is valid during the call alone. */
struct trace_step {
    const char *name;
    const char *formula;
    const char *source;
    const struct trace_value *inputs;
    size_t input_count;
    const struct trace_value *outputs;
    size_t output_count;
};

/* A sink. Steps of one channel come one after the other, though a costly one may come from the
 * thread that runs it. */
struct channel_trace {
    void (*step)(void *context, const struct trace_step *step);
    void *context;
};

/* TRACE(trace, "name", "formula", "source", TRACE_IN(values...), TRACE_OUT(values...)): the lists
 * are not evaluated without a sink. */
#define TRACE_IN(...)  ((const struct trace_value[]){__VA_ARGS__})
#define TRACE_OUT(...) ((const struct trace_value[]){__VA_ARGS__})
#define TRACE(trace, name_, formula_, source_, in, out)                                            \
    do {                                                                                           \
        if (trace)                                                                                 \
            (trace)->step((trace)->context,                                                        \
                          &(const struct trace_step){name_, formula_, source_, in,                 \
                                                     sizeof(in) / sizeof(struct trace_value), out, \
                                                     sizeof(out) / sizeof(struct trace_value)});   \
    } while (0)

#endif

/*
 * A recording: the events of a program's channels (trace.h), as a list.
 *
 * The same events come live from the engine (explain.h) and back from a file (recording_load), so
 * narration, page and replay are written once. In a file each event is one line of JSON, a step's
 * arithmetic a line each in front of it; docs/recording.md is the schema, and gives the reason
 * beside each field.
 *
 * Channels are numbered from 1 in the order in which they began. Numbers of frames count within
 * one channel, both directions together, from 1.
 */
#ifndef GLASSBOX_RECORDING_H
#define GLASSBOX_RECORDING_H

#include "channel.h"
#include "problem.h"
#include "trace.h"

#define RECORDING_VERSION 2

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
 * line. A last line that was cut short (the program was killed) is left out: recording_is_cut. At
 * most RECORDING_MAX_BYTES. */
#define RECORDING_MAX_BYTES ((size_t)256 * 1024 * 1024)
bool recording_load(struct recording **recording, const char *path, struct problem *problem)
    __attribute__((warn_unused_result));
/* The same of bytes in memory; name: for messages. */
bool recording_read(struct recording **recording, const char *name, const char *text, size_t bytes,
                    struct problem *problem) __attribute__((warn_unused_result));
/* One that is made in memory: head is copied, as is each event; a value that is secret is left out
 * if the head says so. False without memory. */
bool recording_new(struct recording **recording, const struct recording_head *head)
    __attribute__((warn_unused_result));
bool recording_add(struct recording *recording, const struct trace_event *event)
    __attribute__((warn_unused_result));
void recording_free(struct recording *recording); /* wipes; NULL is fine */

const struct recording_head *recording_head(const struct recording *recording);
bool recording_is_cut(const struct recording *recording);
size_t recording_bytes(const struct recording *recording); /* of memory, about */
size_t recording_count(const struct recording *recording);
/* NULL behind the last. An event stays where it is, and as it is, while others are added. */
const struct trace_event *recording_event(const struct recording *recording, size_t index);

#endif

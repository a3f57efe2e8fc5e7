/*
 * The inside of a recording, for recording.c (memory, and the file line by line) and
 * recording_parse.c (one line, against the schema).
 */
#ifndef GLASSBOX_RECORDING_PARSE_H
#define GLASSBOX_RECORDING_PARSE_H

#include "recording.h"

#include <jansson.h>

/* What is known of a channel at some line. */
struct channel_seen {
    unsigned frames;
    bool closed;
    struct trace_arithmetic *arithmetic; /* of the step that is to come */
    size_t count, space;
};

struct chunk;

struct recording {
    struct recording_head head;
    const struct trace_event **events; /* they stay where they are while more come */
    size_t count, space;
    struct channel_seen *channels; /* channel n at n - 1 */
    size_t channel_count, channel_space;
    uint64_t microseconds; /* of the last event */
    struct chunk *chunks;  /* memory of all that the events point to, newest first */
    size_t bytes;          /* of it */
    bool cut;
};

/* Memory that lives as long as the recording, and copies in it; NULL without memory. */
void *recording_keep(struct recording *recording, size_t bytes);
const void *recording_copy(struct recording *recording, const void *data, size_t bytes);
const char *recording_copy_text(struct recording *recording, const char *text);
/* One more event, which is copied; what it points to is kept already. False without memory. */
bool recording_append(struct recording *recording, const struct trace_event *event);
/* One more element at the end of a growing array: false without memory. */
bool recording_grow(void **array, size_t *space, size_t count, size_t element);

/* --- recording.c --- */
/* One whole line of a file, without its end; number: from 1, the head. False with the problem. */
bool recording_take_line(struct recording *recording, const char *path, size_t number,
                         const char *text, size_t bytes, struct problem *problem)
    __attribute__((warn_unused_result));

/* --- recording_parse.c --- */
/* Reads one line. False with the reason in why: a half sentence, for "FILE:LINE: ...". */
#define RECORDING_WHY_BYTES 256
bool recording_parse_head(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
    __attribute__((warn_unused_result));
bool recording_parse_event(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
    __attribute__((warn_unused_result));

#endif

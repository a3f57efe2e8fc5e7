/*
 * The inside of a recording that was read, for recording.c (the file, line by line) and
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
};

struct chunk;

struct recording {
    struct recording_head head;
    struct lens_event *events;
    size_t count, space;
    struct channel_seen *channels; /* channel n at n - 1 */
    size_t channel_count, channel_space;
    uint64_t microseconds; /* of the last event */
    struct chunk *chunks;  /* memory of all that the events point to, newest first */
    bool cut;
};

/* Memory that lives as long as the recording; NULL without memory. */
void *recording_keep(struct recording *recording, size_t bytes);
/* One more element at the end of a growing array: false without memory. */
bool recording_grow(void **array, size_t *space, size_t count, size_t element);

/* Reads one line. False with the reason in why: a half sentence, for "FILE:LINE: ...". */
#define RECORDING_WHY_BYTES 256
bool recording_parse_head(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
    __attribute__((warn_unused_result));
bool recording_parse_event(struct recording *recording, json_t *line, char why[RECORDING_WHY_BYTES])
    __attribute__((warn_unused_result));

#endif

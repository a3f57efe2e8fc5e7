/*
 * The inside of a recording that was read, for recording.c (the file, line by line),
 * recording_parse.c (one line, against the schema) and recording_value.c (what lines are made of).
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
    struct recording_event *events;
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

/* --- recording_value.c: parts of a line; each false with the reason --------------------------- */

/* One line being read. */
struct reading {
    struct recording *recording;
    json_t *line;
    struct recording_event event;
    struct channel_seen *channel;
    json_error_t error; /* jansson's own words */
    char *why;
};

/* UNPACK(reading, object, "{s:s}", "name", &text): all that stands in an object. */
#define UNPACK(reading, object, ...)                                                               \
    (json_unpack_ex(object, &(reading)->error, JSON_STRICT, __VA_ARGS__) == 0 ||                   \
     reading_fail(reading, "%s", (reading)->error.text))
/* The same of a line's own object; kind, time and channel have been read by then. */
#define COMMON_FORMAT "s:s, s:I, s:I"
#define UNPACK_LINE(reading, format, ...)                                                          \
    UNPACK(reading, (reading)->line, "{" COMMON_FORMAT format "}", "kind", &(const char *){0},     \
           "at", &(json_int_t){0}, "channel", &(json_int_t){0}, __VA_ARGS__)

bool reading_fail(const struct reading *reading, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A word that should be one of a few. */
bool reading_unknown(const struct reading *reading, const char *name, const char *word);
bool reading_in_range(const struct reading *reading, const char *name, json_int_t number,
                      json_int_t least, json_int_t most);
/* A copy that lives as long as the recording. */
bool reading_keep(const struct reading *reading, const char **kept, const char *text);
bool reading_value(struct reading *reading, struct recording_value *value, json_t *object);
bool reading_values(struct reading *reading, const struct recording_value **values, size_t *count,
                    json_t *list);
/* Of the event's arithmetic; its value has been read. */
bool reading_boxes(struct reading *reading, json_t *list);
bool reading_power(struct reading *reading, json_t *list);

#endif

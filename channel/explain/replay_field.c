/* Where a byte of a frame belongs, by the table of the wire: see recording_replay.h. */
#include "recording_replay.h"

#include "timeline.h"

#include <stdio.h>

struct channel_suite replay_suite(const struct recording *recording, unsigned channel)
{
    for (size_t i = 0; i < recording_count(recording); i++) {
        const struct trace_event *event = recording_event(recording, i);
        if (event->kind == TRACE_OPEN && event->channel == channel)
            return event->open.suite;
    }
    return (struct channel_suite){CHANNEL_MODERN, NULL};
}

struct replay_field replay_field(const struct trace_event *frame, struct channel_suite suite,
                                 size_t offset)
{
    struct replay_field place = {.frame = frame->frame.number, .message = frame->frame.message};
    struct timeline_part parts[TIMELINE_PARTS_MAX];
    const struct timeline_part *part = parts;
    size_t count;
    if (offset < WIRE_HEADER_BYTES) {
        snprintf(place.field, sizeof(place.field), "%s", offset == 0 ? "type" : "length");
        place.at = offset == 0 ? 0 : offset - 1;
        place.bytes = offset == 0 ? 1 : WIRE_HEADER_BYTES - 1;
        return place;
    }
    count = timeline_parts(parts, suite, place.message, &frame->frame.bytes, WIRE_HEADER_BYTES);
    while (part + 1 < parts + count && part[1].at <= offset)
        part++;
    if (part->field) {
        snprintf(place.field, sizeof(place.field), "%s", part->name);
        place.in_length = offset < part->at + part->length_bytes;
        place.at = offset - part->at - (place.in_length ? 0 : part->length_bytes);
        place.bytes = place.in_length ? part->length_bytes : part->bytes;
    }
    return place;
}

/* Where a byte of a frame belongs, by the table of the wire: see recording_replay.h. */
#include "recording_replay.h"

#include "timeline.h"

struct replay_field replay_field(const struct trace_event *frame, size_t offset)
{
    struct replay_field place = {.frame = frame->frame.number, .message = frame->frame.message};
    struct timeline_part parts[TIMELINE_PARTS_MAX];
    const struct timeline_part *part = parts;
    size_t count;
    if (offset < WIRE_HEADER_BYTES) {
        place.field = offset == 0 ? "type" : "length";
        place.at = offset == 0 ? 0 : offset - 1;
        place.bytes = offset == 0 ? 1 : WIRE_HEADER_BYTES - 1;
        return place;
    }
    count = timeline_parts(parts, place.message, &frame->frame.bytes, WIRE_HEADER_BYTES);
    while (part + 1 < parts + count && part[1].at <= offset)
        part++;
    if (part->field) {
        place.field = part->name;
        place.in_length = offset < part->at + part->length_bytes;
        place.at = offset - part->at - (place.in_length ? 0 : part->length_bytes);
        place.bytes = place.in_length ? part->length_bytes : part->bytes;
    }
    return place;
}

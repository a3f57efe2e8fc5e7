/* Where a byte of a frame belongs, by the table of the wire: see recording_replay.h. */
#include "recording_replay.h"

/* The field of a message that holds byte `offset` of its body. */
static void find_field(struct replay_field *place, const struct wire_layout *layout,
                       const uint8_t *body, size_t bytes, size_t offset)
{
    size_t at = 0;
    for (size_t i = 0; i < layout->count && at <= offset; i++) {
        const struct wire_field *field = &layout->fields[i];
        const bool has_length = field->type == WIRE_STR || field->type == WIRE_MPINT;
        size_t front = has_length ? 2 : 0, size;
        if (at + front > bytes)
            return;
        size = field->type == WIRE_U8      ? 1
               : field->type == WIRE_U16   ? 2
               : has_length                ? (size_t)body[at] << 8 | body[at + 1]
               : field->type == WIRE_FIXED ? field->max
                                           : bytes - at;
        place->field = field->name;
        place->in_length = offset < at + front;
        place->at = place->in_length ? offset - at : offset - at - front;
        place->bytes = place->in_length ? front : size;
        at += front + size;
    }
}

struct replay_field replay_field(const struct trace_event *frame, size_t offset)
{
    const struct trace_bytes *value = &frame->frame.bytes;
    struct replay_field place = {.frame = frame->frame.number, .message = frame->frame.message};
    if (offset == 0) {
        place.field = "type";
        place.bytes = 1;
    } else if (offset < WIRE_HEADER_BYTES) {
        place.field = "length";
        place.at = offset - 1;
        place.bytes = WIRE_HEADER_BYTES - 1;
    } else if (place.message != WIRE_MESSAGES) {
        find_field(&place, wire_layout(place.message), value->data + WIRE_HEADER_BYTES,
                   value->bytes - WIRE_HEADER_BYTES, offset - WIRE_HEADER_BYTES);
    }
    return place;
}

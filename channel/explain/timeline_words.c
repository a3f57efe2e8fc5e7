/*
 * What messages say to people: see timeline.h.
 */
#include "timeline.h"

#include "utf8.h"

#include <stdio.h>
#include <string.h>

bool timeline_whole(struct wire_value values[WIRE_MAX_FIELDS], const struct trace_event *event)
{
    const bool is_frame = event->kind == TRACE_FRAME;
    const enum wire_message message = is_frame ? event->frame.message : event->inner.message;
    const struct trace_bytes *bytes = is_frame ? &event->frame.bytes : &event->inner.bytes;
    const size_t header = is_frame ? WIRE_HEADER_BYTES : 0;
    const struct wire_field *bad = NULL;
    if (message >= WIRE_MESSAGES || !bytes->data || bytes->bytes < header)
        return false;
    bad = wire_decode(values, message, bytes->data + header, bytes->bytes - header);
    return !bad || bad == &wire_overlong;
}

bool timeline_is_text(const struct wire_value *value)
{
    if (value->bytes == 0 || !utf8_valid((const char *)value->data, value->bytes))
        return false;
    for (size_t i = 0; i < value->bytes; i++)
        if (value->data[i] < 0x20 && !strchr("\t\r\n", value->data[i]))
            return false;
    return true;
}

size_t timeline_text_bytes(const struct wire_value *text)
{
    size_t bytes = text->bytes;
    while (bytes > 0 && text->data[bytes - 1] <= ' ')
        bytes--;
    return bytes;
}

/* Cut between characters. */
static void put_said(char *out, size_t space, const struct wire_value *data)
{
    const char *text = (const char *)data->data;
    const size_t bytes = timeline_text_bytes(data);
    const char *line_end = memchr(text, '\n', bytes);
    size_t shown = line_end ? (size_t)(line_end - text) : bytes;
    while (shown > 0 && text[shown - 1] == '\r')
        shown--;
    if (shown > TIMELINE_SAID_MAX)
        for (shown = TIMELINE_SAID_MAX; shown > 0 && (text[shown] & 0xC0) == 0x80;)
            shown--;
    size_t length = printable_text(out, space, text, shown);
    if (shown < bytes)
        snprintf(out + length, space - length, " ...");
}

struct timeline_words timeline_words(const struct trace_event *event)
{
    const enum wire_message message = event->kind == TRACE_FRAME ? event->frame.message
                                                                 : event->inner.message;
    struct timeline_words words = {0};
    struct wire_value values[WIRE_MAX_FIELDS];
    const struct wire_value *reason = &values[message == WIRE_ALERT ? ALERT_REASON : CLOSE_REASON];
    if (!timeline_whole(values, event))
        return words;
    if (message == WIRE_PORT)
        words.port = values[PORT_NUMBER].number;
    if (message == WIRE_ALERT || message == WIRE_CLOSE)
        printable_text(words.reason, sizeof(words.reason), (const char *)reason->data,
                       reason->bytes);
    if (message == WIRE_DATA && timeline_is_text(&values[DATA_BYTES]))
        put_said(words.said, sizeof(words.said), &values[DATA_BYTES]);
    return words;
}

/*
 * The name that a refused client would like; see wish.h.
 */
#include "wish.h"

#include <string.h>
#include <sys/socket.h>

#define CODE 8 /* of the alert that it answers: "the key is not allowed" */

size_t wish_put(uint8_t frame[WISH_FRAME_BYTES], const char *name)
{
    const size_t length = strlen(name);
    const struct wire_value values[ALERT_FIELDS] = {
        [ALERT_CODE] = {.number = CODE},
        [ALERT_REASON] = {.data = (const uint8_t *)name, .bytes = length}};
    if (length > WISH_BYTES)
        return 0;
    const size_t bytes = wire_size(WIRE_ALERT, values);
    wire_put_header(frame, WIRE_FRAME_ALERT, bytes);
    wire_encode(frame + WIRE_HEADER_BYTES, WIRE_ALERT, values);
    return WIRE_HEADER_BYTES + bytes;
}

bool wish_get(char name[WISH_BYTES + 1], const uint8_t *data, size_t bytes)
{
    struct wire_value values[ALERT_FIELDS];
    uint8_t type;
    size_t body;
    if (bytes < WIRE_HEADER_BYTES)
        return false;
    wire_get_header(&type, &body, data);
    if (type != WIRE_FRAME_ALERT || body != bytes - WIRE_HEADER_BYTES ||
        wire_decode(values, WIRE_ALERT, data + WIRE_HEADER_BYTES, body) ||
        values[ALERT_CODE].number != CODE)
        return false;
    memcpy(name, values[ALERT_REASON].data, values[ALERT_REASON].bytes);
    name[values[ALERT_REASON].bytes] = '\0';
    return strlen(name) == values[ALERT_REASON].bytes;
}

void wish_leave(int fd, const struct channel *channel, const char *name)
{
    uint8_t frame[WISH_FRAME_BYTES];
    const bool refused = channel_error(channel) == CHANNEL_ERR_NOT_ALLOWED &&
                         channel_error_is_peers(channel);
    const size_t bytes = name && refused ? wish_put(frame, name) : 0;
    /* So few bytes go at once, or the line is gone, and the wish with it. */
    if (bytes > 0 && send(fd, frame, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        return;
}

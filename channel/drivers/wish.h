/*
 * The name that a refused client would like: an alert frame that answers the alert "not allowed".
 *
 *     C->S hello, S->C alert 8 (the key is not allowed), C->S alert 8, with the name as its reason
 *
 * The server has closed its half by then and lets the client's last bytes go by; one of an earlier
 * release does so without a look. So no message has another meaning than before. Nothing vouches
 * for a wish: the key was only claimed, and anybody on the way can change the name. It is a
 * proposal to the person who decides. docs/protocol.md, "A name to be called by".
 */
#ifndef GLASSBOX_WISH_H
#define GLASSBOX_WISH_H

#include "channel.h"
#include "wire.h"

#define WISH_BYTES       WIRE_REASON_MAX /* at most, of UTF-8 */
#define WISH_FRAME_BYTES (WIRE_HEADER_BYTES + 1 + 2 + WISH_BYTES)

/* The frame; returns its size, or 0 for a name that is too long. */
size_t wish_put(uint8_t frame[WISH_FRAME_BYTES], const char *name);
/* Reads what a refused client has sent: one such frame, and nothing else. The name may hold any
 * bytes but 0: it is the caller's to judge it. */
bool wish_get(char name[WISH_BYTES + 1], const uint8_t *data, size_t bytes)
    __attribute__((warn_unused_result));

/* Of a blocking client: sends the wish if the channel has ended with that alert. name NULL: none. */
void wish_leave(int fd, const struct channel *channel, const char *name);

#endif

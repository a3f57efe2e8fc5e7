/*
 * The hand-over on an event loop: the talk of an open channel goes on at another port.
 *
 * A port is taken (uv_ports), a listener waits there, the open channel tells the peer its number
 * and a ticket, and whoever comes with the ticket continues the talk. Anybody may come to a port:
 * several callers are heard at once, so that a silent stranger holds up nobody, and those who come
 * without the ticket are dropped while the port goes on waiting for its client, CHANNEL_SECONDS in
 * all. When too many come, the one who has been silent longest makes room.
 *
 * If every port of the pool is taken, the hand-over waits its turn, a little less than the
 * CHANNEL_SECONDS which the client may wait, so that it can still be told.
 */
#ifndef GLASSBOX_UV_HANDOVER_H
#define GLASSBOX_UV_HANDOVER_H

#include "uv_channel.h"
#include "uv_ports.h"

#define UV_HANDOVER_CALLERS 16 /* heard at once on one port */

struct uv_handover;

struct uv_handover_handlers {
    /* The open channel has told its peer this port. */
    void (*named)(void *owner, uint16_t port);
    /* Somebody without the ticket came to this port, and was dropped. */
    void (*stranger)(void *owner, const char *address, uint16_t port, enum channel_error error);
    /* The peer is on the new port: set its handlers (uv_channel_handle). The hand-over is over. */
    void (*arrived)(void *owner, struct uv_channel *channel);
    /* The hand-over is over without the peer: CHANNEL_ERR_BUSY, no port to be had; _TIMEOUT, it did
     * not come; _SYSTEM and others. detail: a sentence for the log, with the way out. */
    void (*failed)(void *owner, enum channel_error error, const char *detail);
};

/* channel: open, the server's side; needed until `named` or `failed` is called. config: of the
 * new connection. Everything is borrowed until the end of the hand-over. NULL without memory.
 * Handlers are called by the loop alone, never from inside a function of this header. */
struct uv_handover *uv_handover_start(struct uv_ports *ports, struct uv_channel *channel,
                                      const struct uv_helpers *helpers,
                                      const struct channel_config *config,
                                      const struct uv_handover_handlers *handlers, void *owner);
/* Gives up; no handler is called any more. Not after `arrived` or `failed`. */
void uv_handover_cancel(struct uv_handover *handover);

#endif

/*
 * One connection of the FTP server, plain or through a channel, seen the same way: bytes come,
 * bytes go, it ends. Control and data connections are both lines.
 *
 *     data      bytes from the peer; returns how many were used. Fewer than all: it is asked again
 *               after connection_resume, with the same bytes at the same place, and the peer is not read
 *               from meanwhile
 *     drained   all that was there at connection_flush has gone to the system
 *     closed    the end, by the peer or by an error (CHANNEL_OK: a proper end; of a plain line that
 *               is any end of file). The line is not the owner's any more.
 *
 * The loop alone calls handlers, in a turn of its own, never a function of this header.
 */
#ifndef GLASSBOX_FTP_LINE_H
#define GLASSBOX_FTP_LINE_H

#include "buffer.h"
#include "uv_channel.h"

struct connection;

struct connection_handlers {
    size_t (*data)(void *owner, const uint8_t *data, size_t bytes);
    void (*drained)(void *owner);
    void (*closed)(void *owner, enum channel_error error, const char *detail);
};

/* tcp: connected, not being read, from malloc. It becomes the line's if this succeeds. NULL without
 * memory. No handler is called before connection_start. */
struct connection *connection_plain(uv_tcp_t *tcp, const struct connection_handlers *handlers,
                                    void *owner);
/* The same of an open channel, which is ready at once. */
struct connection *connection_secure(struct uv_channel *channel,
                                     const struct connection_handlers *handlers, void *owner);
void connection_start(struct connection *connection);

/* Room for up to `bytes` (at most CHANNEL_DATA_MAX), then how many were written there; no other
 * call between the two. NULL and false: the line is broken, or there is no memory. */
uint8_t *connection_space(struct connection *connection, size_t bytes);
bool connection_space_done(struct connection *connection, size_t bytes);
bool connection_send(struct connection *connection, const void *data, size_t bytes);
void connection_flush(struct connection *connection);
size_t connection_unsent(const struct connection *connection);
void connection_resume(struct connection *connection);

/* Sends what is left and ends it: a proper end if code is CHANNEL_OK, else one that the peer can
 * tell from a proper one (a plain line is reset). Frees. */
void connection_close(struct connection *connection, enum channel_error code, const char *reason);

/* A plain line that has nothing to send gives up its connection, not being read any more, and what
 * had come already; the line is freed. */
uv_tcp_t *connection_release(struct connection *connection, struct buffer *rest);

/* The channel, NULL of a plain line. */
struct uv_channel *connection_channel(const struct connection *connection);
const uv_tcp_t *connection_tcp(const struct connection *connection);

#endif

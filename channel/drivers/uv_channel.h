/*
 * One connection of an event loop: a uv_tcp_t with a channel above it.
 *
 * It reads straight into the channel's input, sends all that waits as one write, runs the costly
 * RSA steps on libuv's worker threads, and asks a uv_stock for ephemeral keys, so that nobody waits
 * for anybody else's arithmetic. A peer that is silent for CHANNEL_SECONDS while the handshake
 * waits for it is dropped. What happens is told to a table of handlers:
 *
 *     verdict    whose key is this? CHANNEL_OK lets it in (rendezvous only)
 *     open       the handshake is done
 *     data       bytes from the peer; returns how many were used. Fewer than all: it is asked again
 *                after uv_channel_resume, and the line fills up meanwhile
 *     drained    all that waited has gone to the system (after uv_channel_flush, or whenever
 *                uv_channel_unsent was not 0); more can be sent
 *     closed     the end, by the peer or by an error (CHANNEL_OK: a proper end). The pointer is not
 *                the owner's any more; only the engine's words may be read until this returns.
 *
 * Handlers are called by the loop alone, in a turn of its own, and never from inside a function of
 * this header: an owner that sends, resumes or closes is not called back before it has returned.
 *
 * A handler may be NULL (no verdict: nobody is let in). An idle connection holds this structure,
 * its engine, and no buffer. Single-threaded, as libuv is.
 */
#ifndef GLASSBOX_UV_CHANNEL_H
#define GLASSBOX_UV_CHANNEL_H

#include "channel.h"
#include "uv_stock.h"

#define UV_CHANNEL_GOODBYE_SECONDS 2 /* how long a peer may take to hear our last words */

struct uv_channel;

struct uv_channel_handlers {
    enum channel_error (*verdict)(struct uv_channel *channel, const struct rsa_key *peer);
    void (*open)(struct uv_channel *channel);
    size_t (*data)(struct uv_channel *channel, const uint8_t *data, size_t bytes);
    void (*drained)(struct uv_channel *channel);
    void (*closed)(struct uv_channel *channel, enum channel_error error);
};

/* tcp: connected, not being read, allocated with malloc; engine: fresh. Both become the channel's,
 * but only if this succeeds; NULL without memory. stock: needed by the modern suite alone. No
 * handler is called before uv_channel_start. */
struct uv_channel *uv_channel_new(uv_tcp_t *tcp, struct channel *engine, struct uv_stock *stock,
                                  const struct uv_channel_handlers *handlers, void *owner);
void uv_channel_start(struct uv_channel *channel);

/* From now on other handlers, and another owner. */
void uv_channel_handle(struct uv_channel *channel, const struct uv_channel_handlers *handlers,
                       void *owner);
void *uv_channel_owner(const struct uv_channel *channel);

/* The engine, to send with or to ask. After sending, uv_channel_flush: what the system takes at
 * once leaves at once. */
struct channel *uv_channel_engine(const struct uv_channel *channel);
void uv_channel_flush(struct uv_channel *channel);

/* Bytes that wait to leave; 0: drained. */
size_t uv_channel_unsent(const struct uv_channel *channel);

/* The data handler is to be asked again, after others have had their turn. */
void uv_channel_resume(struct uv_channel *channel);

/* Says goodbye (channel_close), sees that the peer can hear it, and frees. No handler is called any
 * more; the pointer is not the owner's any more. */
void uv_channel_close(struct uv_channel *channel, enum channel_error code, const char *reason);
/* The same without a word. */
void uv_channel_drop(struct uv_channel *channel);

/* The socket, for its addresses. */
const uv_tcp_t *uv_channel_tcp(const struct uv_channel *channel);

#endif

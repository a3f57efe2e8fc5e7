/*
 * One connection of an event loop: a uv_tcp_t, plain at first, then with a channel above it.
 *
 * With a channel it reads straight into the channel's input, sends all that waits as one write,
 * leaves the costly RSA steps to uv_workers, and asks a uv_stock for ephemeral keys, so that the loop
 * waits for nobody's arithmetic. A peer that is silent for CHANNEL_SECONDS while
 * the handshake waits for it is dropped. What happens is told to a table of handlers:
 *
 *     verdict    whose key is this? CHANNEL_OK lets it in (rendezvous only)
 *     warning    something is wrong with what the peer sent, and it goes on (channel_warning)
 *     open       the handshake is done
 *     data       bytes from the peer; returns how many were used. Fewer than all: it is asked again
 *                after uv_channel_resume, with the same bytes at the same place, and the
 *                connection fills up meanwhile
 *     drained    all that waited has gone to the system (after uv_channel_flush, or whenever
 *                uv_channel_unsent was not 0); more can be sent
 *     closed     the end, by the peer or by an error (CHANNEL_OK: a proper end; of a plain
 *                connection that is any end of file). The pointer is not the owner's any more;
 *                only the engine's words may be read until this returns.
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
#include "uv_workers.h"

#define UV_CHANNEL_GOODBYE_SECONDS 2 /* how long a peer may take to hear our last words */

struct uv_channel;

/* What the channels of a loop share. */
struct uv_helpers {
    struct uv_workers *workers;
    struct uv_stock *stock; /* NULL: of a suite that takes no pairs, or under a seed */
};

struct uv_channel_handlers {
    enum channel_error (*verdict)(struct uv_channel *channel, const struct rsa_key *peer);
    void (*warning)(struct uv_channel *channel, const char *text);
    void (*open)(struct uv_channel *channel);
    size_t (*data)(struct uv_channel *channel, const uint8_t *data, size_t bytes);
    void (*drained)(struct uv_channel *channel);
    void (*closed)(struct uv_channel *channel, enum channel_error error);
};

/* A plain connection. tcp: connected, not being read, allocated with malloc; it becomes the
 * channel's, but only if this succeeds; NULL without memory. No handler is called before
 * uv_channel_start. */
struct uv_channel *uv_channel_new(uv_tcp_t *tcp, const struct uv_channel_handlers *handlers,
                                  void *owner);
void uv_channel_start(struct uv_channel *channel);
/* From now on all goes through a fresh engine, which becomes the channel's: its handshake begins,
 * with what has come and was not used. Nothing may be unsent. helpers: borrowed. */
void uv_channel_seal(struct uv_channel *channel, struct channel *engine,
                     const struct uv_helpers *helpers);

/* From now on other handlers, and another owner. */
void uv_channel_handle(struct uv_channel *channel, const struct uv_channel_handlers *handlers,
                       void *owner);
void *uv_channel_owner(const struct uv_channel *channel);

/* The engine, to ask or to send with; NULL: it is plain. */
struct channel *uv_channel_engine(const struct uv_channel *channel);
/* The engine's words on what went wrong: the peer's, or what was wrong in its bytes; or NULL. */
const char *uv_channel_words(const struct uv_channel *channel);

/* Sending, then uv_channel_flush: what the system takes at once leaves at once. Room for up to
 * `bytes` (at most CHANNEL_DATA_MAX), and how many were written there, with no other call between
 * the two. NULL and false: the connection has ended, or there is no memory. */
bool uv_channel_send(struct uv_channel *channel, const void *data, size_t bytes);
uint8_t *uv_channel_space(struct uv_channel *channel, size_t bytes);
bool uv_channel_space_done(struct uv_channel *channel, size_t bytes);
void uv_channel_flush(struct uv_channel *channel);

/* Bytes that wait to leave; 0: drained. */
size_t uv_channel_unsent(const struct uv_channel *channel);

/* The data handler is to be asked again, after others have had their turn. */
void uv_channel_resume(struct uv_channel *channel);

/* Says goodbye (channel_close), sees that the peer can hear it, and frees. A plain connection sends
 * what is left; with another code than CHANNEL_OK it is reset, which the peer can tell apart. No
 * handler is called any more; the pointer is not the owner's any more. */
void uv_channel_close(struct uv_channel *channel, enum channel_error code, const char *reason);
/* The same without a word. */
void uv_channel_drop(struct uv_channel *channel);

/* While the peer reads our last words it may have its own: what it sends then, and is kept of it.
 * heard is called once, when the connection goes, with at most so many bytes; more came if
 * `bytes` says so. Of the channel only the engine may be asked then. */
#define UV_CHANNEL_LAST_BYTES 256
void uv_channel_hear_out(struct uv_channel *channel,
                         void (*heard)(struct uv_channel *channel, void *context,
                                       const uint8_t *data, size_t bytes),
                         void *context);

/* Closes one from malloc of which no channel is made. */
void uv_channel_discard(uv_tcp_t *tcp);

/* The socket, for its addresses. */
const uv_tcp_t *uv_channel_tcp(const struct uv_channel *channel);

#endif

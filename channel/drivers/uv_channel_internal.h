/*
 * The inside of a uv_channel, for the two files that make it up: uv_channel_io.c (bytes, and the
 * end of the line) and uv_channel.c (what the engine asks for, and the owner).
 *
 *     LIVE ------> ENDING ------> LINGERING ------> GONE
 *          the engine      the last bytes     the peer hung up, too;
 *          is closed       and a FIN are out  or it took too long
 */
#ifndef GLASSBOX_UV_CHANNEL_INTERNAL_H
#define GLASSBOX_UV_CHANNEL_INTERNAL_H

#include "buffer.h"
#include "uv_channel.h"

enum state { LIVE, ENDING, LINGERING, GONE };

/* Output that the system did not take at once. */
struct waiting {
    uv_write_t request;
    size_t bytes;
    uint8_t data[];
};

struct uv_channel {
    uv_tcp_t *tcp;
    struct channel *engine; /* NULL: plain, with these in its place */
    struct buffer in, out;
    const struct uv_helpers *helpers;
    const struct uv_channel_handlers *handlers;
    /* Goes on as far as possible; every event of libuv ends here. */
    void (*advance)(struct uv_channel *channel);
    void *owner;
    uv_timer_t timer;
    uv_idle_t turn; /* active: the loop comes back here soon */
    uv_shutdown_t shutdown;
    struct uv_job job;
    struct uv_stock_wait key_wait;
    void (*on_ticket)(void *context, struct channel_ticket *ticket); /* of a hand-over, or NULL */
    void *ticket_context;
    struct waiting *waiting; /* under way, or NULL */
    char *discard;           /* where bytes go that nobody wants any more */
    void (*heard)(struct uv_channel *channel, void *context, const uint8_t *data, size_t bytes);
    void *heard_context; /* of uv_channel_hear_out */
    size_t last_bytes;   /* that came after the end; the first of them are kept: */
    uint8_t last[UV_CHANNEL_LAST_BYTES];
    enum channel_error error; /* the driver's own */
    enum state state;
    size_t warned;    /* how many of the engine's warnings were told */
    int open_handles; /* of libuv, which must be closed before this can be freed */
    bool advancing;
    bool working;     /* its job waits, or is under way */
    bool was_open;    /* the handshake is through, and the owner knows */
    bool full;        /* the owner will hear when all has left */
    bool paused;      /* the owner does not take data now */
    bool resumed;     /* it will, from the next turn on */
    bool reading;     /* libuv reads */
    bool hung_up;     /* the peer's side has ended */
    bool broken;      /* nothing can be sent any more */
    bool spoke_early; /* while it was not its turn */
    bool abandoned;   /* the owner has closed */
};

/* --- uv_channel.c --- */

/* A hand-over wants the ticket of the port that it names, and owns it; NULL, NULL: no more. */
void uv_channel_await_ticket(struct uv_channel *channel,
                             void (*on_ticket)(void *context, struct channel_ticket *ticket),
                             void *context);

/* --- uv_channel_io.c --- */
/* One write for all that waits. */
void uv_channel_send_output(struct uv_channel *channel);
void uv_channel_set_reading(struct uv_channel *channel, bool reading);
/* What there is to be sent. */
const uint8_t *uv_channel_output(const struct uv_channel *channel, size_t *bytes);
/* The last bytes are out: a FIN. */
void uv_channel_linger(struct uv_channel *channel);
/* Closes the handles, and frees when they are closed and no work is under way. */
void uv_channel_go(struct uv_channel *channel, bool reset);
void uv_channel_free_if_done(struct uv_channel *channel);

#endif

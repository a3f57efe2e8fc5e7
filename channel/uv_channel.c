/*
 * One connection of an event loop. The engine's flags say what can be done; `advance` does it until
 * nothing is left, and every event of libuv (bytes, a key, finished work, room to send, time) ends
 * there. The states of the connection:
 *
 *     LIVE ------> ENDING ------> LINGERING ------> GONE
 *          the engine      the last bytes     the peer hung up, too;
 *          is closed       and a FIN are out  or it took too long
 */
#include "uv_channel.h"

#include <stdlib.h>
#include <string.h>

#define WRITE_BYTES   (64 * 1024) /* the most that is copied for a peer that does not keep up */
#define DISCARD_BYTES (16 * 1024)

enum state { LIVE, ENDING, LINGERING, GONE };

/* Output that the system did not take at once. */
struct waiting {
    uv_write_t request;
    size_t bytes;
    uint8_t data[];
};

struct uv_channel {
    uv_tcp_t *tcp;
    struct channel *engine;
    struct uv_stock *stock;
    const struct uv_channel_handlers *handlers;
    void *owner;
    uv_timer_t timer;
    uv_work_t work;
    uv_shutdown_t shutdown;
    struct uv_stock_wait key_wait;
    struct waiting *waiting;  /* under way, or NULL */
    char *discard;            /* where bytes go that nobody wants any more */
    enum channel_error error; /* the driver's own */
    enum state state;
    int open_handles; /* of libuv, which must be closed before this can be freed */
    bool advancing, working;
    bool was_open;  /* the handshake is through, and the owner knows */
    bool full;      /* the owner will hear when all has left */
    bool paused;    /* the owner does not take data now */
    bool reading;   /* libuv reads */
    bool hung_up;   /* the peer's side has ended */
    bool broken;    /* nothing can be sent any more */
    bool abandoned; /* the owner has closed */
};

static void advance(struct uv_channel *channel);

static const struct uv_channel_handlers nobody = {0};

static struct uv_channel *of_stream(uv_stream_t *stream)
{
    return stream->data;
}

/* --- the end -----------------------------------------------------------------------------------
 */
static void free_if_done(struct uv_channel *channel)
{
    if (channel->open_handles > 0 || channel->working)
        return;
    uv_stock_return(channel->stock, channel_take_ephemeral(channel->engine));
    channel_free(channel->engine);
    free(channel->tcp);
    free(channel->discard);
    free(channel);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct uv_channel *channel = handle->data;
    channel->open_handles--;
    free_if_done(channel);
}

static void go(struct uv_channel *channel)
{
    if (channel->state == GONE)
        return;
    channel->state = GONE;
    uv_stock_forget(channel->stock, &channel->key_wait);
    uv_close((uv_handle_t *)channel->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&channel->timer, on_handle_closed);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    if (status != 0)
        go(request->data);
}

/* A FIN, and then wait for the peer's: closing at once with unread bytes would reset the line, and
 * our last words might be lost. */
static void linger(struct uv_channel *channel)
{
    channel->state = LINGERING;
    channel->shutdown.data = channel;
    if (channel->broken ||
        uv_shutdown(&channel->shutdown, (uv_stream_t *)channel->tcp, on_shutdown) != 0)
        go(channel);
}

/* --- sending ------------------------------------------------------------------------------------
 */
size_t uv_channel_unsent(const struct uv_channel *channel)
{
    size_t bytes;
    channel_output(channel->engine, &bytes);
    return bytes + channel_send_pending(channel->engine) +
           (channel->waiting ? channel->waiting->bytes : 0);
}

static void on_written(uv_write_t *request, int status)
{
    struct waiting *waiting = (struct waiting *)request;
    struct uv_channel *channel = request->data;
    channel->waiting = NULL;
    free(waiting);
    if (status != 0)
        channel->broken = true;
    if (channel->state != GONE)
        advance(channel);
}

/* Copies what the system did not take, and waits until it does. */
static bool write_later(struct uv_channel *channel, const uint8_t *output, size_t bytes)
{
    if (bytes > WRITE_BYTES)
        bytes = WRITE_BYTES;
    struct waiting *waiting = malloc(sizeof(*waiting) + bytes);
    if (!waiting)
        return false;
    memcpy(waiting->data, output, bytes);
    waiting->bytes = bytes;
    waiting->request.data = channel;
    uv_buf_t piece = uv_buf_init((char *)waiting->data, (unsigned)bytes);
    if (uv_write(&waiting->request, (uv_stream_t *)channel->tcp, &piece, 1, on_written) != 0) {
        free(waiting);
        return false;
    }
    channel->waiting = waiting;
    channel_output_done(channel->engine, bytes);
    return true;
}

/* One write for all that waits. A broken line is noticed by the reading side, which may still find
 * the peer's last words there. */
static void send_output(struct uv_channel *channel)
{
    size_t bytes;
    const uint8_t *output = channel_output(channel->engine, &bytes);
    if (bytes == 0 || channel->waiting)
        return;
    if (!channel->broken) {
        uv_buf_t piece = uv_buf_init((char *)output, (unsigned)bytes);
        int sent = uv_try_write((uv_stream_t *)channel->tcp, &piece, 1);
        if (sent < 0 && sent != UV_EAGAIN)
            channel->broken = true;
        size_t taken = sent > 0 ? (size_t)sent : 0;
        channel_output_done(channel->engine, taken);
        output = channel_output(channel->engine, &bytes);
        if (bytes > 0 && !channel->broken && !write_later(channel, output, bytes))
            channel->broken = true;
    }
    if (channel->broken) {
        channel_output(channel->engine, &bytes);
        channel_output_done(channel->engine, bytes);
    }
}

/* --- receiving ----------------------------------------------------------------------------------
 */
static void on_space(uv_handle_t *handle, size_t suggested, uv_buf_t *space)
{
    struct uv_channel *channel = handle->data;
    size_t bytes = DISCARD_BYTES;
    (void)suggested;
    if (channel->state == LIVE) {
        uint8_t *input = channel_input_space(channel->engine, &bytes);
        *space = uv_buf_init((char *)input, input ? (unsigned)bytes : 0);
    } else {
        if (!channel->discard)
            channel->discard = malloc(DISCARD_BYTES);
        *space = uv_buf_init(channel->discard, channel->discard ? DISCARD_BYTES : 0);
    }
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *space)
{
    struct uv_channel *channel = of_stream(stream);
    (void)space;
    if (bytes >= 0 && channel->state == LIVE) {
        channel_input_done(channel->engine, (size_t)bytes);
    } else if (bytes < 0) {
        channel->hung_up = true;
        if (bytes != UV_EOF)
            channel->broken = true;
        if (channel->state == LIVE)
            channel_input_end(channel->engine);
    }
    if (bytes != 0)
        advance(channel);
}

static void set_reading(struct uv_channel *channel, bool reading)
{
    if (reading && !channel->reading)
        uv_read_start((uv_stream_t *)channel->tcp, on_space, on_read);
    else if (!reading && channel->reading)
        uv_read_stop((uv_stream_t *)channel->tcp);
    channel->reading = reading;
}

/* --- keys and work ------------------------------------------------------------------------------
 */
static void on_key(struct uv_stock_wait *wait, struct rsa_key *key)
{
    struct uv_channel *channel =
        (struct uv_channel *)((char *)wait - offsetof(struct uv_channel, key_wait));
    channel_give_ephemeral(channel->engine, key);
    advance(channel);
}

static void run_work(uv_work_t *work)
{
    struct uv_channel *channel = work->data;
    channel_work_run(channel->engine);
}

static void on_work_done(uv_work_t *work, int status)
{
    struct uv_channel *channel = work->data;
    (void)status; /* never cancelled */
    channel->working = false;
    channel_work_end(channel->engine);
    if (channel->state == GONE)
        free_if_done(channel);
    else
        advance(channel);
}

static void start_work(struct uv_channel *channel)
{
    channel_work_begin(channel->engine);
    channel->working = true;
    channel->work.data = channel;
    uv_queue_work(channel->tcp->loop, &channel->work, run_work, on_work_done);
}

/* --- the heart ----------------------------------------------------------------------------------
 */
static bool give_data(struct uv_channel *channel)
{
    size_t bytes;
    const uint8_t *data = channel_data(channel->engine, &bytes);
    size_t used = channel->handlers->data ? channel->handlers->data(channel, data, bytes) : bytes;
    channel_data_done(channel->engine, used);
    channel->paused = used < bytes;
    return used > 0;
}

static void give_ticket(struct uv_channel *channel)
{
    struct channel_ticket *ticket = channel_take_ticket(channel->engine);
    if (channel->handlers->ticket)
        channel->handlers->ticket(channel, ticket);
    else
        channel_ticket_free(ticket);
}

static void judge(struct uv_channel *channel)
{
    enum channel_error verdict = CHANNEL_ERR_NOT_ALLOWED;
    if (channel->handlers->verdict)
        verdict = channel->handlers->verdict(channel, channel_peer_key(channel->engine));
    channel_verdict(channel->engine, verdict);
}

/* Does one of the things that the engine asks for; false if there is nothing to do. */
static bool step(struct uv_channel *channel)
{
    unsigned flags = channel_flags(channel->engine);
    if (channel->state == GONE) {
        return false;
    } else if (flags & CHANNEL_WANT_VERDICT) {
        judge(channel);
    } else if ((flags & CHANNEL_WANT_EPHEMERAL) && !channel->key_wait.waiting) {
        uv_stock_ask(channel->stock, &channel->key_wait);
    } else if ((flags & CHANNEL_HAS_WORK) && !channel->working) {
        start_work(channel);
    } else if ((flags & CHANNEL_OPEN) && !channel->was_open) {
        channel->was_open = true;
        if (channel->handlers->open)
            channel->handlers->open(channel);
    } else if (flags & CHANNEL_HAS_PORT) {
        give_ticket(channel);
    } else if ((flags & CHANNEL_HAS_DATA) && !channel->paused) {
        return give_data(channel);
    } else {
        return false;
    }
    return true;
}

/* The owner hears that all it has sent has left, and may send more. */
static bool tell_drained(struct uv_channel *channel)
{
    bool unsent = uv_channel_unsent(channel) > 0;
    bool drained = channel->full && !unsent;
    channel->full = unsent;
    if (drained && channel->state == LIVE && channel->handlers->drained)
        channel->handlers->drained(channel);
    return drained;
}

static void tell_closed(struct uv_channel *channel)
{
    const struct uv_channel_handlers *handlers = channel->handlers;
    enum channel_error error = channel->error ? channel->error : channel_error(channel->engine);
    channel->handlers = &nobody;
    uv_stock_forget(channel->stock, &channel->key_wait);
    channel_close(channel->engine, CHANNEL_OK, NULL); /* nothing new after an error */
    if (handlers->closed)
        handlers->closed(channel, error);
    send_output(channel);
}

static void on_time(uv_timer_t *timer)
{
    struct uv_channel *channel = timer->data;
    if (channel->state == LIVE) {
        channel->error = CHANNEL_ERR_TIMEOUT;
        channel_close(channel->engine, CHANNEL_ERR_TIMEOUT, NULL);
        advance(channel);
    } else {
        go(channel);
    }
}

/* The clock runs while the handshake waits for the peer, and not while it waits for us. */
static void set_clock(struct uv_channel *channel, unsigned flags)
{
    bool peers_turn = !channel->was_open && (flags & CHANNEL_WANT_INPUT) && !channel->working &&
                      !channel->key_wait.waiting;
    if (!peers_turn)
        uv_timer_stop(&channel->timer);
    else if (!uv_is_active((uv_handle_t *)&channel->timer))
        uv_timer_start(&channel->timer, on_time, CHANNEL_SECONDS * 1000, 0);
}

/* Whether there is nothing more to be said. What a broken textbook channel could not seal stays. */
static bool said_all(const struct uv_channel *channel)
{
    size_t bytes;
    channel_output(channel->engine, &bytes);
    return bytes == 0 && !channel->waiting && !channel->working;
}

static void end_if_closed(struct uv_channel *channel, unsigned flags)
{
    bool ended = (flags & CHANNEL_CLOSED) && !(flags & CHANNEL_HAS_DATA);
    if (channel->state == LIVE && (ended || channel->abandoned)) {
        channel->state = ENDING;
        uv_timer_start(&channel->timer, on_time, UV_CHANNEL_GOODBYE_SECONDS * 1000, 0);
        tell_closed(channel);
    }
    if (channel->state == ENDING && said_all(channel))
        linger(channel);
    if (channel->state == LINGERING && channel->hung_up)
        go(channel);
}

static void advance(struct uv_channel *channel)
{
    if (channel->advancing) /* a handler has called back: the loop below goes on */
        return;
    channel->advancing = true;
    do {
        while (step(channel))
            continue;
        send_output(channel);
    } while (tell_drained(channel));
    channel->advancing = false;
    unsigned flags = channel_flags(channel->engine);
    if (channel->state == LIVE)
        set_clock(channel, flags);
    end_if_closed(channel, flags);
    if (channel->state != GONE)
        set_reading(channel,
                    !channel->hung_up && (channel->state != LIVE || (flags & CHANNEL_WANT_INPUT)));
}

/* --- for the owner ------------------------------------------------------------------------------
 */
struct uv_channel *uv_channel_new(uv_tcp_t *tcp, struct channel *engine, struct uv_stock *stock,
                                  const struct uv_channel_handlers *handlers, void *owner)
{
    struct uv_channel *channel = calloc(1, sizeof(*channel));
    if (!channel)
        return NULL;
    channel->tcp = tcp;
    channel->engine = engine;
    channel->stock = stock;
    channel->key_wait.give = on_key;
    uv_timer_init(tcp->loop, &channel->timer); /* cannot fail */
    channel->timer.data = channel;
    tcp->data = channel;
    channel->open_handles = 2;
    uv_tcp_nodelay(tcp, 1);
    uv_channel_handle(channel, handlers, owner);
    return channel;
}

void uv_channel_start(struct uv_channel *channel)
{
    advance(channel);
}

void uv_channel_handle(struct uv_channel *channel, const struct uv_channel_handlers *handlers,
                       void *owner)
{
    channel->handlers = handlers;
    channel->owner = owner;
}

void *uv_channel_owner(const struct uv_channel *channel)
{
    return channel->owner;
}

const uv_tcp_t *uv_channel_tcp(const struct uv_channel *channel)
{
    return channel->tcp;
}

struct channel *uv_channel_engine(const struct uv_channel *channel)
{
    return channel->engine;
}

void uv_channel_flush(struct uv_channel *channel)
{
    channel->full = true;
    advance(channel);
}

void uv_channel_resume(struct uv_channel *channel)
{
    channel->paused = false;
    advance(channel);
}

void uv_channel_close(struct uv_channel *channel, enum channel_error code, const char *reason)
{
    channel->handlers = &nobody;
    channel->abandoned = true;
    channel_close(channel->engine, code, reason);
    advance(channel);
}

void uv_channel_drop(struct uv_channel *channel)
{
    channel->handlers = &nobody;
    go(channel);
}

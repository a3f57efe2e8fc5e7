/* Lines: one over a channel passes everything on; a plain one is a small driver of its own. */
#include "connection.h"

#include <stdlib.h>

#define PLAIN_READ_BYTES (64 * 1024)
#define CLOSE_MS         (UV_CHANNEL_GOODBYE_SECONDS * 1000)

/* What only a plain line has. */
struct plain {
    uv_tcp_t *tcp;
    uv_timer_t timer; /* of the end */
    uv_idle_t turn;   /* active: the loop comes back here soon */
    uv_write_t write;
    uv_shutdown_t shutdown;
    struct buffer in, out, leaving; /* leaving: being written by libuv */
    int open_handles;
    bool advancing, reading, paused, resumed, full, writing;
    bool hung_up, broken;
    bool closing; /* the owner has closed: what is left goes out, then a FIN */
    bool shut;    /* the FIN is on its way */
    bool gone;    /* nothing more happens */
};

struct connection {
    const struct connection_handlers *handlers;
    void *owner;
    struct uv_channel *channel; /* NULL: plain */
    struct plain plain;
};

static void advance(struct connection *connection);

/* --- over a channel --------------------------------------------------------------------------- */
static size_t on_channel_data(struct uv_channel *channel, const uint8_t *data, size_t bytes)
{
    struct connection *connection = uv_channel_owner(channel);
    return connection->handlers->data ? connection->handlers->data(connection->owner, data, bytes)
                                      : 0;
}

static void on_channel_drained(struct uv_channel *channel)
{
    struct connection *connection = uv_channel_owner(channel);
    if (connection->handlers->drained)
        connection->handlers->drained(connection->owner);
}

static void on_channel_closed(struct uv_channel *channel, enum channel_error error)
{
    struct connection *connection = uv_channel_owner(channel);
    const struct channel *engine = uv_channel_engine(channel);
    const char *words = channel_error_is_peers(engine) ? channel_error_reason(engine)
                                                       : channel_error_detail(engine);
    connection->handlers->closed(connection->owner, error, words[0] ? words : NULL);
    free(connection);
}

static const struct uv_channel_handlers channel_handlers = {
    .data = on_channel_data, .drained = on_channel_drained, .closed = on_channel_closed};

struct connection *connection_secure(struct uv_channel *channel,
                                     const struct connection_handlers *handlers, void *owner)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return NULL;
    connection->handlers = handlers;
    connection->owner = owner;
    connection->channel = channel;
    uv_channel_handle(channel, &channel_handlers, connection);
    return connection;
}

/* --- plain: the end --------------------------------------------------------------------------- */
static void on_handle_closed(uv_handle_t *handle)
{
    struct connection *connection = handle->data;
    if (--connection->plain.open_handles > 0)
        return;
    buffer_free(&connection->plain.in);
    buffer_free(&connection->plain.out);
    buffer_free(&connection->plain.leaving);
    free(connection->plain.tcp);
    free(connection);
}

static void go(struct connection *connection, bool reset)
{
    struct plain *plain = &connection->plain;
    if (plain->gone)
        return;
    plain->gone = true;
    uv_close((uv_handle_t *)&plain->timer, on_handle_closed);
    uv_close((uv_handle_t *)&plain->turn, on_handle_closed);
    if (!reset || uv_tcp_close_reset(plain->tcp, on_handle_closed) != 0)
        uv_close((uv_handle_t *)plain->tcp, on_handle_closed);
}

static void on_late(uv_timer_t *timer)
{
    go(timer->data, true);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    struct connection *connection = request->data;
    if (status != 0 || connection->plain.hung_up)
        go(connection, false);
}

/* --- plain: bytes out ------------------------------------------------------------------------- */
static void on_written(uv_write_t *request, int status)
{
    struct connection *connection = request->data;
    struct plain *plain = &connection->plain;
    plain->writing = false;
    buffer_free(&plain->leaving);
    if (status != 0)
        plain->broken = true;
    if (!plain->gone)
        advance(connection);
}

/* What the system does not take at once waits in `leaving`, which stays where it is. */
static void send_output(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    size_t bytes = buffer_bytes(&plain->out);
    if (bytes == 0 || plain->writing || plain->gone)
        return;
    uv_buf_t piece = uv_buf_init((char *)buffer_front(&plain->out), (unsigned)bytes);
    int sent = plain->broken ? (int)bytes : uv_try_write((uv_stream_t *)plain->tcp, &piece, 1);
    if (sent < 0 && sent != UV_EAGAIN) {
        plain->broken = true;
        sent = (int)bytes;
    }
    buffer_consume(&plain->out, sent > 0 ? (size_t)sent : 0);
    if (buffer_bytes(&plain->out) == 0)
        return;
    plain->leaving = plain->out; /* transferred */
    plain->out = (struct buffer){0};
    piece = uv_buf_init((char *)buffer_front(&plain->leaving),
                        (unsigned)buffer_bytes(&plain->leaving));
    plain->write.data = connection;
    plain->writing = uv_write(&plain->write, (uv_stream_t *)plain->tcp, &piece, 1, on_written) == 0;
    if (!plain->writing) {
        plain->broken = true;
        buffer_free(&plain->leaving);
    }
}

/* --- plain: bytes in -------------------------------------------------------------------------- */
static void on_space(uv_handle_t *handle, size_t suggested, uv_buf_t *space)
{
    struct connection *connection = handle->data;
    (void)suggested;
    uint8_t *room = buffer_room(&connection->plain.in, PLAIN_READ_BYTES);
    *space = uv_buf_init((char *)room, room ? PLAIN_READ_BYTES : 0);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *space)
{
    struct connection *connection = stream->data;
    struct plain *plain = &connection->plain;
    (void)space;
    if (bytes > 0 && !plain->closing) {
        buffer_added(&plain->in, (size_t)bytes);
    } else {
        buffer_consume(&plain->in, 0);
        plain->hung_up = plain->hung_up || bytes < 0;
        plain->broken = plain->broken || (bytes < 0 && bytes != UV_EOF);
    }
    if (bytes != 0)
        advance(connection);
}

static void set_reading(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    bool reading = !plain->hung_up && (plain->closing || !plain->paused);
    if (reading && !plain->reading)
        uv_read_start((uv_stream_t *)plain->tcp, on_space, on_read);
    else if (!reading && plain->reading)
        uv_read_stop((uv_stream_t *)plain->tcp);
    plain->reading = reading;
}

/* --- plain: the heart ------------------------------------------------------------------------- */
static bool give_data(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    size_t bytes = buffer_bytes(&plain->in);
    if (bytes == 0 || plain->paused || plain->closing || plain->gone)
        return false;
    size_t used = connection->handlers->data
                      ? connection->handlers->data(connection->owner, buffer_front(&plain->in),
                                                   bytes)
                      : 0;
    if (plain->closing || plain->gone)
        return false;
    plain->paused = used < bytes;
    buffer_consume(&plain->in, used);
    return used > 0;
}

static void tell_drained(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    if (!plain->full || plain->closing || plain->gone || plain->broken ||
        connection_unsent(connection) > 0)
        return;
    plain->full = false;
    if (connection->handlers->drained)
        connection->handlers->drained(connection->owner);
}

static void tell_closed(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    bool broken = plain->broken;
    plain->closing = true;
    connection->handlers->closed(connection->owner, broken ? CHANNEL_ERR_TRUNCATED : CHANNEL_OK,
                                 NULL);
    go(connection, broken);
}

/* What is left goes out, then a FIN, then we wait for the peer's: a reset could swallow our last
 * words. The clock runs from connection_close. */
static void finish(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    if (plain->broken || (plain->shut && plain->hung_up)) {
        go(connection, plain->broken);
    } else if (!plain->shut && connection_unsent(connection) == 0) {
        plain->shut = true;
        plain->shutdown.data = connection;
        if (uv_shutdown(&plain->shutdown, (uv_stream_t *)plain->tcp, on_shutdown) != 0)
            go(connection, false);
    }
}

static void advance(struct connection *connection)
{
    struct plain *plain = &connection->plain;
    plain->advancing = true;
    while (give_data(connection))
        continue;
    send_output(connection);
    tell_drained(connection);
    send_output(connection);
    plain->advancing = false;
    if (plain->gone)
        return;
    if (plain->closing)
        finish(connection);
    else if (plain->broken || (plain->hung_up && buffer_bytes(&plain->in) == 0))
        tell_closed(connection);
    if (!plain->gone)
        set_reading(connection);
}

static void on_turn(uv_idle_t *turn)
{
    struct connection *connection = turn->data;
    uv_idle_stop(turn);
    if (connection->plain.resumed)
        connection->plain.paused = connection->plain.resumed = false;
    advance(connection);
}

/* The owner is in the middle of something: it hears the news from the loop. */
static void take_turn_soon(struct connection *connection)
{
    if (!connection->plain.gone)
        uv_idle_start(&connection->plain.turn, on_turn);
}

/* Inside a handler the pieces are collected for one write. */
static void send_now(struct connection *connection)
{
    if (!connection->plain.advancing)
        send_output(connection);
    take_turn_soon(connection);
}

struct connection *connection_plain(uv_tcp_t *tcp, const struct connection_handlers *handlers,
                                    void *owner)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return NULL;
    connection->handlers = handlers;
    connection->owner = owner;
    connection->plain.tcp = tcp;
    connection->plain.paused = true;
    uv_timer_init(tcp->loop, &connection->plain.timer);
    uv_idle_init(tcp->loop, &connection->plain.turn);
    connection->plain.timer.data = connection->plain.turn.data = tcp->data = connection;
    connection->plain.open_handles = 3;
    uv_tcp_nodelay(tcp, 1); /* a reply of one line must not wait for the next */
    return connection;
}

/* --- for the owner ---------------------------------------------------------------------------- */
void connection_start(struct connection *connection)
{
    connection_resume(connection);
}

uint8_t *connection_space(struct connection *connection, size_t bytes)
{
    if (connection->channel)
        return channel_send_space(uv_channel_engine(connection->channel), bytes);
    return connection->plain.broken ? NULL : buffer_room(&connection->plain.out, bytes);
}

bool connection_space_done(struct connection *connection, size_t bytes)
{
    if (connection->channel)
        return channel_send_done(uv_channel_engine(connection->channel), bytes) == CHANNEL_OK;
    buffer_added(&connection->plain.out, bytes);
    buffer_consume(&connection->plain.out, 0); /* frees the room if nothing was written */
    return true;
}

bool connection_send(struct connection *connection, const void *data, size_t bytes)
{
    if (connection->channel)
        return channel_send(uv_channel_engine(connection->channel), data, bytes) == CHANNEL_OK;
    return !connection->plain.broken && buffer_append(&connection->plain.out, data, bytes);
}

void connection_flush(struct connection *connection)
{
    if (connection->channel) {
        uv_channel_flush(connection->channel);
    } else {
        connection->plain.full = true;
        send_now(connection);
    }
}

size_t connection_unsent(const struct connection *connection)
{
    if (connection->channel)
        return uv_channel_unsent(connection->channel);
    return buffer_bytes(&connection->plain.out) + buffer_bytes(&connection->plain.leaving);
}

void connection_resume(struct connection *connection)
{
    if (connection->channel) {
        uv_channel_resume(connection->channel);
    } else {
        connection->plain.resumed = true;
        take_turn_soon(connection);
    }
}

void connection_close(struct connection *connection, enum channel_error code, const char *reason)
{
    if (connection->channel) {
        uv_channel_close(connection->channel, code, reason);
        free(connection);
    } else if (code != CHANNEL_OK) {
        go(connection, true);
    } else {
        connection->plain.closing = true;
        uv_timer_start(&connection->plain.timer, on_late, CLOSE_MS, 0);
        send_now(connection);
    }
}

uv_tcp_t *connection_release(struct connection *connection, struct buffer *rest)
{
    struct plain *plain = &connection->plain;
    uv_tcp_t *tcp = plain->tcp;
    uv_read_stop((uv_stream_t *)tcp);
    *rest = plain->in; /* transferred */
    plain->in = (struct buffer){0};
    plain->tcp = NULL; /* transferred */
    plain->gone = true;
    plain->open_handles--;
    uv_close((uv_handle_t *)&plain->timer, on_handle_closed);
    uv_close((uv_handle_t *)&plain->turn, on_handle_closed);
    return tcp;
}

struct uv_channel *connection_channel(const struct connection *connection)
{
    return connection->channel;
}

const uv_tcp_t *connection_tcp(const struct connection *connection)
{
    return connection->channel ? uv_channel_tcp(connection->channel) : connection->plain.tcp;
}

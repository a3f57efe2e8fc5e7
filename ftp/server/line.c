/* Lines: one over a channel passes everything on; a plain one is a small driver of its own. */
#include "line.h"

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

struct line {
    const struct line_handlers *handlers;
    void *owner;
    struct uv_channel *channel; /* NULL: plain */
    struct plain plain;
};

static void advance(struct line *line);

/* --- over a channel --------------------------------------------------------------------------- */
static size_t on_channel_data(struct uv_channel *channel, const uint8_t *data, size_t bytes)
{
    struct line *line = uv_channel_owner(channel);
    return line->handlers->data ? line->handlers->data(line->owner, data, bytes) : 0;
}

static void on_channel_drained(struct uv_channel *channel)
{
    struct line *line = uv_channel_owner(channel);
    if (line->handlers->drained)
        line->handlers->drained(line->owner);
}

static void on_channel_closed(struct uv_channel *channel, enum channel_error error)
{
    struct line *line = uv_channel_owner(channel);
    const struct channel *engine = uv_channel_engine(channel);
    const char *words = channel_error_is_peers(engine) ? channel_error_reason(engine)
                                                       : channel_error_detail(engine);
    line->handlers->closed(line->owner, error, words[0] ? words : NULL);
    free(line);
}

static void on_channel_ticket(struct uv_channel *channel, struct channel_ticket *ticket)
{
    struct line *line = uv_channel_owner(channel);
    if (line->handlers->ticket)
        line->handlers->ticket(line->owner, ticket);
    else
        channel_ticket_free(ticket);
}

static const struct uv_channel_handlers channel_handlers = {.data = on_channel_data,
                                                            .drained = on_channel_drained,
                                                            .ticket = on_channel_ticket,
                                                            .closed = on_channel_closed};

struct line *line_secure(struct uv_channel *channel, const struct line_handlers *handlers,
                         void *owner)
{
    struct line *line = calloc(1, sizeof(*line));
    if (!line)
        return NULL;
    line->handlers = handlers;
    line->owner = owner;
    line->channel = channel;
    uv_channel_handle(channel, &channel_handlers, line);
    return line;
}

/* --- plain: the end --------------------------------------------------------------------------- */
static void on_handle_closed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    if (--line->plain.open_handles > 0)
        return;
    buffer_free(&line->plain.in);
    buffer_free(&line->plain.out);
    buffer_free(&line->plain.leaving);
    free(line->plain.tcp);
    free(line);
}

static void go(struct line *line, bool reset)
{
    struct plain *plain = &line->plain;
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
    struct line *line = request->data;
    if (status != 0 || line->plain.hung_up)
        go(line, false);
}

/* --- plain: bytes out ------------------------------------------------------------------------- */
static void on_written(uv_write_t *request, int status)
{
    struct line *line = request->data;
    struct plain *plain = &line->plain;
    plain->writing = false;
    buffer_free(&plain->leaving);
    if (status != 0)
        plain->broken = true;
    if (!plain->gone)
        advance(line);
}

/* What the system does not take at once waits in `leaving`, which stays where it is. */
static void send_output(struct line *line)
{
    struct plain *plain = &line->plain;
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
    plain->write.data = line;
    plain->writing = uv_write(&plain->write, (uv_stream_t *)plain->tcp, &piece, 1, on_written) == 0;
    if (!plain->writing) {
        plain->broken = true;
        buffer_free(&plain->leaving);
    }
}

/* --- plain: bytes in -------------------------------------------------------------------------- */
static void on_space(uv_handle_t *handle, size_t suggested, uv_buf_t *space)
{
    struct line *line = handle->data;
    (void)suggested;
    uint8_t *room = buffer_room(&line->plain.in, PLAIN_READ_BYTES);
    *space = uv_buf_init((char *)room, room ? PLAIN_READ_BYTES : 0);
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *space)
{
    struct line *line = stream->data;
    struct plain *plain = &line->plain;
    (void)space;
    if (bytes > 0 && !plain->closing) {
        buffer_added(&plain->in, (size_t)bytes);
    } else {
        buffer_consume(&plain->in, 0);
        plain->hung_up = plain->hung_up || bytes < 0;
        plain->broken = plain->broken || (bytes < 0 && bytes != UV_EOF);
    }
    if (bytes != 0)
        advance(line);
}

static void set_reading(struct line *line)
{
    struct plain *plain = &line->plain;
    bool reading = !plain->hung_up && (plain->closing || !plain->paused);
    if (reading && !plain->reading)
        uv_read_start((uv_stream_t *)plain->tcp, on_space, on_read);
    else if (!reading && plain->reading)
        uv_read_stop((uv_stream_t *)plain->tcp);
    plain->reading = reading;
}

/* --- plain: the heart ------------------------------------------------------------------------- */
static bool give_data(struct line *line)
{
    struct plain *plain = &line->plain;
    size_t bytes = buffer_bytes(&plain->in);
    if (bytes == 0 || plain->paused || plain->closing || plain->gone)
        return false;
    size_t used = line->handlers->data
                      ? line->handlers->data(line->owner, buffer_front(&plain->in), bytes)
                      : 0;
    if (plain->closing || plain->gone)
        return false;
    plain->paused = used < bytes;
    buffer_consume(&plain->in, used);
    return used > 0;
}

static void tell_drained(struct line *line)
{
    struct plain *plain = &line->plain;
    if (!plain->full || plain->closing || plain->gone || plain->broken || line_unsent(line) > 0)
        return;
    plain->full = false;
    if (line->handlers->drained)
        line->handlers->drained(line->owner);
}

static void tell_closed(struct line *line)
{
    struct plain *plain = &line->plain;
    bool broken = plain->broken;
    plain->closing = true;
    line->handlers->closed(line->owner, broken ? CHANNEL_ERR_TRUNCATED : CHANNEL_OK, NULL);
    go(line, broken);
}

/* What is left goes out, then a FIN, then we wait for the peer's: a reset could swallow our last
 * words. The clock runs from line_close. */
static void finish(struct line *line)
{
    struct plain *plain = &line->plain;
    if (plain->broken || (plain->shut && plain->hung_up)) {
        go(line, plain->broken);
    } else if (!plain->shut && line_unsent(line) == 0) {
        plain->shut = true;
        plain->shutdown.data = line;
        if (uv_shutdown(&plain->shutdown, (uv_stream_t *)plain->tcp, on_shutdown) != 0)
            go(line, false);
    }
}

static void advance(struct line *line)
{
    struct plain *plain = &line->plain;
    plain->advancing = true;
    while (give_data(line))
        continue;
    send_output(line);
    tell_drained(line);
    send_output(line);
    plain->advancing = false;
    if (plain->gone)
        return;
    if (plain->closing)
        finish(line);
    else if (plain->broken || (plain->hung_up && buffer_bytes(&plain->in) == 0))
        tell_closed(line);
    if (!plain->gone)
        set_reading(line);
}

static void on_turn(uv_idle_t *turn)
{
    struct line *line = turn->data;
    uv_idle_stop(turn);
    if (line->plain.resumed)
        line->plain.paused = line->plain.resumed = false;
    advance(line);
}

/* The owner is in the middle of something: it hears the news from the loop. */
static void take_turn_soon(struct line *line)
{
    if (!line->plain.gone)
        uv_idle_start(&line->plain.turn, on_turn);
}

/* Inside a handler the pieces are collected for one write. */
static void send_now(struct line *line)
{
    if (!line->plain.advancing)
        send_output(line);
    take_turn_soon(line);
}

struct line *line_plain(uv_tcp_t *tcp, const struct line_handlers *handlers, void *owner)
{
    struct line *line = calloc(1, sizeof(*line));
    if (!line)
        return NULL;
    line->handlers = handlers;
    line->owner = owner;
    line->plain.tcp = tcp;
    line->plain.paused = true;
    uv_timer_init(tcp->loop, &line->plain.timer);
    uv_idle_init(tcp->loop, &line->plain.turn);
    line->plain.timer.data = line->plain.turn.data = tcp->data = line;
    line->plain.open_handles = 3;
    uv_tcp_nodelay(tcp, 1); /* a reply of one line must not wait for the next */
    return line;
}

/* --- for the owner ---------------------------------------------------------------------------- */
void line_start(struct line *line)
{
    line_resume(line);
}

uint8_t *line_space(struct line *line, size_t bytes)
{
    if (line->channel)
        return channel_send_space(uv_channel_engine(line->channel), bytes);
    return line->plain.broken ? NULL : buffer_room(&line->plain.out, bytes);
}

bool line_space_done(struct line *line, size_t bytes)
{
    if (line->channel)
        return channel_send_done(uv_channel_engine(line->channel), bytes) == CHANNEL_OK;
    buffer_added(&line->plain.out, bytes);
    buffer_consume(&line->plain.out, 0); /* frees the room if nothing was written */
    return true;
}

bool line_send(struct line *line, const void *data, size_t bytes)
{
    if (line->channel)
        return channel_send(uv_channel_engine(line->channel), data, bytes) == CHANNEL_OK;
    return !line->plain.broken && buffer_append(&line->plain.out, data, bytes);
}

void line_flush(struct line *line)
{
    if (line->channel) {
        uv_channel_flush(line->channel);
    } else {
        line->plain.full = true;
        send_now(line);
    }
}

size_t line_unsent(const struct line *line)
{
    if (line->channel)
        return uv_channel_unsent(line->channel);
    return buffer_bytes(&line->plain.out) + buffer_bytes(&line->plain.leaving);
}

void line_resume(struct line *line)
{
    if (line->channel) {
        uv_channel_resume(line->channel);
    } else {
        line->plain.resumed = true;
        take_turn_soon(line);
    }
}

void line_close(struct line *line, enum channel_error code, const char *reason)
{
    if (line->channel) {
        uv_channel_close(line->channel, code, reason);
        free(line);
    } else if (code != CHANNEL_OK) {
        go(line, true);
    } else {
        line->plain.closing = true;
        uv_timer_start(&line->plain.timer, on_late, CLOSE_MS, 0);
        send_now(line);
    }
}

uv_tcp_t *line_release(struct line *line, struct buffer *rest)
{
    struct plain *plain = &line->plain;
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

struct uv_channel *line_channel(const struct line *line)
{
    return line->channel;
}

const uv_tcp_t *line_tcp(const struct line *line)
{
    return line->channel ? uv_channel_tcp(line->channel) : line->plain.tcp;
}

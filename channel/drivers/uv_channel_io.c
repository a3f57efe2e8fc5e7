/* The bytes of a uv_channel: what is sent, what is received, and how it ends. */
#include "uv_channel_internal.h"

#include <stdlib.h>
#include <string.h>

#define WRITE_BYTES   (64 * 1024) /* the most that is copied for a peer that does not keep up */
#define READ_BYTES    (64 * 1024) /* of a plain connection, at once */
#define DISCARD_BYTES (16 * 1024)

/* --- the end ---------------------------------------------------------------------------------- */
void uv_channel_free_if_done(struct uv_channel *channel)
{
    if (channel->open_handles > 0 || channel->working)
        return;
    if (channel->engine)
        uv_stock_return(channel->helpers->stock, channel_take_ephemeral(channel->engine));
    channel_free(channel->engine);
    buffer_free(&channel->in);
    buffer_free(&channel->out);
    free(channel->tcp);
    free(channel->discard);
    free(channel);
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct uv_channel *channel = handle->data;
    channel->open_handles--;
    uv_channel_free_if_done(channel);
}

void uv_channel_hear_out(struct uv_channel *channel,
                         void (*heard)(struct uv_channel *channel, void *context,
                                       const uint8_t *data, size_t bytes),
                         void *context)
{
    channel->heard = heard;
    channel->heard_context = context;
}

static void keep_last(struct uv_channel *channel, const char *data, size_t bytes)
{
    size_t kept = channel->last_bytes < UV_CHANNEL_LAST_BYTES ? channel->last_bytes
                                                              : UV_CHANNEL_LAST_BYTES;
    size_t more = bytes < UV_CHANNEL_LAST_BYTES - kept ? bytes : UV_CHANNEL_LAST_BYTES - kept;
    if (more > 0)
        memcpy(channel->last + kept, data, more);
    channel->last_bytes += bytes;
}

void uv_channel_go(struct uv_channel *channel, bool reset)
{
    if (channel->state == GONE)
        return;
    channel->state = GONE;
    if (channel->heard)
        channel->heard(channel, channel->heard_context, channel->last, channel->last_bytes);
    uv_stock_forget(channel->helpers->stock, &channel->key_wait);
    if (uv_workers_forget(channel->helpers->workers, &channel->job))
        channel->working = false;
    if (!reset || uv_tcp_close_reset(channel->tcp, on_handle_closed) != 0)
        uv_close((uv_handle_t *)channel->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&channel->timer, on_handle_closed);
    uv_close((uv_handle_t *)&channel->turn, on_handle_closed);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    if (status != 0)
        uv_channel_go(request->data, false);
}

static void free_tcp(uv_handle_t *handle)
{
    free(handle);
}

void uv_channel_discard(uv_tcp_t *tcp)
{
    uv_close((uv_handle_t *)tcp, free_tcp);
}

/* A FIN, and then wait for the peer's: closing at once with unread bytes would reset the
 * connection, and our last words might be lost. */
void uv_channel_linger(struct uv_channel *channel)
{
    channel->state = LINGERING;
    channel->shutdown.data = channel;
    if (channel->broken ||
        uv_shutdown(&channel->shutdown, (uv_stream_t *)channel->tcp, on_shutdown) != 0)
        uv_channel_go(channel, false);
}

/* --- sending ---------------------------------------------------------------------------------- */
const uint8_t *uv_channel_output(const struct uv_channel *channel, size_t *bytes)
{
    if (channel->engine)
        return channel_output(channel->engine, bytes);
    *bytes = buffer_bytes(&channel->out);
    return buffer_front(&channel->out);
}

static void output_done(struct uv_channel *channel, size_t bytes)
{
    if (channel->engine)
        channel_output_done(channel->engine, bytes);
    else
        buffer_consume(&channel->out, bytes);
}

size_t uv_channel_unsent(const struct uv_channel *channel)
{
    size_t bytes;
    uv_channel_output(channel, &bytes);
    return bytes + (channel->engine ? channel_send_pending(channel->engine) : 0) +
           (channel->waiting ? channel->waiting->bytes : 0);
}

uint8_t *uv_channel_space(struct uv_channel *channel, size_t bytes)
{
    if (channel->engine)
        return channel_send_space(channel->engine, bytes);
    return channel->broken ? NULL : buffer_room(&channel->out, bytes);
}

bool uv_channel_space_done(struct uv_channel *channel, size_t bytes)
{
    if (channel->engine)
        return channel_send_done(channel->engine, bytes) == CHANNEL_OK;
    buffer_added(&channel->out, bytes);
    buffer_consume(&channel->out, 0); /* frees the room if nothing was written */
    return true;
}

bool uv_channel_send(struct uv_channel *channel, const void *data, size_t bytes)
{
    if (channel->engine)
        return channel_send(channel->engine, data, bytes) == CHANNEL_OK;
    return !channel->broken && buffer_append(&channel->out, data, bytes);
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
        channel->advance(channel);
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
    output_done(channel, bytes);
    return true;
}

/* One write for all that waits. A broken connection is noticed by the reading side, which may still
 * find the peer's last words there; a plain one ends at once. */
void uv_channel_send_output(struct uv_channel *channel)
{
    size_t bytes;
    const uint8_t *output = uv_channel_output(channel, &bytes);
    if (bytes == 0 || channel->waiting || channel->state == GONE)
        return;
    if (!channel->broken) {
        uv_buf_t piece = uv_buf_init((char *)output, (unsigned)bytes);
        int sent = uv_try_write((uv_stream_t *)channel->tcp, &piece, 1);
        if (sent < 0 && sent != UV_EAGAIN)
            channel->broken = true;
        size_t taken = sent > 0 ? (size_t)sent : 0;
        output_done(channel, taken);
        output = uv_channel_output(channel, &bytes);
        if (bytes > 0 && !channel->broken && !write_later(channel, output, bytes))
            channel->broken = true;
    }
    if (channel->broken) {
        uv_channel_output(channel, &bytes);
        output_done(channel, bytes);
    }
}

/* --- receiving -------------------------------------------------------------------------------- */
static void on_space(uv_handle_t *handle, size_t suggested, uv_buf_t *space)
{
    struct uv_channel *channel = handle->data;
    size_t bytes = READ_BYTES;
    (void)suggested;
    if (channel->state == LIVE) {
        uint8_t *input = channel->engine ? channel_input_space(channel->engine, &bytes)
                                         : buffer_room(&channel->in, bytes);
        *space = uv_buf_init((char *)input, input ? (unsigned)bytes : 0);
    } else {
        if (!channel->discard)
            channel->discard = malloc(DISCARD_BYTES);
        *space = uv_buf_init(channel->discard, channel->discard ? DISCARD_BYTES : 0);
    }
}

static void on_read(uv_stream_t *stream, ssize_t bytes, const uv_buf_t *space)
{
    struct uv_channel *channel = stream->data;
    if (channel->state != LIVE && bytes > 0)
        keep_last(channel, space->base, (size_t)bytes);
    if (channel->state == LIVE && !channel->engine) {
        buffer_added(&channel->in, bytes > 0 ? (size_t)bytes : 0);
        buffer_consume(&channel->in, 0);
    } else if (channel->state == LIVE && bytes >= 0) {
        channel->spoke_early = channel->key_wait.asker.waiting && bytes > 0;
        channel_input_done(channel->engine, (size_t)bytes);
    }
    if (bytes < 0) {
        channel->hung_up = true;
        if (bytes != UV_EOF)
            channel->broken = true;
        if (channel->state == LIVE && channel->engine)
            channel_input_end(channel->engine);
    }
    if (bytes != 0)
        channel->advance(channel);
}

void uv_channel_set_reading(struct uv_channel *channel, bool reading)
{
    if (reading && !channel->reading)
        uv_read_start((uv_stream_t *)channel->tcp, on_space, on_read);
    else if (!reading && channel->reading)
        uv_read_stop((uv_stream_t *)channel->tcp);
    channel->reading = reading;
}

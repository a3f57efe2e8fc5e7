/* The line of a uv_channel: what is sent, what is received, and how it ends. */
#include "uv_channel_internal.h"

#include <stdlib.h>
#include <string.h>

#define WRITE_BYTES   (64 * 1024) /* the most that is copied for a peer that does not keep up */
#define DISCARD_BYTES (16 * 1024)

/* --- the end ---------------------------------------------------------------------------------- */
void uv_channel_free_if_done(struct uv_channel *channel)
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
    uv_channel_free_if_done(channel);
}

void uv_channel_go(struct uv_channel *channel)
{
    if (channel->state == GONE)
        return;
    channel->state = GONE;
    uv_stock_forget(channel->stock, &channel->key_wait);
    uv_close((uv_handle_t *)channel->tcp, on_handle_closed);
    uv_close((uv_handle_t *)&channel->timer, on_handle_closed);
    uv_close((uv_handle_t *)&channel->turn, on_handle_closed);
}

static void on_shutdown(uv_shutdown_t *request, int status)
{
    if (status != 0)
        uv_channel_go(request->data);
}

/* A FIN, and then wait for the peer's: closing at once with unread bytes would reset the line, and
 * our last words might be lost. */
void uv_channel_linger(struct uv_channel *channel)
{
    channel->state = LINGERING;
    channel->shutdown.data = channel;
    if (channel->broken ||
        uv_shutdown(&channel->shutdown, (uv_stream_t *)channel->tcp, on_shutdown) != 0)
        uv_channel_go(channel);
}

/* --- sending ---------------------------------------------------------------------------------- */
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
        uv_channel_advance(channel);
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
void uv_channel_send_output(struct uv_channel *channel)
{
    size_t bytes;
    const uint8_t *output = channel_output(channel->engine, &bytes);
    if (bytes == 0 || channel->waiting || channel->state == GONE)
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

/* --- receiving -------------------------------------------------------------------------------- */
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
    struct uv_channel *channel = stream->data;
    (void)space;
    if (bytes >= 0 && channel->state == LIVE) {
        channel->spoke_early = channel->key_wait.waiting && bytes > 0;
        channel_input_done(channel->engine, (size_t)bytes);
    } else if (bytes < 0) {
        channel->hung_up = true;
        if (bytes != UV_EOF)
            channel->broken = true;
        if (channel->state == LIVE)
            channel_input_end(channel->engine);
    }
    if (bytes != 0)
        uv_channel_advance(channel);
}

void uv_channel_set_reading(struct uv_channel *channel, bool reading)
{
    if (reading && !channel->reading)
        uv_read_start((uv_stream_t *)channel->tcp, on_space, on_read);
    else if (!reading && channel->reading)
        uv_read_stop((uv_stream_t *)channel->tcp);
    channel->reading = reading;
}

/*
 * The bytes of a transfer. A download: a chunk is read, sent, and when it has left, the next. An
 * upload: a chunk is written while the peer waits. Files in memory are read and written at once,
 * straight from and into the records; for all others a worker does it: a slow disk holds up nobody.
 */
#include "transfer_inside.h"

#include <stdlib.h>

#define HUNG_UP "The client closed the data connection"

static uv_loop_t *loop_of(struct transfer *transfer)
{
    return &transfer->session->server->base.loop;
}

static void moved(struct transfer *transfer, size_t bytes)
{
    transfer->bytes += bytes;
    transfer->last_progress = uv_now(loop_of(transfer));
}

/* --- downloads -------------------------------------------------------------------------------- */
static void run_read(uv_work_t *work)
{
    struct transfer *transfer = work->data;
    struct stream *stream = transfer->stream;
    transfer->got = stream->kind->read(stream, transfer->chunk, STREAM_CHUNK_BYTES);
}

static void read_done(struct transfer *transfer, ssize_t got)
{
    if (got < 0) {
        transfer_fail(transfer);
        return;
    }
    transfer->at_end = got == 0;
    moved(transfer, (size_t)got);
    uv_channel_flush(transfer->connection); /* `drained` goes on, now or later */
}

static void end_download(struct transfer *transfer)
{
    transfer->complete = true;
    transfer_finish(transfer);
}

static void on_read_done(uv_work_t *work, int status)
{
    struct transfer *transfer = work->data;
    ssize_t got = transfer->got;
    (void)status;
    transfer->working = false;
    if (transfer->state == FINISHING) {
        transfer_finish(transfer);
        return;
    }
    if (transfer->hung_up && got > 0)
        transfer_cut(transfer, 426, HUNG_UP);
    else if (transfer->hung_up && got == 0)
        end_download(transfer);
    else if (got > 0 && !uv_channel_send(transfer->connection, transfer->chunk, (size_t)got))
        transfer_cut(transfer, 426, "The data connection is broken");
    else
        read_done(transfer, got);
}

/* Straight into the record that leaves. */
static void read_now(struct transfer *transfer)
{
    uint8_t *room = uv_channel_space(transfer->connection, STREAM_CHUNK_BYTES);
    if (!room) {
        transfer_cut(transfer, 426, "The data connection is broken");
        return;
    }
    ssize_t got = transfer->stream->kind->read(transfer->stream, room, STREAM_CHUNK_BYTES);
    if (uv_channel_space_done(transfer->connection, got > 0 ? (size_t)got : 0))
        read_done(transfer, got);
    else
        transfer_cut(transfer, 451, "No memory");
}

static void read_by_worker(struct transfer *transfer)
{
    if (!transfer->chunk)
        transfer->chunk = malloc(STREAM_CHUNK_BYTES);
    if (!transfer->chunk) {
        transfer_cut(transfer, 451, "No memory");
        return;
    }
    transfer->working = true;
    transfer->work.data = transfer;
    uv_queue_work(loop_of(transfer), &transfer->work, run_read, on_read_done);
}

static void pump(struct transfer *transfer)
{
    if (transfer->state != FLOWING || transfer->working ||
        uv_channel_unsent(transfer->connection) > 0)
        return; /* the state first: the stream may be gone */
    if (transfer->at_end)
        end_download(transfer);
    else if (transfer->stream->quick)
        read_now(transfer);
    else
        read_by_worker(transfer);
}

static void on_drained(struct uv_channel *channel)
{
    struct transfer *transfer = uv_channel_owner(channel);
    if (transfer->state == FLOWING && !transfer->stream->kind->is_upload)
        pump(transfer);
}

/* --- uploads ---------------------------------------------------------------------------------- */
static void run_write(uv_work_t *work)
{
    struct transfer *transfer = work->data;
    struct stream *stream = transfer->stream;
    transfer->written = stream->kind->write(stream, transfer->data, transfer->data_bytes);
}

static void on_write_done(uv_work_t *work, int status)
{
    struct transfer *transfer = work->data;
    (void)status;
    transfer->working = false;
    if (transfer->state == FINISHING) {
        transfer_finish(transfer);
    } else if (!transfer->written) {
        transfer_fail(transfer);
    } else {
        transfer->taken = transfer->data_bytes;
        uv_channel_resume(
            transfer->connection); /* on_data is asked again, with the same bytes in front */
    }
}

static size_t write_now(struct transfer *transfer, const uint8_t *data, size_t bytes)
{
    if (!transfer->stream->kind->write(transfer->stream, data, bytes)) {
        transfer_fail(transfer);
        return 0;
    }
    moved(transfer, bytes);
    return bytes;
}

static size_t on_data(struct uv_channel *channel, const uint8_t *data, size_t bytes)
{
    struct transfer *transfer = uv_channel_owner(channel);
    size_t taken = transfer->taken;
    if (transfer->state != FLOWING || transfer->working)
        return 0;
    if (!transfer->stream->kind->is_upload)
        return bytes; /* nobody asked */
    transfer->taken = 0;
    if (taken > 0) {
        moved(transfer, taken);
        return taken;
    }
    if (transfer->stream->quick)
        return write_now(transfer, data, bytes);
    transfer->data = data; /* it stays there: the connection is not read from meanwhile */
    transfer->data_bytes = bytes;
    transfer->working = true;
    transfer->work.data = transfer;
    uv_queue_work(loop_of(transfer), &transfer->work, run_write, on_write_done);
    return 0;
}

/* The client has hung up before anything was sent. Of an empty file nothing is missing to one that
 * knows its size and does not wait for the end: a look at the file decides, in on_read_done. */
static void judge_hang_up(struct transfer *transfer)
{
    transfer->hung_up = true;
    if (!transfer->working)
        read_by_worker(transfer);
}

static void on_closed(struct uv_channel *channel, enum channel_error error)
{
    struct transfer *transfer = uv_channel_owner(channel);
    const char *detail = uv_channel_words(channel);
    transfer->connection = NULL;
    if (transfer->state != FLOWING)
        return;
    if (!error && transfer->stream->kind->is_upload) {
        transfer->complete = true;
        transfer_finish(transfer);
    } else if (!error && transfer->bytes == 0) {
        judge_hang_up(transfer);
    } else {
        transfer_cut(transfer, 426, detail ? detail : error ? channel_strerror(error) : HUNG_UP);
    }
}

const struct uv_channel_handlers transfer_handlers = {
    .data = on_data, .drained = on_drained, .closed = on_closed};

void transfer_flow(struct transfer *transfer, struct uv_channel *connection)
{
    transfer->connection = connection;
    transfer->state = FLOWING;
    transfer->started = transfer->last_progress = uv_now(loop_of(transfer));
    uv_channel_start(connection);
    if (!transfer->stream->kind->is_upload)
        uv_channel_flush(
            connection); /* what the handshake has left to say goes first; then `drained` pumps */
}

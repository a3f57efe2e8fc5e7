/* A transfer: connect, move chunk by chunk, finish. */
#include "transfer.h"

#include "data_port.h"
#include "uv_handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TURN_BYTES ((uint64_t)1 << 20) /* moved before others get their turn */

enum transfer_state { CONNECTING, FLOWING, FINISHING, GONE };

struct transfer {
    struct session *session;
    const struct command *command;
    struct request *request;
    char *path;
    enum transfer_state state;
    struct uv_handover *handover;
    struct line *line;
    uv_timer_t turn; /* goes on after the others; its closing frees */
    uv_work_t work;
    bool working;        /* a worker has the request */
    bool at_end;         /* a download: all has been read */
    bool complete;       /* an upload: its proper end has come */
    bool begun;          /* 150 has been said */
    unsigned aborts;     /* ABORs that wait for their reply */
    uint8_t *chunk;      /* a download's, when a worker reads */
    const uint8_t *data; /* an upload's, when a worker writes */
    size_t data_bytes, taken;
    ssize_t got;
    bool written;
    uint64_t bytes, turn_bytes, started, last_progress;
    int code;
    char text[REQUEST_TEXT_BYTES];
};

static void pump(struct transfer *transfer);

bool transfer_has_begun(const struct transfer *transfer)
{
    return transfer->begun;
}

const char *transfer_verb(const struct transfer *transfer)
{
    return transfer->command->verb;
}

const char *transfer_path(const struct transfer *transfer)
{
    return transfer->path;
}

uint64_t transfer_bytes(const struct transfer *transfer)
{
    return transfer->bytes;
}

uint64_t transfer_last_progress(const struct transfer *transfer)
{
    return transfer->last_progress;
}

static uint64_t now(const struct transfer *transfer)
{
    return uv_now(&transfer->session->server->loop);
}

static void moved(struct transfer *transfer, size_t bytes)
{
    transfer->bytes += bytes;
    transfer->turn_bytes += bytes;
    transfer->last_progress = now(transfer);
}

/* --- the end ------------------------------------------------------------------------------------
 */
static void on_turn_closed(uv_handle_t *timer)
{
    struct transfer *transfer = timer->data;
    struct session *session = transfer->session;
    free(transfer->chunk);
    free(transfer->path);
    free(transfer);
    session_release(session);
}

static void log_transfer(const struct transfer *transfer)
{
    char code[8], bytes[24], seconds[24], keys[CHANNEL_KEY_TEXT_BYTES] = "";
    const struct session *session = transfer->session;
    struct log_entry entry = session_log_entry(session, "file");
    const struct line *control = session->control;
    if (control && line_channel(control))
        channel_key_fingerprint(keys, uv_channel_engine(line_channel(control)));
    snprintf(code, sizeof(code), "%d", transfer->code);
    snprintf(bytes, sizeof(bytes), "%llu", (unsigned long long)transfer->bytes);
    snprintf(seconds, sizeof(seconds), "%.3f", (double)(now(transfer) - transfer->started) / 1000);
    entry.keys = keys;
    entry.command = transfer->command->verb;
    entry.path = transfer->path;
    entry.bytes = bytes;
    entry.seconds = seconds;
    entry.outcome = code;
    entry.detail = transfer->code == 226 ? NULL : transfer->text;
    server_log_write(&session->server->log, LOG_FILES, &entry);
}

/* The request is closed and freed; what is left is to say so. */
static void conclude(struct transfer *transfer)
{
    struct session *session = transfer->session;
    transfer->state = GONE;
    session->transfer = NULL;
    log_transfer(transfer);
    session->last_active = now(transfer);
    if (!session->ended)
        say(session, transfer->code, "%s", transfer->text);
    for (; !session->ended && transfer->aborts > 0; transfer->aborts--)
        say(session, 226, "That is done");
    uv_close((uv_handle_t *)&transfer->turn, on_turn_closed);
    session_next(session);
}

static void set_outcome(struct transfer *transfer, int code, const char *text)
{
    if (transfer->code)
        return; /* the first one counts */
    transfer->code = code;
    snprintf(transfer->text, sizeof(transfer->text), "%s", text);
}

static void run_finish(uv_work_t *work)
{
    struct transfer *transfer = work->data;
    struct request *request = transfer->request;
    if (request->kind->is_upload && !request->kind->finish(request, transfer->complete) &&
        transfer->complete)
        set_outcome(transfer, request->code, request->text);
    request->kind->free(request);
    transfer->request = NULL;
}

static void on_finished(uv_work_t *work, int status)
{
    struct transfer *transfer = work->data;
    (void)status; /* never cancelled */
    transfer->working = false;
    set_outcome(transfer, 226, "Complete");
    conclude(transfer);
}

/* The last work with the file, when no worker has it any more. */
static void finish(struct transfer *transfer)
{
    struct session *session = transfer->session;
    transfer->state = FINISHING;
    uv_timer_stop(&transfer->turn);
    if (transfer->working)
        return;
    data_port_free(session->port); /* one request each */
    session->port = NULL;
    if (transfer->handover)
        uv_handover_cancel(transfer->handover);
    if (transfer->line)
        line_close(transfer->line, transfer->complete ? CHANNEL_OK : CHANNEL_ERR_TRUNCATED, NULL);
    transfer->handover = NULL;
    transfer->line = NULL;
    transfer->working = true;
    transfer->work.data = transfer;
    uv_queue_work(transfer->turn.loop, &transfer->work, run_finish, on_finished);
}

void transfer_cut(struct transfer *transfer, int code, const char *text)
{
    if (transfer->state == FINISHING || transfer->state == GONE)
        return; /* all has come, or all has gone */
    set_outcome(transfer, code, text);
    finish(transfer);
}

void transfer_abort(struct transfer *transfer)
{
    transfer->aborts++;
    transfer_cut(transfer, 426, "The transfer was ended at your wish");
}

void transfer_abandon(struct transfer *transfer)
{
    transfer_cut(transfer, 426, "The session ended");
}

static void fail(struct transfer *transfer)
{
    transfer_cut(transfer, transfer->request->code, transfer->request->text);
}

/* --- downloads ----------------------------------------------------------------------------------
 */
static void run_read(uv_work_t *work)
{
    struct transfer *transfer = work->data;
    struct request *request = transfer->request;
    transfer->got = request->kind->read(request, transfer->chunk, REQUEST_CHUNK_BYTES);
}

static void read_done(struct transfer *transfer, ssize_t got)
{
    if (got < 0) {
        fail(transfer);
        return;
    }
    transfer->at_end = got == 0;
    moved(transfer, (size_t)got);
    line_flush(transfer->line); /* `drained` goes on, now or later */
}

static void on_read_done(uv_work_t *work, int status)
{
    struct transfer *transfer = work->data;
    ssize_t got = transfer->got;
    (void)status;
    transfer->working = false;
    if (transfer->state == FINISHING) {
        finish(transfer);
        return;
    }
    if (got > 0 && !line_send(transfer->line, transfer->chunk, (size_t)got))
        transfer_cut(transfer, 426, "The data connection is broken");
    else
        read_done(transfer, got);
}

/* Straight into the record that leaves. */
static void read_now(struct transfer *transfer)
{
    uint8_t *room = line_space(transfer->line, REQUEST_CHUNK_BYTES);
    if (!room) {
        transfer_cut(transfer, 426, "The data connection is broken");
        return;
    }
    ssize_t got = transfer->request->kind->read(transfer->request, room, REQUEST_CHUNK_BYTES);
    if (line_space_done(transfer->line, got > 0 ? (size_t)got : 0))
        read_done(transfer, got);
    else
        transfer_cut(transfer, 451, "No memory");
}

static void read_by_worker(struct transfer *transfer)
{
    if (!transfer->chunk)
        transfer->chunk = malloc(REQUEST_CHUNK_BYTES);
    if (!transfer->chunk) {
        transfer_cut(transfer, 451, "No memory");
        return;
    }
    transfer->working = true;
    transfer->work.data = transfer;
    uv_queue_work(transfer->turn.loop, &transfer->work, run_read, on_read_done);
}

static void end_download(struct transfer *transfer)
{
    transfer->complete = true;
    finish(transfer);
}

static void on_turn(uv_timer_t *timer)
{
    struct transfer *transfer = timer->data;
    transfer->turn_bytes = 0;
    if (transfer->request->kind->is_upload)
        line_resume(transfer->line);
    else
        pump(transfer);
}

static void pump(struct transfer *transfer)
{
    if (transfer->state != FLOWING || transfer->working || line_unsent(transfer->line) > 0)
        return; /* the state first: the request may be gone */
    if (transfer->at_end)
        end_download(transfer);
    else if (transfer->turn_bytes >= TURN_BYTES)
        uv_timer_start(&transfer->turn, on_turn, 0, 0);
    else if (transfer->request->quick)
        read_now(transfer);
    else
        read_by_worker(transfer);
}

static void on_drained(void *owner)
{
    struct transfer *transfer = owner;
    if (transfer->state == FLOWING && !transfer->request->kind->is_upload)
        pump(transfer);
}

/* --- uploads ------------------------------------------------------------------------------------
 */
static void run_write(uv_work_t *work)
{
    struct transfer *transfer = work->data;
    struct request *request = transfer->request;
    transfer->written = request->kind->write(request, transfer->data, transfer->data_bytes);
}

static void on_write_done(uv_work_t *work, int status)
{
    struct transfer *transfer = work->data;
    (void)status;
    transfer->working = false;
    if (transfer->state == FINISHING) {
        finish(transfer);
    } else if (!transfer->written) {
        fail(transfer);
    } else {
        transfer->taken = transfer->data_bytes;
        line_resume(transfer->line); /* on_data is asked again, with the same bytes in front */
    }
}

static size_t write_now(struct transfer *transfer, const uint8_t *data, size_t bytes)
{
    if (transfer->turn_bytes >= TURN_BYTES) {
        uv_timer_start(&transfer->turn, on_turn, 0, 0);
        return 0;
    }
    if (!transfer->request->kind->write(transfer->request, data, bytes)) {
        fail(transfer);
        return 0;
    }
    moved(transfer, bytes);
    return bytes;
}

static size_t on_data(void *owner, const uint8_t *data, size_t bytes)
{
    struct transfer *transfer = owner;
    size_t taken = transfer->taken;
    if (transfer->state != FLOWING || transfer->working)
        return 0;
    if (!transfer->request->kind->is_upload)
        return bytes; /* nobody asked */
    transfer->taken = 0;
    if (taken > 0) {
        moved(transfer, taken);
        return taken;
    }
    if (transfer->request->quick)
        return write_now(transfer, data, bytes);
    transfer->data = data; /* it stays there: the line is not read from meanwhile */
    transfer->data_bytes = bytes;
    transfer->working = true;
    transfer->work.data = transfer;
    uv_queue_work(transfer->turn.loop, &transfer->work, run_write, on_write_done);
    return 0;
}

static void on_closed(void *owner, enum channel_error error, const char *detail)
{
    struct transfer *transfer = owner;
    transfer->line = NULL;
    if (transfer->state != FLOWING)
        return;
    if (!error && transfer->request->kind->is_upload) {
        transfer->complete = true;
        finish(transfer);
    } else {
        transfer_cut(transfer, 426,
                     detail  ? detail
                     : error ? channel_strerror(error)
                             : "The client closed the data connection");
    }
}

static const struct line_handlers line_handlers = {
    .data = on_data, .drained = on_drained, .closed = on_closed};

/* --- connecting ---------------------------------------------------------------------------------
 */
static void flow(struct transfer *transfer, struct line *line)
{
    transfer->line = line;
    transfer->state = FLOWING;
    transfer->started = transfer->last_progress = now(transfer);
    line_start(line);
    if (transfer->state == FLOWING && !transfer->request->kind->is_upload)
        line_flush(line); /* what the handshake has left to say goes first; then `drained` pumps */
}

static void on_moving(void *owner, uint16_t port)
{
    struct transfer *transfer = owner;
    (void)port;
    transfer->begun = true;
    say(transfer->session, 150, "%s", transfer->request->opening);
}

static void on_stranger(void *owner, const char *address, uint16_t port, enum channel_error error)
{
    struct transfer *transfer = owner;
    char detail[UV_ADDRESS_BYTES + 64];
    snprintf(detail, sizeof(detail), "%s came to port %u: %s", address, port,
             channel_strerror(error));
    session_log(transfer->session, LOG_CONNECTIONS, "stranger", "dropped", detail);
}

static void on_arrived(void *owner, struct uv_channel *channel)
{
    struct transfer *transfer = owner;
    transfer->handover = NULL;
    struct line *line = line_secure(channel, &line_handlers, transfer);
    if (line) {
        flow(transfer, line);
    } else {
        uv_channel_drop(channel);
        transfer_cut(transfer, 451, "No memory");
    }
}

static void on_handover_failed(void *owner, enum channel_error error, const char *detail)
{
    struct transfer *transfer = owner;
    (void)error;
    transfer->handover = NULL;
    transfer_cut(transfer, 425, detail);
}

static const struct uv_handover_handlers handover_handlers = {.moving = on_moving,
                                                              .stranger = on_stranger,
                                                              .arrived = on_arrived,
                                                              .failed = on_handover_failed};

static void close_and_free(uv_handle_t *handle)
{
    free(handle);
}

static void on_port_ready(void *owner, uv_tcp_t *tcp, int error)
{
    struct transfer *transfer = owner;
    transfer->session->port = NULL;
    if (transfer->state != CONNECTING) {
        if (tcp)
            uv_close((uv_handle_t *)tcp, close_and_free);
        return;
    }
    struct line *line = tcp ? line_plain(tcp, &line_handlers, transfer) : NULL;
    if (line) {
        flow(transfer, line);
        return;
    }
    if (tcp)
        uv_close((uv_handle_t *)tcp, close_and_free);
    transfer_cut(transfer, 425, error ? uv_strerror(error) : "No memory");
}

static void connect_privately(struct transfer *transfer)
{
    struct session *session = transfer->session;
    struct server *server = session->server;
    transfer->handover = uv_handover_new(server->ports, line_channel(session->control),
                                         server->stock, &server->config, &handover_handlers,
                                         transfer);
    if (transfer->handover)
        uv_handover_start(transfer->handover);
    else
        transfer_cut(transfer, 451, "No memory");
}

static void connect_plainly(struct transfer *transfer)
{
    struct session *session = transfer->session;
    if (!session->port) {
        transfer_cut(transfer, 425, "PASV, EPSV, PORT or EPRT comes first");
        return;
    }
    transfer->begun = true;
    say(session, 150, "%s", transfer->request->opening);
    if (!session->ended)
        data_port_open(session->port, on_port_ready, transfer);
}

void transfer_start(struct session *session, const struct command *command, const char *path,
                    struct request *request)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    if (transfer)
        transfer->path = strdup(path);
    if (!transfer || !transfer->path) {
        free(transfer);
        request->kind->free(request);
        say(session, 451, "No memory");
        return;
    }
    transfer->session = session;
    transfer->command = command;
    transfer->request = request;
    uv_timer_init(&session->server->loop, &transfer->turn);
    transfer->turn.data = transfer;
    session->transfer = transfer;
    session_hold(session);
    transfer->started = transfer->last_progress = now(transfer);
    if (session->secure)
        connect_privately(transfer);
    else
        connect_plainly(transfer);
}

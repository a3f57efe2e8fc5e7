/* A transfer: connect, let it flow (transfer_flow.c), finish. */
#include "transfer_inside.h"

#include "data_port.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool transfer_is_under_way(const struct transfer *transfer)
{
    return transfer->begun && (transfer->state == CONNECTING || transfer->state == FLOWING);
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
    return uv_now(&transfer->session->server->base.loop);
}

/* --- the end ---------------------------------------------------------------------------------- */
static void log_transfer(const struct transfer *transfer)
{
    char code[8], bytes[24], seconds[24], keys[CHANNEL_KEY_TEXT_BYTES] = "";
    const struct session *session = transfer->session;
    struct log_entry entry = session_log_entry(session, "file");
    const struct uv_channel *control = session->control;
    if (control && uv_channel_engine(control))
        channel_key_fingerprint(keys, uv_channel_engine(control));
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

/* The stream is closed and freed; what is left is to say so. */
static void conclude(struct transfer *transfer)
{
    struct session *session = transfer->session;
    transfer->state = GONE;
    session->transfer = NULL;
    log_transfer(transfer);
    session->last_active = now(transfer);
    if (!session->ended)
        reply(session, transfer->code, "%s", transfer->text);
    if (!session->ended && transfer->aborted)
        reply(session, 226, "That is done");
    free(transfer->chunk);
    free(transfer->path);
    free(transfer);
    session_next(session);
    session_release(session);
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
    struct stream *stream = transfer->stream;
    if (stream->kind->is_upload && !stream->kind->finish(stream, transfer->complete) &&
        transfer->complete)
        set_outcome(transfer, stream->code, stream->text);
    stream->kind->free(stream);
    transfer->stream = NULL;
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
void transfer_finish(struct transfer *transfer)
{
    struct session *session = transfer->session;
    transfer->state = FINISHING;
    if (transfer->working)
        return;
    data_port_free(session->port); /* one stream each */
    session->port = NULL;
    if (transfer->handover)
        uv_handover_cancel(transfer->handover);
    if (transfer->connection)
        uv_channel_close(transfer->connection,
                         transfer->complete ? CHANNEL_OK : CHANNEL_ERR_TRUNCATED, NULL);
    transfer->handover = NULL;
    transfer->connection = NULL;
    transfer->working = true;
    transfer->work.data = transfer;
    uv_queue_work(&session->server->base.loop, &transfer->work, run_finish, on_finished);
}

void transfer_cut(struct transfer *transfer, int code, const char *text)
{
    if (transfer->state == FINISHING || transfer->state == GONE)
        return; /* all has come, or all has gone */
    set_outcome(transfer, code, text);
    transfer_finish(transfer);
}

void transfer_abort(struct transfer *transfer)
{
    transfer->aborted = true;
    transfer_cut(transfer, 426, "The transfer was ended at your wish");
}

void transfer_abandon(struct transfer *transfer)
{
    transfer_cut(transfer, 426, "The session ended");
}

void transfer_fail(struct transfer *transfer)
{
    transfer_cut(transfer, transfer->stream->code, transfer->stream->text);
}

/* --- connecting ------------------------------------------------------------------------------- */
static void reply_opening(struct transfer *transfer)
{
    transfer->begun = true;
    reply(transfer->session, 150, "%s", transfer->stream->opening);
}

static void on_named(void *owner, uint16_t port)
{
    (void)port;
    reply_opening(owner);
}

static void on_stranger(void *owner, const char *address, uint16_t port, enum channel_error error)
{
    struct transfer *transfer = owner;
    char detail[UV_ADDRESS_BYTES + 64];
    if (!event_log_stranger(transfer->session->server->log.all, address))
        return;
    snprintf(detail, sizeof(detail), "%s came to port %u: %s", address, port,
             channel_strerror(error));
    session_log(transfer->session, LOG_CONNECTIONS, "stranger", "dropped", detail);
}

static void on_arrived(void *owner, struct uv_channel *channel)
{
    struct transfer *transfer = owner;
    transfer->handover = NULL;
    uv_channel_handle(channel, &transfer_handlers, transfer);
    transfer_flow(transfer, channel);
}

static void on_handover_failed(void *owner, enum channel_error error, const char *detail)
{
    struct transfer *transfer = owner;
    (void)error;
    transfer->handover = NULL;
    transfer_cut(transfer, 425, detail);
}

static const struct uv_handover_handlers handover_handlers = {.named = on_named,
                                                              .stranger = on_stranger,
                                                              .arrived = on_arrived,
                                                              .failed = on_handover_failed};

static void on_port_ready(void *owner, uv_tcp_t *tcp, int error)
{
    struct transfer *transfer = owner;
    transfer->session->port = NULL;
    if (transfer->state != CONNECTING) {
        if (tcp)
            uv_channel_discard(tcp);
        return;
    }
    struct uv_channel *connection = tcp ? uv_channel_new(tcp, &transfer_handlers, transfer) : NULL;
    if (connection) {
        transfer_flow(transfer, connection);
        return;
    }
    if (tcp)
        uv_channel_discard(tcp);
    transfer_cut(transfer, 425, error ? uv_strerror(error) : "No memory");
}

static void connect_privately(struct transfer *transfer)
{
    struct session *session = transfer->session;
    const struct server *server = &session->server->base;
    transfer->handover = uv_handover_start(server->ports, session->control, &server->helpers,
                                           &server->config, &handover_handlers, transfer);
    if (!transfer->handover)
        transfer_cut(transfer, 451, "No memory");
}

static void connect_plainly(struct transfer *transfer)
{
    struct session *session = transfer->session;
    if (!session->port) {
        transfer_cut(transfer, 425, "PASV, EPSV, PORT or EPRT comes first");
        return;
    }
    reply_opening(transfer);
    data_port_open(session->port, on_port_ready, transfer);
}

void transfer_start(struct session *session, const struct command *command, const char *path,
                    struct stream *stream)
{
    struct transfer *transfer = calloc(1, sizeof(*transfer));
    if (transfer)
        transfer->path = strdup(path);
    if (!transfer || !transfer->path) {
        free(transfer);
        stream->kind->free(stream);
        reply(session, 451, "No memory");
        return;
    }
    transfer->session = session;
    transfer->command = command;
    transfer->stream = stream;
    session->transfer = transfer;
    session_hold(session);
    transfer->started = transfer->last_progress = now(transfer);
    if (session->secure)
        connect_privately(transfer);
    else
        connect_plainly(transfer);
}

/* One client of the FTP server: greeting, handshake, login's state, time, goodbye. */
#include "session.h"

#include "commands.h"
#include "data_port.h"
#include "task.h"
#include "transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- the log ---------------------------------------------------------------------------------- */
struct log_entry session_log_entry(const struct session *session, const char *event)
{
    return (struct log_entry){.event = event,
                              .connection = session->id,
                              .ip = session->client.address,
                              .name = session->name,
                              .key = session->key};
}

void session_log(const struct session *session, enum log_kind kind, const char *event,
                 const char *outcome, const char *detail)
{
    struct log_entry entry = session_log_entry(session, event);
    entry.stranger = session->login != LOGIN_DONE;
    entry.outcome = outcome;
    entry.detail = detail;
    server_log_write(&session->server->log, kind, &entry);
}

/* --- the end ---------------------------------------------------------------------------------- */
static void free_if_done(struct session *session)
{
    if (!session->timer_closed || session->references > 0)
        return;
    password_over(session);
    account_leave(session->account);
    if (session->root >= 0)
        close(session->root);
    buffer_free(&session->input);
    buffer_free(&session->reply);
    free(session->cwd);
    free(session->rename_from);
    free(session->copy_from);
    free(session);
}

static void on_timer_closed(uv_handle_t *timer)
{
    struct session *session = timer->data;
    session->timer_closed = true;
    free_if_done(session);
}

void session_close_timer(struct session *session)
{
    uv_close((uv_handle_t *)&session->timer, on_timer_closed);
}

void session_hold(struct session *session)
{
    session->references++;
}

void session_release(struct session *session)
{
    session->references--;
    if (session->ended)
        free_if_done(session);
}

void session_end(struct session *session, enum channel_error code, const char *words,
                 const char *reason)
{
    if (session->ended)
        return;
    session->ended = true;
    server_client_leave(&session->client);
    if (session->client.rendezvous && code == CHANNEL_ERR_NOT_ALLOWED)
        session_log(session, LOG_AUTHORIZATION, "auth", "refused", reason);
    session_log(session, LOG_CONNECTIONS, "closed", reason ? reason : "goodbye", NULL);
    if (words && session->control)
        reply(session, 421, "%s", words);
    if (session->transfer)
        transfer_abandon(session->transfer);
    data_port_free(session->port);
    if (session->client.rendezvous)
        uv_channel_close(session->client.rendezvous, code, reason);
    if (session->control) /* plain, the words of the reply are all it can say */
        uv_channel_close(session->control, uv_channel_engine(session->control) ? code : CHANNEL_OK,
                         reason);
    session->client.rendezvous = NULL;
    session->control = NULL;
    if (!session->pausing || session->server->base.stopping)
        session_close_timer(session); /* hanging up shortens no pause */
}

void session_end_client(struct server_client *client, enum channel_error code, const char *why)
{
    char words[256];
    snprintf(words, sizeof(words), "Sorry, %s", why);
    session_end((struct session *)client, code, words, why);
}

/* --- the control connection ------------------------------------------------------------------- */
bool session_is_busy(const struct session *session)
{
    return session->task || session->transfer || session->pausing;
}

void session_next(struct session *session)
{
    if (!session->ended && session->control)
        uv_channel_resume(session->control);
}

static size_t on_data(struct uv_channel *channel, const uint8_t *data, size_t bytes)
{
    struct session *session = uv_channel_owner(channel);
    session->last_active = uv_now(&session->server->base.loop);
    return session->ended ? 0 : session_read(session, data, bytes);
}

static void start_handshake(struct session *session);

static void on_drained(struct uv_channel *channel)
{
    struct session *session = uv_channel_owner(channel);
    if (session->ended)
        return;
    if (session->quitting)
        session_end(session, CHANNEL_OK, NULL, NULL);
    else if (session->securing)
        start_handshake(session);
    else
        session_next(session);
}

static void on_closed(struct uv_channel *channel, enum channel_error error)
{
    struct session *session = uv_channel_owner(channel);
    const char *detail = uv_channel_words(channel);
    session->control = NULL;
    session_end(session, CHANNEL_OK, NULL,
                detail  ? detail
                : error ? channel_strerror(error)
                        : "the client hung up");
}

static const struct uv_channel_handlers control_handlers = {
    .warning = server_warning, .data = on_data, .drained = on_drained, .closed = on_closed};

/* --- the handshake (docs/ftp.md 1) ------------------------------------------------------------ */
void session_judged(struct server_client *client, const struct rsa_key *key,
                    const struct allow_entry *entry)
{
    struct session *session = (struct session *)client;
    fingerprint_text(session->key, key);
    if (entry)
        snprintf(session->name, sizeof(session->name), "%s", entry->name);
    else
        session_log(session, LOG_AUTHORIZATION, "auth", "refused", "not allowed");
}

void session_enter(struct server_client *client, const struct allow_entry *entry)
{
    struct session *session = (struct session *)client;
    snprintf(session->name, sizeof(session->name), "%s", entry->name);
    session->admin = entry->role == ALLOW_ADMIN;
    const bool proven = channel_suite_is_modern(client->server->config.suite);
    session_log(session, LOG_AUTHORIZATION, "auth", proven ? "proven" : "shown", NULL);
    uv_channel_handle(client->rendezvous, &control_handlers, session);
    session->control = client->rendezvous;
    client->rendezvous = NULL;
    session->secure = true;
    session->last_active = uv_now(&client->server->loop);
}

void session_rendezvous_closed(struct server_client *client, struct uv_channel *channel,
                               enum channel_error error)
{
    struct session *session = (struct session *)client;
    const char *detail = channel_error_detail(uv_channel_engine(channel));
    if (error != CHANNEL_ERR_NOT_ALLOWED) /* that was told when it was judged */
        session_log(session, LOG_AUTHORIZATION, "auth", "failed", detail[0] ? detail : NULL);
    bool stranger = error == CHANNEL_ERR_NOT_ALLOWED &&
                    channel_error_is_peers(uv_channel_engine(channel));
    session_end(session, CHANNEL_OK, NULL,
                stranger ? "the client does not know this server's key" : channel_strerror(error));
}

static void start_handshake(struct session *session)
{
    session->securing = false;
    if (server_handshake(&session->client, session->control))
        session->control = NULL; /* it is the rendezvous now */
    else
        session_end(session, CHANNEL_ERR_MEMORY, "No memory", "no memory");
}

/* --- time and lists --------------------------------------------------------------------------- */
void session_check_time(struct server_client *client)
{
    struct session *session = (struct session *)client;
    uint64_t now = uv_now(&client->server->loop);
    uint64_t limit = (uint64_t)session->server->options.idle_seconds * 1000;
    if (session->transfer) {
        session->last_active = now;
        if (now - transfer_last_progress(session->transfer) > limit)
            transfer_cut(session->transfer, 426, "The data connection stood still for too long");
    } else if (session->task) {
        session->last_active = now;
    } else if (now - session->last_active > limit) {
        session_end(session, CHANNEL_ERR_TIMEOUT, "You were silent for too long; goodbye",
                    "idle time-out");
    }
}

void session_recheck(struct server_client *client, const struct allow_entry *entry)
{
    struct session *session = (struct session *)client;
    if (strcmp(entry->name, session->name) != 0 || (entry->role == ALLOW_ADMIN) != session->admin)
        session_end(session, CHANNEL_ERR_NOT_ALLOWED, "Your name or role was changed: log in again",
                    "name or role changed");
    else if (session->account)
        account_set_quota(session->account, entry->quota);
}

/* --- the beginning ---------------------------------------------------------------------------- */
/* Without a session: it costs a stranger more than us. */
void session_turn_away(struct server *server, uv_tcp_t *tcp, const char *address, const char *why)
{
    char words[128];
    int bytes = snprintf(words, sizeof(words), "421 Sorry, %s; try again later\r\n", why);
    uv_buf_t piece = uv_buf_init(words, (unsigned)bytes);
    const struct log_entry entry = {
        .event = "connected", .ip = address, .outcome = "refused", .detail = why, .stranger = true};
    server_log_write(&((struct ftp_server *)server)->log, LOG_CONNECTIONS, &entry);
    uv_try_write((uv_stream_t *)tcp, &piece, 1);
}

/* RFC 959 4.1.3: a client sends ABOR with urgent data; its mark stays in the stream. */
static void keep_urgent_in_line(const uv_tcp_t *tcp)
{
    uv_os_fd_t descriptor;
    if (uv_fileno((const uv_handle_t *)tcp, &descriptor) == 0)
        setsockopt(descriptor, SOL_SOCKET, SO_OOBINLINE, &(int){1}, sizeof(int));
}

bool session_begin(struct server_client *client, uv_tcp_t *tcp)
{
    struct session *session = (struct session *)client;
    int bytes = sizeof(session->peer);
    session->control = uv_channel_new(tcp, &control_handlers, session);
    if (!session->control)
        return false;
    session->server = (struct ftp_server *)client->server;
    session->id = ++session->server->last_id;
    session->root = -1;
    session->since = time(NULL);
    session->last_active = uv_now(&client->server->loop);
    uv_tcp_getpeername(tcp, (struct sockaddr *)&session->peer, &bytes);
    uv_timer_init(&client->server->loop, &session->timer);
    session->timer.data = session;
    keep_urgent_in_line(tcp);
    session_log(session, LOG_CONNECTIONS, "connected", NULL, NULL);
    reply(session, 220, "Glassbox FTP: AUTH GLASSBOX comes first%s",
          session->server->options.allow_plain ? ", or USER for a lesson" : "");
    uv_channel_start(session->control);
    return true;
}

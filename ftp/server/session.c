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
                              .ip = session->address,
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

static void unlink_session(struct session *session)
{
    *session->link = session->next;
    if (session->next)
        session->next->link = session->link;
    place_leave(&session->place);
}

void session_end(struct session *session, enum channel_error code, const char *words,
                 const char *reason)
{
    if (session->ended)
        return;
    session->ended = true;
    session_log(session, LOG_CONNECTIONS, "closed", reason ? reason : "goodbye", NULL);
    unlink_session(session);
    if (words && session->control)
        reply(session, 421, "%s", words);
    if (session->transfer)
        transfer_abandon(session->transfer);
    data_port_free(session->port);
    if (session->rendezvous)
        uv_channel_close(session->rendezvous, code, reason);
    if (session->control) /* the words are in a reply; a plain line has no other way to say them */
        connection_close(session->control, connection_channel(session->control) ? code : CHANNEL_OK,
                         reason);
    session->rendezvous = NULL;
    session->control = NULL;
    if (!session->pausing || session->server->stopping)
        session_close_timer(session); /* hanging up shortens no pause */
}

/* --- the control connection ------------------------------------------------------------------- */
bool session_is_busy(const struct session *session)
{
    return session->task || session->transfer || session->pausing;
}

void session_next(struct session *session)
{
    if (!session->ended && session->control)
        connection_resume(session->control);
}

static size_t on_data(void *owner, const uint8_t *data, size_t bytes)
{
    struct session *session = owner;
    session->last_active = uv_now(&session->server->loop);
    return session->ended ? 0 : session_read(session, data, bytes);
}

static void start_handshake(struct session *session);

static void on_drained(void *owner)
{
    struct session *session = owner;
    if (session->ended)
        return;
    if (session->quitting)
        session_end(session, CHANNEL_OK, NULL, NULL);
    else if (session->securing)
        start_handshake(session);
    else
        session_next(session);
}

static void on_closed(void *owner, enum channel_error error, const char *detail)
{
    struct session *session = owner;
    session->control = NULL;
    session_end(session, CHANNEL_OK, NULL,
                detail  ? detail
                : error ? channel_strerror(error)
                        : "the client hung up");
}

static const struct connection_handlers control_handlers = {
    .data = on_data, .drained = on_drained, .closed = on_closed};

/* --- the handshake (docs/ftp.md 1) ------------------------------------------------------------ */
static void take_entry(struct session *session, const struct allow_entry *entry)
{
    memcpy(session->digest, entry->digest, sizeof(session->digest));
    snprintf(session->name, sizeof(session->name), "%s", entry->name);
    session->admin = entry->role == ALLOW_ADMIN;
}

static enum channel_error on_verdict(struct uv_channel *channel, const struct rsa_key *peer)
{
    struct session *session = uv_channel_owner(channel);
    const struct allow_entry *entry = admission_find(session->server->admission, peer);
    fingerprint_text(session->key, peer);
    if (!entry) {
        admission_refused(session->server->admission, session->address, peer);
        session_log(session, LOG_AUTHORIZATION, "auth", "refused", "not allowed");
        return CHANNEL_ERR_NOT_ALLOWED;
    }
    take_entry(session, entry);
    return CHANNEL_OK;
}

static void on_open(struct uv_channel *channel)
{
    struct session *session = uv_channel_owner(channel);
    const struct allow_entry *entry = admission_enter(session->server->admission, session->address,
                                                      channel_peer_key(uv_channel_engine(channel)));
    if (!entry) {
        const char *why = admission_why_not(session->server->admission, session->digest);
        session_log(session, LOG_AUTHORIZATION, "auth", "refused", why);
        session_end(session, CHANNEL_ERR_NOT_ALLOWED, NULL, why);
        return;
    }
    struct connection *line = connection_secure(channel, &control_handlers, session);
    if (!line) {
        session_end(session, CHANNEL_ERR_MEMORY, NULL, "no memory");
        return;
    }
    take_entry(session, entry);
    session_log(session, LOG_AUTHORIZATION, "auth", "proven", NULL);
    session->rendezvous = NULL;
    session->control = line; /* the channel goes on by itself */
    session->secure = true;
    session->last_active = uv_now(&session->server->loop);
}

static void on_rendezvous_closed(struct uv_channel *channel, enum channel_error error)
{
    struct session *session = uv_channel_owner(channel);
    const char *detail = channel_error_detail(uv_channel_engine(channel));
    session->rendezvous = NULL;
    if (error != CHANNEL_ERR_NOT_ALLOWED) /* that was told by the verdict */
        session_log(session, LOG_AUTHORIZATION, "auth", "failed", detail[0] ? detail : NULL);
    bool stranger = error == CHANNEL_ERR_NOT_ALLOWED &&
                    channel_error_is_peers(uv_channel_engine(channel));
    session_end(session, CHANNEL_OK, NULL,
                stranger ? "the client does not know this server's key" : channel_strerror(error));
}

static const struct uv_channel_handlers rendezvous_handlers = {
    .verdict = on_verdict, .open = on_open, .closed = on_rendezvous_closed};

static void close_and_free(uv_handle_t *handle)
{
    free(handle);
}

/* What had come behind the AUTH belongs to the channel. */
static bool feed(struct channel *engine, struct buffer *rest)
{
    size_t space, bytes = buffer_bytes(rest);
    uint8_t *room = channel_input_space(engine, &space);
    bool fits = room && bytes <= space;
    if (fits && bytes > 0)
        memcpy(room, buffer_front(rest), bytes);
    channel_input_done(engine, fits ? bytes : 0);
    buffer_free(rest);
    return fits;
}

static void start_handshake(struct session *session)
{
    struct channel *engine = NULL;
    struct buffer rest;
    uv_tcp_t *tcp = connection_release(session->control, &rest);
    session->control = NULL;
    session->securing = false;
    bool made = channel_new(&engine, &session->server->config) == CHANNEL_OK;
    if (made)
        session->rendezvous = uv_channel_new(tcp, engine, session->server->stock,
                                             &rendezvous_handlers, session);
    if (!session->rendezvous) {
        buffer_free(&rest);
        channel_free(engine);
        uv_close((uv_handle_t *)tcp, close_and_free);
        session_end(session, CHANNEL_ERR_MEMORY, NULL, "no memory");
        return;
    }
    if (feed(engine, &rest))
        uv_channel_start(session->rendezvous);
    else
        session_end(session, CHANNEL_ERR_MALFORMED, NULL, "too much behind AUTH");
}

/* --- time and lists --------------------------------------------------------------------------- */
void session_check_time(struct session *session)
{
    uint64_t now = uv_now(&session->server->loop);
    uint64_t limit = (uint64_t)session->server->options.idle_seconds * 1000;
    if (place_is_late(&session->server->places, &session->place, now)) {
        session_end(session, CHANNEL_ERR_TIMEOUT, "You did not log in in time; goodbye",
                    "--login-grace");
    } else if (session->transfer) {
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

void session_recheck(struct session *session)
{
    const struct allow_entry *entry;
    if (!session->secure)
        return;
    entry = admission_find_digest(session->server->admission, session->digest);
    if (!entry) {
        const char *why = admission_why_not(session->server->admission, session->digest);
        session_end(session, CHANNEL_ERR_NOT_ALLOWED, why, why);
    } else if (strcmp(entry->name, session->name) != 0 ||
               (entry->role == ALLOW_ADMIN) != session->admin) {
        session_end(session, CHANNEL_ERR_NOT_ALLOWED, "Your name or role was changed: log in again",
                    "name or role changed");
    } else if (session->account) {
        account_set_quota(session->account, entry->quota);
    }
}

/* --- the beginning ---------------------------------------------------------------------------- */
/* Without a session: it costs a stranger more than us. */
static void send_away(struct server *server, uv_tcp_t *tcp, const char *why)
{
    char address[UV_ADDRESS_BYTES], words[128];
    int bytes = snprintf(words, sizeof(words), "421 Sorry, %s; try again later\r\n", why);
    uv_buf_t piece = uv_buf_init(words, (unsigned)bytes);
    const struct log_entry entry = {
        .event = "connected", .ip = address, .outcome = "refused", .detail = why, .stranger = true};
    uv_address_peer(address, NULL, tcp);
    server_log_write(&server->log, LOG_CONNECTIONS, &entry);
    uv_try_write((uv_stream_t *)tcp, &piece, 1);
    uv_close((uv_handle_t *)tcp, close_and_free);
}

static void greet(struct session *session)
{
    session_log(session, LOG_CONNECTIONS, "connected", NULL, NULL);
    reply(session, 220, "Glassbox FTP: AUTH GLASSBOX comes first%s",
          session->server->options.allow_plain ? ", or USER for a lesson" : "");
}

static void link_session(struct session *session)
{
    struct server *server = session->server;
    session->next = server->sessions;
    session->link = &server->sessions;
    if (session->next)
        session->next->link = &session->next;
    server->sessions = session;
}

/* RFC 959 4.1.3: a client sends ABOR with urgent data; its mark stays in the stream. */
static void keep_urgent_in_line(const uv_tcp_t *tcp)
{
    uv_os_fd_t descriptor;
    if (uv_fileno((const uv_handle_t *)tcp, &descriptor) == 0)
        setsockopt(descriptor, SOL_SOCKET, SO_OOBINLINE, &(int){1}, sizeof(int));
}

void session_make_room(struct place *place)
{
    const char *why = places_words(PLACES_INSTEAD);
    session_end((struct session *)((char *)place - offsetof(struct session, place)),
                CHANNEL_ERR_BUSY, why, why);
}

/* NULL without memory, or if there is no place, and then why. */
static struct session *new_session(struct server *server, uv_tcp_t *tcp, const char **why_not)
{
    struct session *session = calloc(1, sizeof(*session));
    enum places_answer answer = session ? places_take(&server->places, &session->place, tcp)
                                        : PLACES_FREE;
    bool given = session && session->place.link;
    if (given)
        session->control = connection_plain(tcp, &control_handlers, session);
    if (!session || !session->control) {
        *why_not = !session || given ? "out of memory" : places_words(answer);
        if (given)
            place_leave(&session->place);
        free(session);
        return NULL;
    }
    int bytes = sizeof(session->peer);
    session->server = server;
    session->id = ++server->last_id;
    session->root = -1;
    session->since = time(NULL);
    session->last_active = uv_now(&server->loop);
    uv_tcp_getpeername(tcp, (struct sockaddr *)&session->peer, &bytes);
    uv_address_peer(session->address, NULL, tcp);
    uv_timer_init(&server->loop, &session->timer);
    session->timer.data = session;
    keep_urgent_in_line(tcp);
    link_session(session);
    return session;
}

void session_accept(struct server *server, uv_stream_t *listener)
{
    const char *why_not;
    uv_tcp_t *tcp = malloc(sizeof(*tcp));
    if (!tcp)
        return; /* libuv asks again when the next one comes */
    uv_tcp_init(&server->loop, tcp);
    if (uv_accept(listener, (uv_stream_t *)tcp) != 0) {
        uv_close((uv_handle_t *)tcp, close_and_free);
        return;
    }
    struct session *session = new_session(server, tcp, &why_not);
    if (!session) {
        send_away(server, tcp, why_not);
        return;
    }
    greet(session);
    if (!session->ended)
        connection_start(session->control);
}

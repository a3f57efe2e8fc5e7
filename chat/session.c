/* One client of the chat server: it arrives, moves, talks, and says goodbye. */
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct session *of(const struct uv_channel *channel)
{
    return uv_channel_owner(channel);
}

static void log_event(const struct session *session, const char *event, const char *reason,
                      const char *detail)
{
    struct event_log *log = session->server->base.log;
    if (!session->talk && !event_log_stranger(log, session->client.address))
        return;
    event_log_write(log, event, "name", session->name[0] ? session->name : NULL, "address",
                    session->client.address, "reason", reason, "detail", detail, NULL);
}

/* --- who comes and goes ----------------------------------------------------------------------- */
static void on_news(uv_timer_t *news);

/* Tells it now, or when the announcer may speak again. */
static void tell_news(struct chat_server *server)
{
    uint64_t wait = server->base.stopping
                        ? 0
                        : announce_turn(&server->announcer, uv_now(&server->base.loop),
                                        room_count(server->room));
    if (wait > 0)
        uv_timer_start(&server->news, on_news, wait, 0);
}

static void on_news(uv_timer_t *news)
{
    tell_news(news->data);
}

/* --- the end ---------------------------------------------------------------------------------- */
/* Nobody finds it any more, whatever is closed for it afterwards; those who stay hear of it.
 * event NULL: the log has it already. */
static void leave(struct session *session, const char *event, const char *reason,
                  const char *detail)
{
    struct chat_server *server = session->server;
    server_client_leave(&session->client);
    if (event)
        log_event(session, event, reason, detail);
    if (!session->talk)
        return;
    room_leave(server->room, &session->member);
    roster_remove(&server->roster, session);
    announce_gone(&server->announcer, &session->guest, reason);
    tell_news(server);
}

static void forget(struct session *session)
{
    free(session->part);
    free(session);
}

static void end(struct session *session, enum channel_error code, const char *reason)
{
    const char *words = reason ? reason : code ? channel_strerror(code) : "goodbye";
    leave(session, session->talk ? "left" : "ended", words, NULL);
    if (session->handover)
        uv_handover_cancel(session->handover);
    if (session->client.rendezvous)
        uv_channel_close(session->client.rendezvous, code, reason);
    if (session->talk)
        uv_channel_close(session->talk, code, reason);
    forget(session);
}

void session_end(struct server_client *client, enum channel_error code, const char *why)
{
    end((struct session *)client, code, why);
}

/* Without a word to a client that would not hear it. */
static void cut(struct session *session, const char *reason)
{
    leave(session, "cut", reason, NULL);
    uv_channel_drop(session->talk);
    forget(session);
}

void session_check_time(struct server_client *client)
{
    struct session *session = (struct session *)client;
    if (session->state == SESSION_TALKING && room_is_stuck(session->server->room, &session->member))
        cut(session, "stopped reading");
}

/* --- talking ---------------------------------------------------------------------------------- */
/* Who has asked for the end gets everything that came before it. */
static void end_if_heard(struct session *session)
{
    if (session->quitting && room_is_up_to_date(session->server->room, &session->member) &&
        uv_channel_unsent(session->talk) == 0)
        end(session, CHANNEL_OK, NULL);
}

static size_t on_talk_data(struct uv_channel *channel, const uint8_t *data, size_t bytes)
{
    struct session *session = of(channel);
    size_t used = session_read_lines(session, (const char *)data, bytes);
    session->member.waits_for_space = used < bytes;
    end_if_heard(session);
    return used;
}

struct session *session_of(const struct room_member *member)
{
    return (struct session *)((char *)member - offsetof(struct session, member));
}

void session_resume(struct room_member *member)
{
    uv_channel_resume(session_of(member)->talk);
}

static void on_talk_drained(struct uv_channel *channel)
{
    struct session *session = of(channel);
    room_drained(session->server->room, &session->member);
    if (session->listed[0])
        session_list_more(session);
    uv_channel_resume(channel);
    end_if_heard(session);
}

static void on_talk_closed(struct uv_channel *channel, enum channel_error error)
{
    struct session *session = of(channel);
    leave(session, "left", error ? channel_strerror(error) : "goodbye", uv_channel_words(channel));
    forget(session);
}

static const struct uv_channel_handlers talk_handlers = {.warning = server_warning,
                                                         .data = on_talk_data,
                                                         .drained = on_talk_drained,
                                                         .closed = on_talk_closed};

/* --- names ------------------------------------------------------------------------------------ */
/* anna, and anna(2) for a second session with the same key: no key's name has a bracket in it. */
static void write_name(char name[CHAT_NAME_BYTES], const struct session *session,
                       const struct allow_entry *entry)
{
    if (session->number > 1)
        snprintf(name, CHAT_NAME_BYTES, "%s(%u)", entry->name, session->number);
    else
        snprintf(name, CHAT_NAME_BYTES, "%s", entry->name);
}

void session_recheck(struct server_client *client, const struct allow_entry *entry)
{
    struct session *session = (struct session *)client;
    struct chat_server *server = session->server;
    char name[CHAT_NAME_BYTES], before[CHAT_NAME_BYTES];
    write_name(name, session, entry);
    strcpy(before, session->name);
    if (session->state != SESSION_TALKING) {
        strcpy(session->name, name);
    } else if (strcmp(before, name) != 0) {
        announce_all(&server->announcer); /* under the names that they have had so far */
        roster_rename(&server->roster, session, name);
        log_event(session, "renamed", before, NULL);
        session_announce(server, CHAT_RENAMED, before, name);
    }
}

/* --- moving ----------------------------------------------------------------------------------- */
static void on_named(void *owner, uint16_t port)
{
    struct session *session = owner;
    char number[8];
    snprintf(number, sizeof(number), "%u", port);
    session->state = SESSION_MOVING;
    event_log_write(session->server->base.log, "moving", "name", session->name, "address",
                    session->client.address, "port", number, NULL);
}

static void on_stranger(void *owner, const char *address, uint16_t port, enum channel_error error)
{
    struct session *session = owner;
    char number[8];
    if (!event_log_stranger(session->server->base.log, address))
        return;
    snprintf(number, sizeof(number), "%u", port);
    event_log_write(session->server->base.log, "stranger", "address", address, "port", number,
                    "reason", channel_strerror(error), "waiting-for", session->name, NULL);
}

static void on_handover_failed(void *owner, enum channel_error error, const char *detail)
{
    struct session *session = owner;
    session->handover = NULL;
    log_event(session, error == CHANNEL_ERR_BUSY ? "no-port" : "not-moved", channel_strerror(error),
              detail);
    end(session, error, NULL);
}

static void welcome(struct session *session)
{
    struct chat_server *server = session->server;
    char count[24], port[8];
    room_enter(server->room, &session->member, session->talk);
    snprintf(count, sizeof(count), "%zu", room_count(server->room));
    snprintf(port, sizeof(port), "%u", uv_address_local_port(uv_channel_tcp(session->talk)));
    event_log_write(server->base.log, "joined", "name", session->name, "address",
                    session->client.address, "port", port, "members", count, NULL);
    session_tell(session, CHAT_WELCOME, session->name, count, NULL);
    announce_come(&server->announcer, &session->guest, session->name);
    tell_news(server);
}

/* Its number, its name, and its place in the roster. False without memory. */
static bool enrol(struct session *session, const struct allow_entry *entry)
{
    struct roster *roster = &session->server->roster;
    session->number = roster_free_number(roster, session->client.digest);
    write_name(session->name, session, entry);
    return roster_add(roster, session);
}

static void on_arrived(void *owner, struct uv_channel *channel)
{
    struct session *session = owner;
    const struct admission *admission = session->server->base.admission;
    const struct allow_entry *entry = admission_find_digest(admission, session->client.digest);
    session->handover = NULL;
    if (!entry || !enrol(session, entry)) { /* removed a moment ago: too late for session_recheck */
        const char *why = entry ? NULL : admission_why_not(admission, session->client.digest);
        enum channel_error error = entry ? CHANNEL_ERR_MEMORY : CHANNEL_ERR_NOT_ALLOWED;
        uv_channel_close(channel, error, why);
        end(session, error, why);
        return;
    }
    session->talk = channel;
    uv_channel_handle(channel, &talk_handlers, session);
    if (session->client.rendezvous) { /* its goodbye is still on the way */
        uv_channel_close(session->client.rendezvous, CHANNEL_OK, NULL);
        session->client.rendezvous = NULL;
    }
    session->state = SESSION_TALKING;
    place_settle(&session->client.place, uv_now(&session->server->base.loop), true);
    welcome(session);
}

static const struct uv_handover_handlers handover_handlers = {.named = on_named,
                                                              .stranger = on_stranger,
                                                              .arrived = on_arrived,
                                                              .failed = on_handover_failed};

/* --- arriving --------------------------------------------------------------------------------- */
void session_judged(struct server_client *client, const struct rsa_key *key,
                    const struct allow_entry *entry)
{
    (void)key;
    struct session *session = (struct session *)client;
    if (entry)
        write_name(session->name, session, entry);
}

void session_enter(struct server_client *client, const struct allow_entry *entry)
{
    struct session *session = (struct session *)client;
    const struct server *server = client->server;
    write_name(session->name, session, entry);
    session->handover = uv_handover_start(server->ports, client->rendezvous, &server->helpers,
                                          &server->config, &handover_handlers, session);
    if (!session->handover)
        end(session, CHANNEL_ERR_MEMORY, NULL);
}

/* For example, its verdict about our key is not ours about its key. */
static void log_failed(const struct session *session, const struct uv_channel *channel,
                       enum channel_error error)
{
    char reason[128];
    const bool is_peers = channel_error_is_peers(uv_channel_engine(channel));
    if (is_peers &&
        error == CHANNEL_ERR_NOT_ALLOWED) /* by its known_servers.csv, not by our list */
        snprintf(reason, sizeof(reason), "the client does not know this server's key");
    else
        snprintf(reason, sizeof(reason), "%s%s", is_peers ? "the client says: " : "",
                 channel_strerror(error));
    const char *words = uv_channel_words(channel);
    if (words && strcmp(words, channel_strerror(error)) == 0)
        words = NULL; /* a peer of our own kind says it in our words */
    log_event(session, "failed", reason, words);
}

/* Once the port is named, this connection has done its duty. */
void session_rendezvous_closed(struct server_client *client, struct uv_channel *channel,
                               enum channel_error error)
{
    struct session *session = (struct session *)client;
    if (session->state == SESSION_MOVING)
        return;
    if (error != CHANNEL_ERR_NOT_ALLOWED || channel_error_is_peers(uv_channel_engine(channel)))
        log_failed(session, channel, error);
    leave(session, NULL, NULL, NULL);
    if (session->handover)
        uv_handover_cancel(session->handover);
    forget(session);
}

/* In a word, and without a session: it costs a stranger more than us. */
void session_turn_away(struct server *server, uv_tcp_t *tcp, const char *address, const char *why)
{
    const struct channel_config config = {
        .role = CHANNEL_SERVER, .suite = server->config.suite, .identity = server->config.identity};
    struct channel *engine = NULL;
    size_t bytes;
    if (event_log_stranger(server->log, address))
        event_log_write(server->log, "sent-away", "address", address, "reason", why, NULL);
    if (channel_new(&engine, &config) != CHANNEL_OK)
        return;
    channel_close(engine, CHANNEL_ERR_BUSY, why);
    const uint8_t *output = channel_output(engine, &bytes);
    uv_buf_t piece = uv_buf_init((char *)output, (unsigned)bytes);
    uv_try_write((uv_stream_t *)tcp, &piece, 1);
    channel_free(engine);
}

bool session_begin(struct server_client *client, uv_tcp_t *tcp)
{
    struct session *session = (struct session *)client;
    session->server = (struct chat_server *)client->server;
    struct uv_channel *connection = uv_channel_new(tcp, NULL, NULL);
    if (connection && !server_handshake(client, connection)) {
        uv_channel_drop(connection);
        end(session, CHANNEL_ERR_MEMORY, NULL);
    }
    return connection != NULL;
}

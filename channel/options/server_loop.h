/*
 * A server of the house: one loop that listens, takes in, judges, and stops.
 *
 *     listen --> accept --> place --> begin ...> handshake --> enter ...> end
 *                  |          (places.h)           |  (admission.h: judged by the key that is
 *                  v                               |   claimed, and again when it is proven)
 *              turn_away                           v
 *                                                failed
 *
 * Once a second the lists are read again and everybody is looked at; SIGHUP opens the logs anew;
 * SIGINT and SIGTERM end every session with a word, and the loop runs until the last one is said.
 * What a server does with its clients is the program's: a table of functions, and sessions that
 * begin with a struct server_client.
 *
 * Prints with console.h: for programs.
 */
#ifndef GLASSBOX_SERVER_LOOP_H
#define GLASSBOX_SERVER_LOOP_H

#include "admission.h"
#include "places.h"
#include "server_start.h"
#include "uv_address.h"
#include "uv_handover.h"

struct server;

/* One connection that has come in; the first member of the program's session. */
struct server_client {
    struct server *server;
    struct server_client *next, **link;
    struct place place;
    struct uv_channel *rendezvous; /* of the handshake, the program's once it is open; or NULL */
    uint8_t digest[FINGERPRINT_BYTES]; /* of its key, once that was judged */
    bool proven;                       /* it has entered */
    char address[UV_ADDRESS_BYTES];
};

struct server_program {
    const char *name;     /* "chat server" */
    size_t session_bytes; /* zeroed, and freed by the program after server_client_leave */
    /* When the home is known: opens server->log and what else the program needs. And closes it, also
     * after a failed open, or none; the frame closes the log. */
    bool (*open)(struct server *server, struct problem *problem);
    void (*close)(struct server *server);
    /* SIGHUP, after server->log; may be NULL. */
    void (*reopen)(struct server *server);
    /* A client has its place; tcp is the program's from now on. False: no memory, and it is not. */
    bool (*begin)(struct server_client *client, uv_tcp_t *tcp);
    /* One has none: a log line and a few words, sent without waiting. */
    void (*turn_away)(struct server *server, uv_tcp_t *tcp, const char *address, const char *why);
    /* The key that it claims was looked up; entry NULL: and is refused. */
    void (*judged)(struct server_client *client, const struct rsa_key *key,
                   const struct allow_entry *entry);
    /* It has proven the key, and is still allowed: the rendezvous channel is open. */
    void (*enter)(struct server_client *client, const struct allow_entry *entry);
    /* The rendezvous channel has ended by itself. */
    void (*closed)(struct server_client *client, struct uv_channel *channel,
                   enum channel_error error);
    /* The list has changed, and it is still allowed. */
    void (*recheck)(struct server_client *client, const struct allow_entry *entry);
    /* Once a second. */
    void (*check_time)(struct server_client *client);
    /* Ends it, saying why: at once (server_client_leave), before anything is sent or closed. */
    void (*end)(struct server_client *client, enum channel_error code, const char *why);
};

struct server {
    uv_loop_t loop;
    const struct server_program *program;
    struct server_options *options;
    struct home home;
    struct channel_config config;
    struct uv_helpers helpers;
    struct uv_ports *ports;
    struct admission *admission;
    struct event_log *log;
    struct places places;
    struct server_client *clients; /* the newest first */
    struct lesson_seed *seed;      /* NULL: none */
    bool stopping;

    /* the frame's own */
    struct stored_key identity;
    struct lesson_seed lesson;
    struct explain *explain; /* NULL: nobody looks in */
    char keytool[1024];
    uv_tcp_t listener;
    uv_timer_t tick;
    uv_signal_t signals[3];
};

/* All of a server's life. server: zeroed. Returns the exit status. */
int server_run(struct server *server, const struct server_program *program,
               struct server_options *options);

/* Shakes hands on a plain connection, which is client->rendezvous then. False: no memory, and it is
 * the program's still. */
bool server_handshake(struct server_client *client, struct uv_channel *connection)
    __attribute__((warn_unused_result));
/* The handler `warning` of its channels, whose owner begins with the client: on the screen and in
 * the log. */
void server_warning(struct uv_channel *channel, const char *text);
/* Nobody finds it any more, and its place is free. */
void server_client_leave(struct server_client *client);

#endif

/*
 * s_send and s_recv: the channel for a program that used to call connect, accept, send and recv.
 *
 * Everything that stands between a program and its peer happens here: keys, handshake, hand-over to
 * the new port, encryption. A client:
 *
 *     struct secure_socket *s;
 *     if (channel_connect(&s, "localhost", "10101", &options) == CHANNEL_OK) {
 *         s_send(s, "hello", 5);
 *         n = s_recv(s, buffer, sizeof(buffer));
 *         s_close(s);
 *     }
 *
 * A server calls channel_listen once, channel_accept for each client. Calls block, with a limit of
 * options.timeout_ms on the peer's silence while connecting; none on a quiet talk.
 * A peer that vanished never raises SIGPIPE here.
 */
#ifndef GLASSBOX_SECURE_SOCKET_H
#define GLASSBOX_SECURE_SOCKET_H

#include "channel.h"
#include "key_stock.h"

#include <sys/types.h>

struct secure_socket;
struct secure_listener;

/* What happens on the way, for a program that tells its user. */
enum secure_event {
    SECURE_CONNECTED, /* to (or from) address, on the rendezvous port */
    SECURE_MOVING,    /* the talk moves to this port; the address is the peer's */
    SECURE_MOVED,     /* and goes on there */
    SECURE_STRANGER,  /* somebody else came to the hand-over port, and was dropped */
};

struct secure_options {
    struct channel_suite suite;
    const struct rsa_key *identity; /* our pair; borrowed while the socket lives */
    /* Who is the peer? CHANNEL_OK lets it in; _NOT_ALLOWED, _KEY_CHANGED, ... refuse it.
     * address is numeric. */
    enum channel_error (*verdict)(void *context, const struct rsa_key *peer, const char *address);
    void (*event)(void *context, enum secure_event event, const char *address, uint16_t port);
    /* Something is wrong with what the peer sent, and it goes on (channel_warning). */
    void (*warning)(void *context, const char *text);
    void *context;                /* of all three; event and warning may be NULL */
    struct key_stock *stock;      /* modern:rsa: of pairs; NULL: one is made when it is needed */
    int timeout_ms;               /* 0: CHANNEL_SECONDS */
    const struct dh_group *group; /* channel_config.group */
    const struct channel_trace *trace;
    const char *wish;         /* what a refused client would like to be called (wish.h), or NULL */
    struct lesson_seed *seed; /* channel_config.seed, used by one thread; then no stock is */
};

/* Connects, shakes hands, follows the hand-over; the socket that comes back is on the new port. On
 * failure *socket is NULL, and failure (may be NULL) holds a sentence with the detail: where it
 * happened, the peer's words. */
#define SECURE_FAILURE_BYTES 400
enum channel_error channel_connect(struct secure_socket **socket, const char *host,
                                   const char *port, const struct secure_options *options,
                                   char failure[SECURE_FAILURE_BYTES])
    __attribute__((warn_unused_result));

/* Listens for clients on bind (NULL: all addresses; the textbook suite's callers pass loopback) and
 * port ("0": a free one, see secure_listener_port). The talks move to ports low..high, or to random
 * free ones if low is 0. */
enum channel_error channel_listen(struct secure_listener **listener, const char *bind,
                                  const char *port, uint16_t low, uint16_t high,
                                  char failure[SECURE_FAILURE_BYTES])
    __attribute__((warn_unused_result));
uint16_t secure_listener_port(const struct secure_listener *listener);
void secure_listener_free(struct secure_listener *listener);

/* Waits for the next client and brings it to its new port. One client's failure is no failure of
 * the listener: call again. */
enum channel_error channel_accept(struct secure_socket **socket, struct secure_listener *listener,
                                  const struct secure_options *options,
                                  char failure[SECURE_FAILURE_BYTES])
    __attribute__((warn_unused_result));

/* Sends all of data. Returns bytes, or -1 (see s_error). */
ssize_t s_send(struct secure_socket *socket, const void *data, size_t bytes);
/* Waits for data: 1 .. space bytes of it; 0 when the peer has said goodbye; -1 on error (a cut
 * connection is an error: CHANNEL_ERR_TRUNCATED). */
ssize_t s_recv(struct secure_socket *socket, void *data, size_t space);
/* Says goodbye and frees. Returns 0, or -1 if the goodbye could not be sent. NULL is fine. */
int s_close(struct secure_socket *socket);
/* Hangs up without a word, which the peer takes for a cut connection, and frees. NULL is fine. */
void s_drop(struct secure_socket *socket);

/* --- in parts, for a protocol that secures a connection which already exists (FTP's AUTH), makes
 * others from it (its data connections), and wants fresh keys for every request: client only --- */

/* A TCP connection to the first address of the host that answers within the time. On failure *fd is
 * -1. CHANNEL_ERR_HOST, CHANNEL_ERR_SYSTEM with errno. */
enum channel_error secure_tcp_connect(int *fd, const char *host, const char *port, int timeout_ms,
                                      char failure[SECURE_FAILURE_BYTES])
    __attribute__((warn_unused_result));
/* Shakes hands on fd, which passes to the socket, and is closed on failure.
 * Tells SECURE_CONNECTED. */
enum channel_error channel_start(struct secure_socket **socket, int fd,
                                 const struct secure_options *options,
                                 char failure[SECURE_FAILURE_BYTES])
    __attribute__((warn_unused_result));
/* A second connection, to the port that the peer has named last through the first, which keeps the
 * ticket for it; it serves once. CHANNEL_ERR_UNEXPECTED: none was named. Tells SECURE_MOVED. */
enum channel_error channel_follow(struct secure_socket **socket, struct secure_socket *first,
                                  char failure[SECURE_FAILURE_BYTES])
    __attribute__((warn_unused_result));
/* Fresh keys: waits until what is sent from now on goes under them. Nothing to do in the textbook
 * suite. CHANNEL_ERR_UNEXPECTED: data came instead; read it and try again. Any other error is the
 * end of the socket. */
enum channel_error s_rekey(struct secure_socket *socket) __attribute__((warn_unused_result));

/* For a program that also watches its keyboard: poll s_fd for s_events; s_step then does all that
 * can be done without waiting, s_recv_now gives what has come (-1 with s_error CHANNEL_OK: nothing
 * yet), s_send_now queues, and s_queued tells how many bytes still wait to leave. */
int s_fd(const struct secure_socket *socket);
short s_events(const struct secure_socket *socket);
void s_step(struct secure_socket *socket);
ssize_t s_recv_now(struct secure_socket *socket, void *data, size_t space);
ssize_t s_send_now(struct secure_socket *socket, const void *data, size_t bytes);
size_t s_queued(const struct secure_socket *socket);

/* The first error, and a sentence about it. */
enum channel_error s_error(const struct secure_socket *socket);
const char *s_failure(const struct secure_socket *socket);
/* The engine underneath: for its peer key, re-key and generation. */
struct channel *s_channel(struct secure_socket *socket);
/* The port this end of the talk is on at the server's side. */
uint16_t s_port(const struct secure_socket *socket);

#endif

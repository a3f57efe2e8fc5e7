/*
 * The inside of the blocking driver, shared by secure_socket.c (driving one channel over one
 * socket), secure_connect.c (the client's way in) and secure_listen.c (the server's).
 */
#ifndef GLASSBOX_SECURE_DRIVER_H
#define GLASSBOX_SECURE_DRIVER_H

#include "secure_socket.h"

#include <netdb.h>
#include <stdbool.h>
#include <sys/socket.h>

#define ADDRESS_TEXT_BYTES 64 /* a numeric IPv6 address with its scope */

struct secure_socket {
    int fd;
    struct channel *channel;
    struct secure_options options;
    char address[ADDRESS_TEXT_BYTES]; /* the peer's, numeric */
    uint16_t port;                    /* the server's port of this connection */
    bool reading_ended;
    size_t warned;                 /* how many of the engine's warnings were told */
    struct channel_ticket *ticket; /* of the port that was named last, or NULL */
    enum channel_error error;      /* of the driver itself */
    char failure[SECURE_FAILURE_BYTES];
};

/* A socket that takes fd over and makes its engine: for the rendezvous, or for a ticket's port. On
 * failure fd is closed. */
enum channel_error secure_new(struct secure_socket **socket, int fd, enum channel_role role,
                              const struct secure_options *options,
                              const struct channel_ticket *ticket)
    __attribute__((warn_unused_result));
/* Closes without a word, frees. NULL is fine. */
void secure_free(struct secure_socket *socket);

/* Milliseconds of a clock that only runs forward. */
long long secure_now_ms(void);
int secure_timeout_ms(const struct secure_options *options);

/* Like s_step, but stops where the channel is open, so that one whose peer leaves at once has been
 * open too. True if it is open now. */
bool secure_step_to_open(struct secure_socket *socket);

/* A flag for secure_drive: keys for sending that were not there when it was called. */
#define SECURE_FRESH_KEYS (1u << 31)
/* Drives until one of the flags is set (CHANNEL_OK; CHANNEL_CLOSED stands for a proper end alone),
 * or the end (its error), or the deadline (CHANNEL_ERR_TIMEOUT; the peer is told). deadline in
 * secure_now_ms, -1 for never. */
enum channel_error secure_drive(struct secure_socket *socket, unsigned flags, long long deadline)
    __attribute__((warn_unused_result));
/* Sends what is left of the output, without reading. Best effort within the deadline. */
void secure_flush(struct secure_socket *socket, long long deadline);

/* Non-blocking, close-on-exec, TCP_NODELAY. */
void secure_prepare_fd(int fd);
/* The numeric address and the port of a socket address. */
void secure_address(char address[ADDRESS_TEXT_BYTES], uint16_t *port,
                    const struct sockaddr_storage *from);
/* "where: what" into failure (may be NULL). */
void secure_say(char failure[SECURE_FAILURE_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void secure_tell(const struct secure_socket *socket, enum secure_event event);

#endif

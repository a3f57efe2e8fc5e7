/* One connection of the client: poll around a socket, or around s_step. */
#include "client_connection.h"

#include "clock.h"
#include "interrupt.h"
#include "translate.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PLAIN_BYTES ((size_t)256 * 1024)
#define SLICE_MS    200 /* how late Ctrl-C may be seen if it falls between looking and waiting */

struct client_connection {
    int fd;
    int timeout_ms;
    struct secure_socket *secure; /* or NULL, and then: */
    uint8_t *in, *out;            /* PLAIN_BYTES, made when they are needed */
    size_t in_at, in_bytes;
    char failure[SECURE_FAILURE_BYTES];
};

static struct client_connection *new_connection(int fd, int timeout_ms,
                                                struct secure_socket *secure)
{
    struct client_connection *connection = calloc(1, sizeof(*connection));
    if (connection)
        *connection = (struct client_connection){fd, timeout_ms, .secure = secure};
    else if (secure)
        s_close(secure);
    else
        close(fd);
    return connection;
}

struct client_connection *client_connection_plain(int fd, int timeout_ms)
{
    return new_connection(fd, timeout_ms, NULL);
}

struct client_connection *client_connection_secure(struct secure_socket *socket, int timeout_ms)
{
    return new_connection(s_fd(socket), timeout_ms, socket);
}

static void free_connection(struct client_connection *connection)
{
    free(connection->in);
    free(connection->out);
    free(connection);
}

int client_connection_release(struct client_connection *connection)
{
    int fd = connection->in_bytes == 0 ? connection->fd : -1;
    if (fd >= 0)
        free_connection(connection);
    return fd;
}

static bool fail(struct client_connection *connection, const char *what)
{
    if (!connection->failure[0])
        snprintf(connection->failure, sizeof(connection->failure), "%s", what);
    return false;
}

/* --- waiting ---------------------------------------------------------------------------------- */
static bool wait_for(struct client_connection *connection, short events)
{
    int64_t deadline = clock_ms() + connection->timeout_ms;
    char text[80];
    for (;;) {
        struct pollfd one = {.fd = connection->fd, .events = events};
        int64_t left = deadline - clock_ms();
        if (interrupt_seen())
            return fail(connection, "interrupted");
        if (left <= 0) {
            snprintf(text, sizeof(text), "the server was silent for %g seconds",
                     connection->timeout_ms / 1000.0);
            return fail(connection, text);
        }
        if (poll(&one, 1, left < SLICE_MS ? (int)left : SLICE_MS) > 0)
            return true;
    }
}

static bool channel_works(struct client_connection *connection)
{
    return !s_error(connection->secure) || fail(connection, s_failure(connection->secure));
}

/* --- receiving -------------------------------------------------------------------------------- */
static ssize_t peek_secure(struct client_connection *connection, const uint8_t **data)
{
    struct channel *channel = s_channel(connection->secure);
    for (;;) {
        size_t bytes;
        s_step(connection->secure);
        *data = channel_data(channel, &bytes);
        if (bytes > 0)
            return (ssize_t)bytes;
        if (!channel_works(connection))
            return -1;
        if (channel_flags(channel) & CHANNEL_CLOSED)
            return 0;
        if (!wait_for(connection, s_events(connection->secure)))
            return -1;
    }
}

static ssize_t peek_plain(struct client_connection *connection, const uint8_t **data)
{
    if (!connection->in && !(connection->in = malloc(PLAIN_BYTES)))
        return fail(connection, "no memory") - 1;
    while (connection->in_bytes == 0) {
        ssize_t got = recv(connection->fd, connection->in, PLAIN_BYTES, MSG_DONTWAIT);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return fail(connection, translate(strerror(errno))) - 1;
        if (got < 0 && !wait_for(connection, POLLIN))
            return -1;
        connection->in_at = 0;
        connection->in_bytes = got > 0 ? (size_t)got : 0;
    }
    *data = connection->in + connection->in_at;
    return (ssize_t)connection->in_bytes;
}

ssize_t client_connection_peek(struct client_connection *connection, const uint8_t **data)
{
    if (interrupt_seen())
        return fail(connection, "interrupted") - 1;
    return connection->secure ? peek_secure(connection, data) : peek_plain(connection, data);
}

void client_connection_used(struct client_connection *connection, size_t bytes)
{
    if (connection->secure) {
        channel_data_done(s_channel(connection->secure), bytes);
        return;
    }
    connection->in_at += bytes;
    connection->in_bytes -= bytes;
}

/* --- sending ---------------------------------------------------------------------------------- */
uint8_t *client_connection_room(struct client_connection *connection, size_t *space)
{
    uint8_t *room;
    if (connection->secure) {
        *space = CHANNEL_DATA_MAX;
        room = channel_send_space(s_channel(connection->secure), *space);
        if (!room && channel_works(connection))
            fail(connection, "the peer has hung up");
        return room;
    }
    *space = PLAIN_BYTES;
    if (!connection->out && !(connection->out = malloc(PLAIN_BYTES)))
        fail(connection, "no memory");
    return connection->out;
}

/* All of it must have left before the next record is made: then it is made in the same place. */
static bool push_secure(struct client_connection *connection)
{
    for (;;) {
        s_step(connection->secure);
        if (s_queued(connection->secure) == 0)
            return true;
        if (!channel_works(connection) || !wait_for(connection, s_events(connection->secure)))
            return false;
    }
}

static bool push_plain(struct client_connection *connection, const uint8_t *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(connection->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return fail(connection, translate(strerror(errno)));
        if (sent < 0 && !wait_for(connection, POLLOUT))
            return false;
        data += sent > 0 ? sent : 0;
        bytes -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

bool client_connection_filled(struct client_connection *connection, size_t bytes)
{
    if (interrupt_seen())
        return fail(connection, "interrupted");
    if (!connection->secure)
        return push_plain(connection, connection->out, bytes);
    if (channel_send_done(s_channel(connection->secure), bytes))
        return channel_works(connection) && fail(connection, "no memory");
    return push_secure(connection);
}

bool client_connection_send(struct client_connection *connection, const void *data, size_t bytes)
{
    if (!connection->secure)
        return push_plain(connection, data, bytes);
    if (channel_send(s_channel(connection->secure), data, bytes))
        return channel_works(connection) && fail(connection, "the peer has hung up");
    return push_secure(connection);
}

/* --- the end ---------------------------------------------------------------------------------- */
bool client_connection_end(struct client_connection *connection)
{
    bool proper = !connection->failure[0];
    if (connection->secure)
        proper = s_close(connection->secure) == 0 && proper;
    else
        close(connection->fd);
    free_connection(connection);
    return proper;
}

void client_connection_drop(struct client_connection *connection)
{
    if (!connection)
        return;
    if (connection->secure)
        s_drop(connection->secure);
    else
        close(connection->fd);
    free_connection(connection);
}

const char *client_connection_failure(const struct client_connection *connection)
{
    return connection->failure;
}

int client_connection_fd(const struct client_connection *connection)
{
    return connection->fd;
}

struct secure_socket *client_connection_socket(const struct client_connection *connection)
{
    return connection->secure;
}

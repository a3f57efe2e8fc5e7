/*
 * channel_connect: to the rendezvous port, through the handshake, and on to the new port.
 */
#include "secure_driver.h"
#include "wish.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* connect(2) with a limit in time. Returns the socket, or -1 with errno. */
static int connect_within(const struct sockaddr *address, socklen_t bytes, int timeout_ms)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    int why = 0;
    socklen_t why_bytes = sizeof(why);
    if (fd < 0)
        return -1;
    if (connect(fd, address, bytes) == 0)
        return fd;
    if (errno != EINPROGRESS)
        why = errno;
    else if (poll(&wait, 1, timeout_ms) <= 0)
        why = ETIMEDOUT;
    else
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &why, &why_bytes);
    if (why == 0)
        return fd;
    close(fd);
    errno = why;
    return -1;
}

/* The first address of the host that answers; it is kept in `used` for the second connection. */
static enum channel_error connect_host(int *fd, struct sockaddr_storage *used,
                                       socklen_t *used_bytes, const char *host, const char *port,
                                       int timeout_ms, char failure[SECURE_FAILURE_BYTES])
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list, *one;
    int status = getaddrinfo(host, port, &hints, &list), why = 0;
    *fd = -1;
    if (status != 0) {
        secure_say(failure, "%s port %s: %s", host, port, gai_strerror(status));
        return CHANNEL_ERR_HOST;
    }
    for (one = list; one && *fd < 0; one = one->ai_next) {
        *fd = connect_within(one->ai_addr, one->ai_addrlen, timeout_ms);
        why = errno;
        memcpy(used, one->ai_addr, one->ai_addrlen);
        *used_bytes = one->ai_addrlen;
    }
    freeaddrinfo(list);
    if (*fd >= 0)
        return CHANNEL_OK;
    secure_say(failure, "%s port %s: %s", host, port, strerror(why));
    errno = why;
    return CHANNEL_ERR_SYSTEM;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

/* The handshake on the rendezvous port, up to the port message. */
static enum channel_error fetch_ticket(struct channel_ticket **ticket, int fd,
                                       const struct secure_options *options,
                                       char failure[SECURE_FAILURE_BYTES])
{
    long long deadline = secure_now_ms() + secure_timeout_ms(options);
    struct secure_socket *s;
    enum channel_error error = secure_new(&s, fd, CHANNEL_CLIENT, options, NULL);
    if (error) {
        secure_say(failure, "%s", channel_strerror(error));
        return error;
    }
    secure_tell(s, SECURE_CONNECTED);
    error = secure_drive(s, CHANNEL_HAS_PORT, deadline);
    if (error) {
        secure_say(failure, "%s", s->failure);
        wish_leave(fd, s->channel, options->wish);
        secure_free(s);
        return error;
    }
    *ticket = s->ticket; /* transferred */
    s->ticket = NULL;
    s->port = channel_ticket_port(*ticket);
    secure_tell(s, SECURE_MOVING);
    s_close(s);
    return CHANNEL_OK;
}

/* A channel on fd, driven until it is open: a handshake, or with a ticket its hand-over. */
static enum channel_error open_channel(struct secure_socket **socket, int fd,
                                       const struct channel_ticket *ticket,
                                       const struct secure_options *options,
                                       char failure[SECURE_FAILURE_BYTES])
{
    long long deadline = secure_now_ms() + secure_timeout_ms(options);
    enum channel_error error = secure_new(socket, fd, CHANNEL_CLIENT, options, ticket);
    if (error) {
        secure_say(failure, "%s", channel_strerror(error));
        return error;
    }
    /* The peer may have opened, said goodbye and closed before we look. */
    error = secure_drive(*socket, CHANNEL_OPEN | CHANNEL_CLOSED, deadline);
    if (!error) {
        secure_tell(*socket, ticket ? SECURE_MOVED : SECURE_CONNECTED);
        return CHANNEL_OK;
    }
    secure_say(failure, "%s", (*socket)->failure);
    wish_leave(fd, (*socket)->channel, options->wish);
    secure_free(*socket);
    *socket = NULL;
    return error;
}

/* To the ticket's port at this address, whatever port that has. */
static enum channel_error follow(struct secure_socket **socket, struct sockaddr_storage *address,
                                 socklen_t bytes, const struct channel_ticket *ticket,
                                 const struct secure_options *options,
                                 char failure[SECURE_FAILURE_BYTES])
{
    char numeric[ADDRESS_TEXT_BYTES];
    int fd;
    *socket = NULL;
    set_port(address, channel_ticket_port(ticket));
    fd = connect_within((struct sockaddr *)address, bytes, secure_timeout_ms(options));
    if (fd < 0) {
        secure_address(numeric, NULL, address);
        secure_say(failure, "%s port %u, where the talk was to go on: %s", numeric,
                   channel_ticket_port(ticket), strerror(errno));
        return CHANNEL_ERR_SYSTEM;
    }
    secure_prepare_fd(fd);
    return open_channel(socket, fd, ticket, options, failure);
}

enum channel_error channel_connect(struct secure_socket **socket, const char *host,
                                   const char *port, const struct secure_options *options,
                                   char failure[SECURE_FAILURE_BYTES])
{
    struct channel_ticket *ticket = NULL;
    struct sockaddr_storage address = {0};
    socklen_t bytes = 0;
    int fd, timeout_ms = secure_timeout_ms(options);
    enum channel_error error = connect_host(&fd, &address, &bytes, host, port, timeout_ms, failure);
    *socket = NULL;
    if (error)
        return error;
    secure_prepare_fd(fd);
    error = fetch_ticket(&ticket, fd, options, failure);
    if (error)
        return error;
    error = follow(socket, &address, bytes, ticket, options, failure);
    channel_ticket_free(ticket);
    return error;
}

enum channel_error secure_tcp_connect(int *fd, const char *host, const char *port, int timeout_ms,
                                      char failure[SECURE_FAILURE_BYTES])
{
    struct sockaddr_storage address = {0};
    socklen_t bytes = 0;
    enum channel_error error = connect_host(fd, &address, &bytes, host, port, timeout_ms, failure);
    if (!error)
        secure_prepare_fd(*fd);
    return error;
}

enum channel_error channel_start(struct secure_socket **socket, int fd,
                                 const struct secure_options *options,
                                 char failure[SECURE_FAILURE_BYTES])
{
    return open_channel(socket, fd, NULL, options, failure);
}

enum channel_error channel_follow(struct secure_socket **socket, struct secure_socket *first,
                                  char failure[SECURE_FAILURE_BYTES])
{
    struct channel_ticket *ticket = first->ticket;
    struct sockaddr_storage address = {0};
    socklen_t bytes = sizeof(address);
    *socket = NULL;
    if (!ticket) {
        secure_say(failure, "the server has named no port");
        return CHANNEL_ERR_UNEXPECTED;
    }
    if (getpeername(first->fd, (struct sockaddr *)&address, &bytes) != 0) {
        secure_say(failure, "%s", strerror(errno));
        return CHANNEL_ERR_SYSTEM;
    }
    enum channel_error error = follow(socket, &address, bytes, ticket, &first->options, failure);
    channel_ticket_free(ticket);
    first->ticket = NULL;
    return error;
}

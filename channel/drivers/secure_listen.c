/*
 * channel_listen and channel_accept: the rendezvous, the handshake, and the wait on the new port.
 */
#include "secure_driver.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLERS                                                                                    \
    8 /* how many may try the hand-over port at once: a silent stranger blocks nobody              \
       */

struct secure_listener {
    int fd;
    struct sockaddr_storage address; /* bound; hand-over ports are opened on the same one */
    socklen_t bytes;
    uint16_t port, low, high, next;
};

static int listen_on(const struct sockaddr *address, socklen_t bytes)
{
    int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1, off = 0;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address->sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (bind(fd, address, bytes) == 0 && listen(fd, SOMAXCONN) == 0)
        return fd;
    on = errno;
    close(fd);
    errno = on;
    return -1;
}

static uint16_t bound_port(int fd)
{
    struct sockaddr_storage own = {0};
    socklen_t bytes = sizeof(own);
    char ignored[ADDRESS_TEXT_BYTES];
    uint16_t port = 0;
    getsockname(fd, (struct sockaddr *)&own, &bytes);
    secure_address(ignored, &port, &own);
    return port;
}

enum channel_error channel_listen(struct secure_listener **listener, const char *bind,
                                  const char *port, uint16_t low, uint16_t high,
                                  char failure[SECURE_FAILURE_BYTES])
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE};
    struct secure_listener *l = calloc(1, sizeof(*l));
    struct addrinfo *list = NULL, *one;
    int status, why = 0;
    *listener = NULL;
    if (!l)
        return CHANNEL_ERR_MEMORY;
    status = getaddrinfo(bind, port, &hints, &list);
    if (status != 0) {
        secure_say(failure, "%s port %s: %s", bind ? bind : "*", port, gai_strerror(status));
        free(l);
        return CHANNEL_ERR_HOST;
    }
    l->fd = -1;
    for (one = list; one && l->fd < 0; one = one->ai_next) {
        l->fd = listen_on(one->ai_addr, one->ai_addrlen);
        why = errno;
        memcpy(&l->address, one->ai_addr, one->ai_addrlen);
        l->bytes = one->ai_addrlen;
    }
    freeaddrinfo(list);
    if (l->fd < 0) {
        secure_say(failure, "%s port %s: %s", bind ? bind : "*", port, strerror(why));
        free(l);
        errno = why;
        return CHANNEL_ERR_SYSTEM;
    }
    l->port = bound_port(l->fd);
    l->low = l->next = low;
    l->high = high;
    *listener = l;
    return CHANNEL_OK;
}

uint16_t secure_listener_port(const struct secure_listener *listener)
{
    return listener->port;
}

void secure_listener_free(struct secure_listener *listener)
{
    if (!listener)
        return;
    close(listener->fd);
    free(listener);
}

/* --- one client ------------------------------------------------------------------------------- */

static int listen_on_port(struct secure_listener *l, uint16_t port)
{
    if (l->address.ss_family == AF_INET6)
        ((struct sockaddr_in6 *)&l->address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)&l->address)->sin_port = htons(port);
    return listen_on((struct sockaddr *)&l->address, l->bytes);
}

/* A listening socket on the next free port of the pool, or on any free one. -1 if all are taken. */
static int open_new_port(struct secure_listener *l)
{
    int fd = -1;
    if (l->low == 0)
        return listen_on_port(l, 0);
    for (unsigned tries = (unsigned)(l->high - l->low) + 1; tries > 0 && fd < 0; tries--) {
        fd = listen_on_port(l, l->next);
        l->next = l->next >= l->high ? l->low : (uint16_t)(l->next + 1);
    }
    return fd;
}

static enum channel_error handshake(struct secure_socket **socket, int fd,
                                    const struct secure_options *options,
                                    char failure[SECURE_FAILURE_BYTES])
{
    enum channel_error error = secure_new(socket, fd, CHANNEL_SERVER, options, NULL);
    if (error) {
        secure_say(failure, "%s", channel_strerror(error));
        return error;
    }
    secure_tell(*socket, SECURE_CONNECTED);
    error = secure_drive(*socket, CHANNEL_OPEN, secure_now_ms() + secure_timeout_ms(options));
    if (error)
        secure_say(failure, "%s", (*socket)->failure);
    return error;
}

/* Names the new port inside the channel and takes the ticket for it. */
static enum channel_error send_port(struct channel_ticket **ticket, struct secure_socket *s,
                                    uint16_t port)
{
    enum channel_error error = channel_send_port(s->channel, port);
    if (!error)
        error = secure_drive(s, CHANNEL_HAS_PORT, secure_now_ms() + secure_timeout_ms(&s->options));
    if (error)
        return error;
    *ticket = s->ticket; /* transferred */
    s->ticket = NULL;
    s->port = port;
    secure_tell(s, SECURE_MOVING);
    return CHANNEL_OK;
}

/* Goes on with every caller; returns the one that is open, and drops those that have failed. */
static struct secure_socket *serve_callers(struct secure_socket *callers[CALLERS])
{
    for (size_t i = 0; i < CALLERS; i++) {
        struct secure_socket *caller = callers[i];
        if (!caller)
            continue;
        if (secure_step_to_open(caller)) {
            callers[i] = NULL; /* transferred */
            return caller;
        }
        if ((channel_flags(caller->channel) & CHANNEL_CLOSED) || caller->error) {
            secure_tell(caller, SECURE_STRANGER);
            secure_free(caller);
            callers[i] = NULL;
        }
    }
    return NULL;
}

/* A place for one more. If there is none, the one who has said nothing for longest goes. */
static struct secure_socket **place(struct secure_socket *callers[CALLERS])
{
    for (size_t i = 0; i < CALLERS; i++)
        if (!callers[i])
            return &callers[i];
    secure_tell(callers[0], SECURE_STRANGER);
    secure_free(callers[0]);
    memmove(callers, callers + 1, (CALLERS - 1) * sizeof(callers[0]));
    callers[CALLERS - 1] = NULL;
    return &callers[CALLERS - 1];
}

static void accept_caller(struct secure_socket *callers[CALLERS], int listening,
                          const struct secure_options *options, const struct channel_ticket *ticket)
{
    int fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    enum channel_error error;
    if (fd < 0)
        return;
    secure_prepare_fd(fd);
    error = secure_new(place(callers), fd, CHANNEL_SERVER, options, ticket);
    (void)error; /* without memory the caller is dropped, like a stranger */
}

/* Waits on the new port for the one who holds the ticket. */
static enum channel_error await_resume(struct secure_socket **socket, int listening,
                                       const struct secure_options *options,
                                       const struct channel_ticket *ticket)
{
    struct secure_socket *callers[CALLERS] = {NULL};
    long long deadline = secure_now_ms() + secure_timeout_ms(options);
    *socket = NULL;
    while (!*socket && secure_now_ms() < deadline) {
        struct pollfd wait[1 + CALLERS] = {{.fd = listening, .events = POLLIN}};
        for (size_t i = 0; i < CALLERS; i++)
            wait[1 + i] = (struct pollfd){.fd = callers[i] ? callers[i]->fd : -1,
                                          .events = callers[i] ? s_events(callers[i]) : 0};
        poll(wait, 1 + CALLERS, (int)(deadline - secure_now_ms()));
        if (wait[0].revents)
            accept_caller(callers, listening, options, ticket);
        *socket = serve_callers(callers);
    }
    for (size_t i = 0; i < CALLERS; i++)
        secure_free(callers[i]);
    return *socket ? CHANNEL_OK : CHANNEL_ERR_TIMEOUT;
}

enum channel_error channel_accept(struct secure_socket **socket, struct secure_listener *listener,
                                  const struct secure_options *options,
                                  char failure[SECURE_FAILURE_BYTES])
{
    struct pollfd wait = {.fd = listener->fd, .events = POLLIN};
    struct secure_socket *first = NULL;
    struct channel_ticket *ticket = NULL;
    enum channel_error error;
    int fd, listening = -1;
    *socket = NULL;
    do {
        poll(&wait, 1, -1);
        fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    } while (fd < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED));
    if (fd < 0) {
        secure_say(failure, "port %u: %s", listener->port, strerror(errno));
        return CHANNEL_ERR_SYSTEM;
    }
    secure_prepare_fd(fd);
    error = handshake(&first, fd, options, failure);
    if (error)
        goto out;
    listening = open_new_port(listener);
    if (listening < 0) {
        channel_close(first->channel, CHANNEL_ERR_BUSY, NULL);
        secure_say(failure, "ports %u to %u: none is free", listener->low, listener->high);
        error = CHANNEL_ERR_BUSY;
        goto out;
    }
    error = send_port(&ticket, first, bound_port(listening));
    if (error) {
        secure_say(failure, "%s", first->failure);
        goto out;
    }
    s_close(first);
    first = NULL;
    error = await_resume(socket, listening, options, ticket);
    if (error)
        secure_say(failure, "port %u: the client did not come", channel_ticket_port(ticket));
    else
        secure_tell(*socket, SECURE_MOVED);
out:
    if (listening >= 0)
        close(listening);
    channel_ticket_free(ticket);
    if (first && error == CHANNEL_ERR_BUSY)
        s_close(first);
    else
        secure_free(first);
    return error;
}

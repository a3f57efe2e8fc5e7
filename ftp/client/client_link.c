/* One connection of the client: poll around a socket, or around s_step. */
#include "client_link.h"

#include "interrupt.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PLAIN_BYTES ((size_t)256 * 1024)
#define SLICE_MS    200 /* how late Ctrl-C may be seen if it falls between looking and waiting */

struct link {
    int fd;
    int timeout_ms;
    struct secure_socket *secure; /* or NULL, and then: */
    uint8_t *in, *out;            /* PLAIN_BYTES, made when they are needed */
    size_t in_at, in_bytes;
    struct channel_ticket *ticket;
    char failure[SECURE_FAILURE_BYTES];
};

static struct link *new_link(int fd, int timeout_ms)
{
    struct link *link = calloc(1, sizeof(*link));
    if (link) {
        link->fd = fd;
        link->timeout_ms = timeout_ms;
    }
    return link;
}

struct link *link_plain(int fd, int timeout_ms)
{
    struct link *link = new_link(fd, timeout_ms);
    if (!link)
        close(fd);
    return link;
}

struct link *link_secure(struct secure_socket *socket, int timeout_ms)
{
    struct link *link = new_link(s_fd(socket), timeout_ms);
    if (link)
        link->secure = socket;
    else
        s_close(socket);
    return link;
}

static void free_link(struct link *link)
{
    channel_ticket_free(link->ticket);
    free(link->in);
    free(link->out);
    free(link);
}

int link_release(struct link *link)
{
    int fd = link->in_bytes == 0 ? link->fd : -1;
    if (fd >= 0)
        free_link(link);
    return fd;
}

static bool fail(struct link *link, const char *what)
{
    if (!link->failure[0])
        snprintf(link->failure, sizeof(link->failure), "%s", what);
    return false;
}

/* --- waiting ---------------------------------------------------------------------------------- */
static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool wait_for(struct link *link, short events)
{
    int64_t deadline = now_ms() + link->timeout_ms;
    char text[80];
    for (;;) {
        struct pollfd one = {.fd = link->fd, .events = events};
        int64_t left = deadline - now_ms();
        if (interrupt_seen())
            return fail(link, "interrupted");
        if (left <= 0) {
            snprintf(text, sizeof(text), "the server was silent for %g seconds",
                     link->timeout_ms / 1000.0);
            return fail(link, text);
        }
        if (poll(&one, 1, left < SLICE_MS ? (int)left : SLICE_MS) > 0)
            return true;
    }
}

static bool channel_works(struct link *link)
{
    return !s_error(link->secure) || fail(link, s_failure(link->secure));
}

/* --- receiving -------------------------------------------------------------------------------- */
static ssize_t peek_secure(struct link *link, const uint8_t **data)
{
    struct channel *channel = s_channel(link->secure);
    for (;;) {
        size_t bytes;
        s_step(link->secure);
        *data = channel_data(channel, &bytes);
        if (bytes > 0)
            return (ssize_t)bytes;
        if (channel_flags(channel) & CHANNEL_HAS_PORT) {
            channel_ticket_free(link->ticket);
            link->ticket = channel_take_ticket(channel);
        } else if (!channel_works(link)) {
            return -1;
        } else if (channel_flags(channel) & CHANNEL_CLOSED) {
            return 0;
        } else if (!wait_for(link, s_events(link->secure))) {
            return -1;
        }
    }
}

static ssize_t peek_plain(struct link *link, const uint8_t **data)
{
    if (!link->in && !(link->in = malloc(PLAIN_BYTES)))
        return fail(link, "no memory") - 1;
    while (link->in_bytes == 0) {
        ssize_t got = recv(link->fd, link->in, PLAIN_BYTES, MSG_DONTWAIT);
        if (got == 0)
            return 0;
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return fail(link, strerror(errno)) - 1;
        if (got < 0 && !wait_for(link, POLLIN))
            return -1;
        link->in_at = 0;
        link->in_bytes = got > 0 ? (size_t)got : 0;
    }
    *data = link->in + link->in_at;
    return (ssize_t)link->in_bytes;
}

ssize_t link_peek(struct link *link, const uint8_t **data)
{
    if (interrupt_seen())
        return fail(link, "interrupted") - 1;
    return link->secure ? peek_secure(link, data) : peek_plain(link, data);
}

void link_used(struct link *link, size_t bytes)
{
    if (link->secure) {
        channel_data_done(s_channel(link->secure), bytes);
        return;
    }
    link->in_at += bytes;
    link->in_bytes -= bytes;
}

/* --- sending ---------------------------------------------------------------------------------- */
uint8_t *link_room(struct link *link, size_t *space)
{
    uint8_t *room;
    if (link->secure) {
        *space = CHANNEL_DATA_MAX;
        room = channel_send_space(s_channel(link->secure), *space);
        if (!room && channel_works(link))
            fail(link, "the peer has hung up");
        return room;
    }
    *space = PLAIN_BYTES;
    if (!link->out && !(link->out = malloc(PLAIN_BYTES)))
        fail(link, "no memory");
    return link->out;
}

/* All of it must have left before the next record is made: then it is made in the same place. */
static bool push_secure(struct link *link)
{
    for (;;) {
        s_step(link->secure);
        if (s_queued(link->secure) == 0)
            return true;
        if (!channel_works(link) || !wait_for(link, s_events(link->secure)))
            return false;
    }
}

static bool push_plain(struct link *link, const uint8_t *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(link->fd, data, bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return fail(link, strerror(errno));
        if (sent < 0 && !wait_for(link, POLLOUT))
            return false;
        data += sent > 0 ? sent : 0;
        bytes -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

bool link_filled(struct link *link, size_t bytes)
{
    if (interrupt_seen())
        return fail(link, "interrupted");
    if (!link->secure)
        return push_plain(link, link->out, bytes);
    if (channel_send_done(s_channel(link->secure), bytes))
        return channel_works(link) && fail(link, "no memory");
    return push_secure(link);
}

bool link_send(struct link *link, const void *data, size_t bytes)
{
    if (!link->secure)
        return push_plain(link, data, bytes);
    if (channel_send(s_channel(link->secure), data, bytes))
        return channel_works(link) && fail(link, "the peer has hung up");
    return push_secure(link);
}

/* --- the end ---------------------------------------------------------------------------------- */
bool link_end(struct link *link)
{
    bool proper = !link->failure[0];
    if (link->secure)
        proper = s_close(link->secure) == 0 && proper;
    else
        close(link->fd);
    free_link(link);
    return proper;
}

void link_drop(struct link *link)
{
    if (!link)
        return;
    if (link->secure)
        s_drop(link->secure);
    else
        close(link->fd);
    free_link(link);
}

const char *link_failure(const struct link *link)
{
    return link->failure;
}

int link_fd(const struct link *link)
{
    return link->fd;
}

struct secure_socket *link_socket(const struct link *link)
{
    return link->secure;
}

struct channel_ticket *link_take_ticket(struct link *link)
{
    struct channel_ticket *ticket = link->ticket;
    link->ticket = NULL; /* transferred */
    return ticket;
}

/*
 * s_send and s_recv: drives one channel over one TCP socket.
 *
 * s_step is the whole driver: it does whatever the engine's flags ask for, as far as the socket
 * allows without waiting. The blocking calls are s_step and poll in turn.
 */
#include "secure_driver.h"

#include "keep_alive.h"
#include "trace.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINGER_MS 1000 /* how long s_close waits for the peer to have read the goodbye */

long long secure_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int secure_timeout_ms(const struct secure_options *options)
{
    int patience_ms = (int)trace_seconds(options->trace) * 1000;
    bool patient = options->trace && options->trace->seconds;
    return options->timeout_ms > 0 && !patient ? options->timeout_ms : patience_ms;
}

void secure_say(char failure[SECURE_FAILURE_BYTES], const char *format, ...)
{
    va_list arguments;
    if (!failure)
        return;
    va_start(arguments, format);
    vsnprintf(failure, SECURE_FAILURE_BYTES, format, arguments);
    va_end(arguments);
}

void secure_tell(const struct secure_socket *socket, enum secure_event event)
{
    if (socket->options.event)
        socket->options.event(socket->options.context, event, socket->address, socket->port);
}

void secure_address(char address[ADDRESS_TEXT_BYTES], uint16_t *port,
                    const struct sockaddr_storage *from)
{
    char service[8];
    socklen_t bytes = from->ss_family == AF_INET ? sizeof(struct sockaddr_in)
                                                 : sizeof(struct sockaddr_in6);
    if (getnameinfo((const struct sockaddr *)from, bytes, address, ADDRESS_TEXT_BYTES, service,
                    sizeof(service), NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
        snprintf(address, ADDRESS_TEXT_BYTES, "unknown");
        snprintf(service, sizeof(service), "0");
    }
    /* An IPv4 client of a socket that listens on both looks like ::ffff:192.0.2.1. */
    if (strncmp(address, "::ffff:", 7) == 0 && strchr(address, '.'))
        memmove(address, address + 7, strlen(address + 7) + 1);
    if (port)
        *port = (uint16_t)strtoul(service, NULL, 10);
}

void secure_prepare_fd(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    keep_alive(fd);
}

enum channel_error secure_new(struct secure_socket **socket, int fd, enum channel_role role,
                              const struct secure_options *options,
                              const struct channel_ticket *ticket)
{
    const struct channel_config config = {.role = role,
                                          .suite = options->suite,
                                          .identity = options->identity,
                                          .seed = options->seed,
                                          .group = options->group,
                                          .trace = options->trace};
    struct sockaddr_storage peer = {0}, own = {0};
    socklen_t peer_bytes = sizeof(peer), own_bytes = sizeof(own);
    struct secure_socket *s = calloc(1, sizeof(*s));
    enum channel_error error = CHANNEL_ERR_MEMORY;
    uint16_t peer_port, own_port;
    char own_address[ADDRESS_TEXT_BYTES];
    *socket = NULL;
    if (s)
        error = ticket ? channel_new_resume(&s->channel, &config, ticket)
                       : channel_new(&s->channel, &config);
    if (error) {
        close(fd);
        free(s);
        return error;
    }
    s->fd = fd;
    s->options = *options;
    getpeername(fd, (struct sockaddr *)&peer, &peer_bytes);
    getsockname(fd, (struct sockaddr *)&own, &own_bytes);
    secure_address(s->address, &peer_port, &peer);
    secure_address(own_address, &own_port, &own);
    channel_tell_addresses(s->channel, own_address, own_port, s->address, peer_port);
    s->port = role == CHANNEL_CLIENT ? peer_port : own_port;
    *socket = s;
    return CHANNEL_OK;
}

void secure_free(struct secure_socket *socket)
{
    if (!socket)
        return;
    if (socket->options.stock)
        key_stock_give(socket->options.stock, channel_take_ephemeral(socket->channel));
    close(socket->fd);
    channel_ticket_free(socket->ticket);
    channel_free(socket->channel);
    free(socket);
}

/* --- what the engine's flags ask for ---------------------------------------------------------- */

static bool write_output(struct secure_socket *s)
{
    size_t bytes;
    const uint8_t *output = channel_output(s->channel, &bytes);
    ssize_t sent = send(s->fd, output, bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
        channel_output_done(s->channel, (size_t)sent);
        return true;
    }
    if (errno != EAGAIN && errno != EINTR) {
        /* The reading side will say why, if the peer still could. */
        channel_output_done(s->channel, bytes);
        if (!s->error)
            s->error = CHANNEL_ERR_TRUNCATED;
        return true;
    }
    return false;
}

static bool read_input(struct secure_socket *s)
{
    size_t space;
    uint8_t *room = channel_input_space(s->channel, &space);
    ssize_t got = room ? recv(s->fd, room, space, MSG_DONTWAIT) : 0;
    int why = errno;
    if (!room)
        return true;
    channel_input_done(s->channel, got > 0 ? (size_t)got : 0);
    if (got > 0)
        return true;
    if (got < 0 && (why == EAGAIN || why == EINTR))
        return false;
    channel_input_end(s->channel);
    s->reading_ended = true;
    return true;
}

static void judge_peer(struct secure_socket *s)
{
    const struct rsa_key *peer = channel_peer_key(s->channel);
    channel_verdict(s->channel, s->options.verdict(s->options.context, peer, s->address));
}

static void bring_ephemeral(struct secure_socket *s)
{
    enum channel_error error = CHANNEL_ERR_RANDOM; /* what a stock ends of, unless it is ended */
    struct rsa_key *key = NULL;
    if (s->options.stock)
        key = key_stock_take(s->options.stock);
    else
        error = channel_rsa_error(rsa_key_generate(&key, CHANNEL_MODERN_BITS, NULL, NULL));
    if (key)
        channel_give_ephemeral(s->channel, key);
    else
        channel_close(s->channel, error, NULL);
}

static bool tell_warning(struct secure_socket *s)
{
    const char *text = channel_warning(s->channel, s->warned);
    if (!text)
        return false;
    s->warned++;
    if (s->options.warning)
        s->options.warning(s->options.context, text);
    return true;
}

/* One thing that can be done now; false if the socket must be waited for. */
static bool do_one(struct secure_socket *s)
{
    unsigned flags = channel_flags(s->channel);
    if (tell_warning(s))
        return true;
    if (flags & CHANNEL_HAS_WORK) {
        channel_work_begin(s->channel);
        channel_work_run(s->channel);
        channel_work_end(s->channel);
    } else if (flags & CHANNEL_WANT_VERDICT) {
        judge_peer(s);
    } else if (flags & CHANNEL_WANT_EPHEMERAL) {
        bring_ephemeral(s);
    } else if (flags & CHANNEL_HAS_PORT) {
        channel_ticket_free(s->ticket);
        s->ticket = channel_take_ticket(s->channel);
    } else if ((flags & CHANNEL_HAS_OUTPUT) && write_output(s)) {
        return true;
    } else {
        return (flags & CHANNEL_WANT_INPUT) && read_input(s);
    }
    return true;
}

void s_step(struct secure_socket *socket)
{
    while (do_one(socket))
        ;
}

bool secure_step_to_open(struct secure_socket *socket)
{
    unsigned flags;
    do {
        flags = channel_flags(socket->channel);
        if ((flags & CHANNEL_OPEN) && !(flags & CHANNEL_HAS_OUTPUT))
            return true;
    } while (do_one(socket));
    return flags & CHANNEL_OPEN;
}

/* --- waiting ---------------------------------------------------------------------------------- */

int s_fd(const struct secure_socket *socket)
{
    return socket->fd;
}

short s_events(const struct secure_socket *socket)
{
    unsigned flags = channel_flags(socket->channel);
    return (short)((flags & CHANNEL_HAS_OUTPUT ? POLLOUT : 0) |
                   (flags & CHANNEL_WANT_INPUT ? POLLIN : 0));
}

/* False at the deadline. */
static bool wait_for_socket(struct secure_socket *s, long long deadline)
{
    struct pollfd wait = {.fd = s->fd, .events = s_events(s)};
    long long left = deadline < 0 ? -1 : deadline - secure_now_ms();
    if (deadline >= 0 && left <= 0)
        return false;
    return poll(&wait, 1, (int)left) != 0 || deadline < 0;
}

static enum channel_error fail(struct secure_socket *s, enum channel_error error)
{
    const char *detail = channel_error_detail(s->channel), *reason;
    if (s->failure[0])
        return s->error;
    s->error = error;
    reason = channel_error_reason(s->channel);
    if (strcmp(reason, channel_strerror(error)) == 0)
        reason = ""; /* a peer of our own kind says it in our words */
    secure_say(s->failure, "%s port %u: %s%s%s%s%s%s", s->address, s->port,
               channel_error_is_peers(s->channel) ? "the peer says: " : "", channel_strerror(error),
               detail[0] ? " in " : "", detail, reason[0] ? ": " : "", reason);
    return error;
}

/* The state after all that can be done was done. */
static enum channel_error judge_end(struct secure_socket *s)
{
    enum channel_error error = channel_error(s->channel);
    if (error)
        return fail(s, error);
    if (s->error)
        return fail(s, s->error);
    return CHANNEL_OK;
}

enum channel_error secure_drive(struct secure_socket *socket, unsigned flags, long long deadline)
{
    unsigned generation = channel_generation(socket->channel);
    for (;;) {
        unsigned now;
        s_step(socket);
        now = channel_flags(socket->channel);
        if (channel_generation(socket->channel) != generation)
            now |= SECURE_FRESH_KEYS;
        if (socket->ticket)
            now |= CHANNEL_HAS_PORT;
        if (now & flags & ~(unsigned)CHANNEL_CLOSED)
            return CHANNEL_OK;
        if ((now & CHANNEL_CLOSED) || socket->error) {
            enum channel_error error = judge_end(socket);
            secure_flush(socket, secure_now_ms() + LINGER_MS);
            if (!error && (flags & CHANNEL_CLOSED))
                return CHANNEL_OK;
            return error ? error : fail(socket, CHANNEL_ERR_TRUNCATED);
        }
        if (!wait_for_socket(socket, deadline)) {
            channel_close(socket->channel, CHANNEL_ERR_TIMEOUT, NULL);
            secure_flush(socket, secure_now_ms() + LINGER_MS);
            return fail(socket, CHANNEL_ERR_TIMEOUT);
        }
    }
}

void secure_flush(struct secure_socket *socket, long long deadline)
{
    while (channel_flags(socket->channel) & (CHANNEL_HAS_OUTPUT | CHANNEL_HAS_WORK)) {
        struct pollfd wait = {.fd = socket->fd, .events = POLLOUT};
        long long left = deadline - secure_now_ms();
        if (channel_flags(socket->channel) & CHANNEL_HAS_WORK)
            do_one(socket);
        else if (!write_output(socket) && (left <= 0 || poll(&wait, 1, (int)left) <= 0))
            return;
    }
}

/* --- the course's calls ----------------------------------------------------------------------- */

ssize_t s_send_now(struct secure_socket *socket, const void *data, size_t bytes)
{
    enum channel_error error = socket->error;
    if (!error)
        error = channel_send(socket->channel, data, bytes);
    if (error) {
        enum channel_error first = judge_end(socket);
        fail(socket, first ? first : error);
        return -1;
    }
    s_step(socket);
    return (ssize_t)bytes;
}

size_t s_queued(const struct secure_socket *socket)
{
    size_t bytes;
    channel_output(socket->channel, &bytes);
    return bytes + channel_send_pending(socket->channel);
}

ssize_t s_send(struct secure_socket *socket, const void *data, size_t bytes)
{
    if (s_send_now(socket, data, bytes) < 0)
        return -1;
    while (s_queued(socket) > 0) {
        s_step(socket);
        if (judge_end(socket))
            return -1;
        if (s_queued(socket) > 0)
            wait_for_socket(socket, -1);
    }
    return (ssize_t)bytes;
}

ssize_t s_recv_now(struct secure_socket *socket, void *data, size_t space)
{
    size_t bytes;
    const uint8_t *fresh;
    s_step(socket);
    fresh = channel_data(socket->channel, &bytes);
    if (bytes > 0) {
        bytes = bytes < space ? bytes : space;
        memcpy(data, fresh, bytes);
        channel_data_done(socket->channel, bytes);
        return (ssize_t)bytes;
    }
    if (judge_end(socket))
        return -1;
    return channel_flags(socket->channel) & CHANNEL_CLOSED ? 0 : -1;
}

ssize_t s_recv(struct secure_socket *socket, void *data, size_t space)
{
    for (;;) {
        ssize_t got = s_recv_now(socket, data, space);
        if (got >= 0 || s_error(socket))
            return got;
        wait_for_socket(socket, -1);
    }
}

enum channel_error s_rekey(struct secure_socket *socket)
{
    long long deadline = secure_now_ms() + secure_timeout_ms(&socket->options);
    unsigned generation = channel_generation(socket->channel);
    enum channel_error error;
    if (!channel_suite_rekeys(socket->options.suite))
        return CHANNEL_OK;
    error = channel_rekey(socket->channel);
    if (error) {
        enum channel_error first = judge_end(socket);
        return first ? first : fail(socket, error);
    }
    error = secure_drive(socket, SECURE_FRESH_KEYS | CHANNEL_HAS_DATA, deadline);
    if (!error && channel_generation(socket->channel) == generation)
        error = CHANNEL_ERR_UNEXPECTED;
    return error;
}

/* Hanging up at once could make the kernel throw away what the peer has not read yet: say goodbye,
 * stop sending, and wait a moment for the peer to hang up. Not for one that has said goodbye: it
 * sends nothing that could be in the way. */
int s_close(struct secure_socket *socket)
{
    long long deadline = secure_now_ms() + LINGER_MS;
    bool clean, ended;
    if (!socket)
        return 0;
    ended = channel_flags(socket->channel) & CHANNEL_CLOSED;
    channel_close(socket->channel, socket->error, NULL); /* what failed to leave is no good end */
    secure_flush(socket, deadline);
    clean = s_queued(socket) == 0 && !socket->error;
    shutdown(socket->fd, SHUT_WR);
    while (clean && !ended && !socket->reading_ended && secure_now_ms() < deadline) {
        struct pollfd wait = {.fd = socket->fd, .events = POLLIN};
        uint8_t rest[4096];
        if (poll(&wait, 1, (int)(deadline - secure_now_ms())) > 0 &&
            recv(socket->fd, rest, sizeof(rest), MSG_DONTWAIT) <= 0)
            break;
    }
    secure_free(socket);
    return clean ? 0 : -1;
}

void s_drop(struct secure_socket *socket)
{
    secure_free(socket);
}

enum channel_error s_error(const struct secure_socket *socket)
{
    enum channel_error error = channel_error(socket->channel);
    return error ? error : socket->error;
}

const char *s_failure(const struct secure_socket *socket)
{
    return socket->failure[0] ? socket->failure : channel_strerror(s_error(socket));
}

struct channel *s_channel(struct secure_socket *socket)
{
    return socket->channel;
}

uint16_t s_port(const struct secure_socket *socket)
{
    return socket->port;
}

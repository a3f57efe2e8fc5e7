/* A raw FTP client, over a socket or over a channel. */
#include "ftp_raw.h"

#include "secure_socket.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct ftp_raw {
    int fd;
    struct secure_socket *secure;
    void (*midway)(void);
    char in[65536]; /* what has come and was not used */
    size_t in_bytes;
    char text[65536];
    int code;
};

static int connect_to(uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const struct timeval limit = {.tv_sec = FTP_RAW_SECONDS};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

struct ftp_raw *ftp_raw_new(uint16_t port)
{
    struct ftp_raw *raw = calloc(1, sizeof(*raw));
    if (!raw)
        abort();
    raw->fd = connect_to(port);
    ftp_raw_reply(raw);
    return raw;
}

void ftp_raw_free(struct ftp_raw *raw)
{
    if (!raw)
        return;
    if (raw->secure)
        s_close(raw->secure);
    else if (raw->fd >= 0)
        close(raw->fd);
    free(raw);
}

void ftp_raw_reset(struct ftp_raw *raw)
{
    const struct linger now = {.l_onoff = 1};
    setsockopt(raw->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    ftp_raw_free(raw);
}

struct ftp_raw *ftp_raw_login(uint16_t port)
{
    struct ftp_raw *raw = ftp_raw_new(port);
    ftp_raw(raw, "USER anna");
    ftp_raw(raw, "PASS secret");
    return raw;
}

void ftp_raw_send(struct ftp_raw *raw, const void *data, size_t bytes)
{
    ssize_t sent = raw->secure ? s_send(raw->secure, data, bytes)
                               : send(raw->fd, data, bytes, MSG_NOSIGNAL);
    (void)sent; /* the reply that does not come tells */
}

/* --- replies ---------------------------------------------------------------------------------- */
static ssize_t receive_secure(struct ftp_raw *raw, char *to, size_t space)
{
    for (;;) {
        struct pollfd one = {.fd = s_fd(raw->secure)};
        ssize_t got = s_recv_now(raw->secure, to, space);
        if (got >= 0 || s_error(raw->secure))
            return got;
        one.events = s_events(raw->secure);
        if (poll(&one, 1, FTP_RAW_SECONDS * 1000) <= 0)
            return -1;
    }
}

static bool receive(struct ftp_raw *raw)
{
    char *to = raw->in + raw->in_bytes;
    size_t space = sizeof(raw->in) - 1 - raw->in_bytes;
    ssize_t got = raw->secure ? receive_secure(raw, to, space) : recv(raw->fd, to, space, 0);
    if (got > 0)
        raw->in_bytes += (size_t)got;
    return got > 0;
}

/* The size of the first line with its CRLF; 0: it has not come. */
static size_t line_bytes(const struct ftp_raw *raw, size_t from)
{
    const char *end = memmem(raw->in + from, raw->in_bytes - from, "\r\n", 2);
    return end ? (size_t)(end + 2 - (raw->in + from)) : 0;
}

int ftp_raw_reply(struct ftp_raw *raw)
{
    size_t from = 0, bytes;
    raw->code = 0;
    for (;;) {
        while ((bytes = line_bytes(raw, from)) == 0)
            if (raw->fd < 0 || !receive(raw))
                return 0;
        const char *line = raw->in + from;
        bool last = bytes >= 6 && line[3] == ' ' && line[0] >= '1' && line[0] <= '5' &&
                    strncmp(raw->in, line, 3) == 0;
        from += bytes;
        if (last)
            break;
    }
    memcpy(raw->text, raw->in, from);
    raw->text[from] = '\0';
    raw->in_bytes -= from;
    memmove(raw->in, raw->in + from, raw->in_bytes);
    raw->code = atoi(raw->text);
    return raw->code;
}

static void send_line(struct ftp_raw *raw, const char *format, va_list arguments)
{
    char *line;
    int bytes = vasprintf(&line, format, arguments);
    if (bytes < 0 || !(line = realloc(line, (size_t)bytes + 3)))
        abort();
    memcpy(line + bytes, "\r\n", 3);
    ftp_raw_send(raw, line, (size_t)bytes + 2);
    free(line);
}

int ftp_raw(struct ftp_raw *raw, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    send_line(raw, format, arguments);
    va_end(arguments);
    return ftp_raw_reply(raw);
}

const char *ftp_raw_text(const struct ftp_raw *raw)
{
    return raw->text;
}

int ftp_raw_code(const struct ftp_raw *raw)
{
    return raw->code;
}

/* --- data ------------------------------------------------------------------------------------- */
int ftp_raw_open(struct ftp_raw *raw)
{
    unsigned port;
    if (ftp_raw(raw, "EPSV") != 229 || sscanf(strchr(raw->text, '('), "(|||%u|)", &port) != 1)
        return -1;
    return connect_to((uint16_t)port);
}

char *ftp_raw_slurp(int data, size_t *bytes)
{
    size_t used = 0, space = 65536;
    char *text = malloc(space + 1);
    ssize_t got;
    while (text && (got = recv(data, text + used, space - used, 0)) > 0) {
        used += (size_t)got;
        if (used == space)
            text = realloc(text, (space *= 2) + 1);
    }
    if (!text)
        abort();
    text[used] = '\0';
    if (bytes)
        *bytes = used;
    close(data);
    return text;
}

char *ftp_raw_get(struct ftp_raw *raw, size_t *bytes, const char *format, ...)
{
    int data = ftp_raw_open(raw);
    va_list arguments;
    va_start(arguments, format);
    send_line(raw, format, arguments);
    va_end(arguments);
    if (ftp_raw_reply(raw) != 150) {
        close(data);
        return NULL;
    }
    char *text = ftp_raw_slurp(data, bytes);
    ftp_raw_reply(raw);
    return text;
}

int ftp_raw_put(struct ftp_raw *raw, const void *data, size_t bytes, const char *format, ...)
{
    int line = ftp_raw_open(raw);
    va_list arguments;
    va_start(arguments, format);
    send_line(raw, format, arguments);
    va_end(arguments);
    if (ftp_raw_reply(raw) == 150) {
        for (size_t sent = 0; sent < bytes;) {
            ssize_t now = send(line, (const char *)data + sent, bytes - sent, MSG_NOSIGNAL);
            if (now <= 0)
                break;
            sent += (size_t)now;
        }
        close(line);
        return ftp_raw_reply(raw);
    }
    close(line);
    return raw->code;
}

/* --- AUTH GLASSBOX ---------------------------------------------------------------------------- */
static enum channel_error trust_anybody(void *context, const struct rsa_key *peer,
                                        const char *address)
{
    const struct ftp_raw *raw = context;
    (void)peer, (void)address;
    if (raw->midway)
        raw->midway();
    return CHANNEL_OK;
}

bool ftp_raw_auth(struct ftp_raw *raw, const struct rsa_key *pair, const char *suite)
{
    struct secure_options options = {.identity = pair, .verdict = trust_anybody, .context = raw};
    char failure[SECURE_FAILURE_BYTES];
    int fd = raw->fd;
    if (channel_suite_parse(&options.suite, suite))
        abort();
    if (ftp_raw(raw, "AUTH GLASSBOX") != 234)
        return false;
    if (channel_start(&raw->secure, fd, &options, failure) == CHANNEL_OK)
        return true;
    raw->fd = -1;
    return false;
}

void ftp_raw_midway(struct ftp_raw *raw, void (*midway)(void))
{
    raw->midway = midway;
}

void ftp_raw_rekey(struct ftp_raw *raw)
{
    if (s_rekey(raw->secure))
        abort();
}

static struct secure_socket *follow(struct ftp_raw *raw)
{
    struct secure_socket *data;
    char failure[SECURE_FAILURE_BYTES];
    return channel_follow(&data, raw->secure, failure) ? NULL : data;
}

bool ftp_raw_follow(struct ftp_raw *raw, size_t *bytes)
{
    struct secure_socket *data = follow(raw);
    char piece[65536];
    ssize_t got = -1;
    *bytes = 0;
    while (data && (got = s_recv(data, piece, sizeof(piece))) > 0)
        *bytes += (size_t)got;
    s_close(data);
    return got == 0;
}

bool ftp_raw_follow_and_send(struct ftp_raw *raw, const void *data, size_t bytes)
{
    struct secure_socket *to = follow(raw);
    bool sent = to && s_send(to, data, bytes) == (ssize_t)bytes;
    s_close(to);
    return sent;
}

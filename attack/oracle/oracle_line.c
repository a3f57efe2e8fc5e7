/*
 * The line to an oracle.
 */
#include "oracle_line.h"

#include "oracle_kind.h"
#include "seed_option.h"
#include "translate.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 60 * 1000, BACKLOG = 8 };

#define S struct oracle_line_options
static const struct option_row rows[] = {
    TEXT(S, host, "host", 0, "HOST", "Where the oracle is: 127.0.0.1"),
    NUMBER(S, port, "port", 'p', "PORT", "Its port", 1, 65535),
    TEXT(S, allowed, "i-am-allowed", 0, "HOST", "Ask there, though it is not this machine"),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    const struct oracle_line_options *options = given;
    if (options->port == 0)
        console_usage(state, "no port given: --port, as attack oracle serve has printed it");
}

const struct option_table oracle_line_table = {.rows = rows, .check = check_options};

/* --- sockets ----------------------------------------------------------------------------------- */

/* The first address of the host; the caller frees it. */
static struct addrinfo *resolve(const char *host, unsigned port, const char *allowed,
                                struct problem *problem)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list;
    char service[8];
    snprintf(service, sizeof(service), "%u", port);
    int error = getaddrinfo(host, service, &hints, &list);
    if (error) {
        problem_set(problem, "%s: %s", host, translate(gai_strerror(error)));
        return NULL;
    }
    if (seed_is_loopback(list->ai_addr) || (allowed && strcmp(allowed, host) == 0))
        return list;
    freeaddrinfo(list);
    problem_set(problem, "%s is not this machine alone", host);
    problem_hint(problem,
                 "on a network of your own, with the word of those who use it: --i-am-allowed %s",
                 host);
    return NULL;
}

int oracle_line_listen(const char *address, unsigned port, const char *allowed,
                       struct problem *problem)
{
    const int yes = 1;
    struct addrinfo *at = resolve(address, port, allowed, problem);
    if (!at)
        return -1;
    int listener = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener >= 0)
        (void)setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (listener < 0 || bind(listener, at->ai_addr, at->ai_addrlen) != 0 ||
        listen(listener, BACKLOG) != 0) {
        problem_errno(problem, "%s port %u", address, port);
        if (listener >= 0)
            close(listener);
        listener = -1;
    }
    freeaddrinfo(at);
    return listener;
}

unsigned oracle_line_port(int listener)
{
    struct sockaddr_in6 address = {0}; /* in IPv4's the port lies at the same place */
    socklen_t bytes = sizeof(address);
    if (getsockname(listener, (struct sockaddr *)&address, &bytes) != 0)
        return 0;
    return ntohs(address.sin6_port);
}

void oracle_line_hurry(int socket)
{
    const int yes = 1;
    (void)setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
}

static bool connect_to(struct oracle_line *line, const struct oracle_line_options *options,
                       struct problem *problem)
{
    const char *host = options->host ? options->host : "127.0.0.1";
    struct addrinfo *at = resolve(host, options->port, options->allowed, problem);
    if (!at)
        return false;
    line->socket = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool done = line->socket >= 0 && connect(line->socket, at->ai_addr, at->ai_addrlen) == 0;
    if (!done) {
        problem_errno(problem, "%s port %u", host, options->port);
        problem_hint(problem, "attack oracle serve --kind KIND --port %u starts an oracle there",
                     options->port);
    }
    freeaddrinfo(at);
    if (done)
        oracle_line_hurry(line->socket);
    return done;
}

/* --- lines ------------------------------------------------------------------------------------- */

bool oracle_line_send(struct oracle_line *line, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(line->socket, text, bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

const char *oracle_line_receive(struct oracle_line *line)
{
    char *end;
    while (!(end = memchr(line->buffer + line->read, '\n', line->bytes - line->read))) {
        struct pollfd wait = {.fd = line->socket, .events = POLLIN};
        line->bytes -= line->read;
        memmove(line->buffer, line->buffer + line->read, line->bytes);
        line->read = 0;
        if (line->bytes == sizeof(line->buffer) || poll(&wait, 1, PATIENCE_MS) <= 0)
            return NULL;
        ssize_t got = recv(line->socket, line->buffer + line->bytes,
                           sizeof(line->buffer) - line->bytes, 0);
        if (got <= 0)
            return NULL;
        line->bytes += (size_t)got;
    }
    const char *text = line->buffer + line->read;
    *end = '\0';
    line->read = (size_t)(end - line->buffer) + 1;
    return text;
}

/* --- what it says of itself -------------------------------------------------------------------- */

static bool keep_field(struct oracle_line *line, const char *text)
{
    const char *blank = strchr(text, ' ');
    if (!blank || line->field_count == ORACLE_FIELDS)
        return false;
    const size_t i = line->field_count;
    snprintf(line->fields[i].name, sizeof(line->fields[i].name), "%.*s", (int)(blank - text), text);
    line->fields[i].value = strdup(blank + 1);
    line->field_count++;
    return line->fields[i].value != NULL;
}

static bool read_greeting(struct oracle_line *line, struct problem *problem)
{
    const char *text = oracle_line_receive(line);
    if (!text || strncmp(text, ORACLE_HELLO " ", strlen(ORACLE_HELLO) + 1) != 0)
        return problem_set(problem, "what listens there is no oracle of attack oracle serve");
    snprintf(line->kind, sizeof(line->kind), "%s", text + strlen(ORACLE_HELLO) + 1);
    while ((text = oracle_line_receive(line)) && strcmp(text, "ready") != 0)
        if (!keep_field(line, text))
            return problem_set(problem, "the oracle has said something odd of itself");
    return text || problem_set(problem, "the oracle has hung up");
}

bool oracle_line_open(struct oracle_line *line, const struct oracle_line_options *options,
                      struct problem *problem)
{
    *line = (struct oracle_line){.socket = -1};
    return connect_to(line, options, problem) && read_greeting(line, problem);
}

void oracle_line_close(struct oracle_line *line)
{
    for (size_t i = 0; i < line->field_count; i++)
        free(line->fields[i].value);
    if (line->socket >= 0)
        close(line->socket);
}

const char *oracle_line_field(const struct oracle_line *line, const char *name)
{
    for (size_t i = 0; i < line->field_count; i++)
        if (strcmp(line->fields[i].name, name) == 0)
            return line->fields[i].value;
    return NULL;
}

uint8_t *oracle_line_bytes(size_t *bytes, const struct oracle_line *line, const char *name,
                           struct problem *problem)
{
    const char *text = oracle_line_field(line, name);
    uint8_t *out = text ? malloc(strlen(text) / 2 + 1) : NULL;
    *bytes = out ? oracle_read_hex(out, strlen(text) / 2, text, strlen(text)) : SIZE_MAX;
    if (*bytes != SIZE_MAX)
        return out;
    free(out);
    problem_set(problem, "the oracle has said no %s, or not in hexadecimal", name);
    return NULL;
}

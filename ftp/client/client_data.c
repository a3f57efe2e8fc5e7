/* Data connections: who connects to whom, and where. */
#include "client_data.h"

#include "client_control.h"
#include "interrupt.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- encrypted -------------------------------------------------------------------------------- */
static struct client_connection *follow(struct client *client)
{
    char failure[SECURE_FAILURE_BYTES] = "";
    struct secure_socket *socket;
    if (channel_follow(&socket, client_connection_socket(client->control), failure)) {
        problem_set(&client->problem, "%s", failure);
        return NULL;
    }
    client->data_port = s_port(socket);
    return client_connection_secure(socket, client_timeout_ms(client));
}

/* --- plain, passive --------------------------------------------------------------------------- */

/* RFC 2428 3: "(|||6446|)", the delimiter being any character. */
static uint16_t extended_port(const char *text)
{
    unsigned port;
    const char *at = strchr(text, '(');
    if (!at || !at[1] || at[1] != at[2] || at[1] != at[3] || sscanf(at + 4, "%5u", &port) != 1)
        return 0;
    return port <= 65535 ? (uint16_t)port : 0;
}

/* RFC 959 4.1.2: "(h1,h2,h3,h4,p1,p2)". The address is not used: the data comes from the server
 * that we talk to; one behind NAT may name an address that cannot be reached. */
static uint16_t classic_port(const char *text)
{
    unsigned high, low;
    while (*text && (*text < '0' || *text > '9'))
        text++;
    if (sscanf(text, "%*u,%*u,%*u,%*u,%3u,%3u", &high, &low) != 2 || high > 255 || low > 255)
        return 0;
    return (uint16_t)(high * 256 + low);
}

/* The host and the port of an address, as numbers. False: it has none. */
static bool address_text(const struct sockaddr_storage *address, char host[NI_MAXHOST],
                         char port[NI_MAXSERV])
{
    return getnameinfo((const struct sockaddr *)address, sizeof(*address), host, NI_MAXHOST, port,
                       NI_MAXSERV, NI_NUMERICHOST | NI_NUMERICSERV) == 0;
}

/* The host of the server that we talk to. */
static bool server_host(const struct client *client, char host[NI_MAXHOST])
{
    struct sockaddr_storage peer = {0};
    char port[NI_MAXSERV];
    socklen_t bytes = sizeof(peer);
    return getpeername(client_connection_fd(client->control), (struct sockaddr *)&peer, &bytes) ==
               0 &&
           address_text(&peer, host, port);
}

/* To that port there. -1: failure says why. */
static int dial(struct client *client, uint16_t number, char failure[SECURE_FAILURE_BYTES])
{
    char host[NI_MAXHOST], port[8];
    int fd;
    snprintf(port, sizeof(port), "%u", number);
    client->data_port = number;
    if (!server_host(client, host)) {
        snprintf(failure, SECURE_FAILURE_BYTES, "the server's address is gone");
        return -1;
    }
    return secure_tcp_connect(&fd, host, port, client_timeout_ms(client), failure) ? -1 : fd;
}

/* EPSV is asked for first: it works with every address. Where its answer is of no use (refused, not
 * to be read, or a port that a box on the way keeps shut), PASV may be better known. */
static struct client_connection *connect_passive(struct client *client)
{
    char failure[SECURE_FAILURE_BYTES] = "";
    uint16_t number = 0;
    int fd = -1;
    if (!client->classic && control_command(client, "EPSV", NULL) == 229 &&
        (number = extended_port(client->reply.text)) != 0)
        fd = dial(client, number, failure);
    if (fd < 0 && client->control) {
        bool named = control_command(client, "PASV", NULL) == 227;
        number = named ? classic_port(client->reply.text) : 0;
        fd = number != 0 ? dial(client, number, failure) : -1;
        client->classic = fd >= 0;
    }
    if (fd >= 0)
        return client_connection_plain(fd, client_timeout_ms(client));
    if (*failure)
        problem_set(&client->problem, "the data connection: %s", failure);
    else
        control_refused(client, "no port for the data");
    return NULL;
}

/* --- plain, active ---------------------------------------------------------------------------- */

static void clear_port(struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = 0;
    else
        ((struct sockaddr_in *)address)->sin_port = 0;
}

static bool send_port(struct client *client, const struct sockaddr_storage *own)
{
    char host[NI_MAXHOST] = "", port[NI_MAXSERV] = "", line[NI_MAXHOST + 32];
    address_text(own, host, port);
    client->data_port = (uint16_t)strtoul(port, NULL, 10);
    if (own->ss_family == AF_INET6) {
        snprintf(line, sizeof(line), "EPRT |2|%s|%u|", host, client->data_port);
    } else {
        for (char *at = host; *at; at++)
            *at = *at == '.' ? ',' : *at;
        snprintf(line, sizeof(line), "PORT %s,%u,%u", host, client->data_port / 256U,
                 client->data_port % 256U);
    }
    return control_do(client, line, NULL);
}

/* A listener at the address that the control connection has on our side; -1: none. */
static int listen_active(struct client *client)
{
    struct sockaddr_storage own = {0};
    socklen_t bytes = sizeof(own);
    int listener = -1;
    if (getsockname(client_connection_fd(client->control), (struct sockaddr *)&own, &bytes) == 0) {
        clear_port(&own);
        listener = socket(own.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    }
    if (listener < 0 || bind(listener, (struct sockaddr *)&own, bytes) != 0 ||
        listen(listener, 1) != 0 || getsockname(listener, (struct sockaddr *)&own, &bytes) != 0)
        problem_errno(&client->problem, "a port for the data");
    else if (send_port(client, &own))
        return listener;
    if (listener >= 0)
        close(listener);
    return -1;
}

/* The server's connection; strangers are hung up on. The listener is closed. */
static struct client_connection *accept_active(struct client *client, int listener)
{
    long long left = client_timeout_ms(client);
    char server[NI_MAXHOST] = "", host[NI_MAXHOST], port[NI_MAXSERV];
    struct client_connection *data = NULL;
    server_host(client, server);
    for (; left > 0 && !data && !interrupt_seen(); left -= 200) {
        struct pollfd one = {.fd = listener, .events = POLLIN};
        struct sockaddr_storage from = {0};
        socklen_t bytes = sizeof(from);
        int fd;
        if (poll(&one, 1, 200) <= 0)
            continue;
        fd = accept4(listener, (struct sockaddr *)&from, &bytes, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0 && address_text(&from, host, port) && strcmp(host, server) == 0)
            data = client_connection_plain(fd, client_timeout_ms(client));
        else if (fd >= 0)
            close(fd);
    }
    close(listener);
    if (!data)
        problem_set(&client->problem, "the server has not connected for the data");
    return data;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* The command has its first reply: data is about to flow. */
static bool begins(struct client *client, uint64_t offset, const char *command, const char *path)
{
    char restart[32];
    snprintf(restart, sizeof(restart), "REST %" PRIu64, offset);
    if (offset > 0 && control_command(client, restart, NULL) != 350)
        return control_refused(client, "it cannot be continued");
    return control_command(client, command, path) / 100 == 1 || control_refused(client, "not done");
}

static struct client_connection *open_secure(struct client *client, uint64_t offset,
                                             const char *command, const char *path)
{
    if (!begins(client, offset, command, path))
        return NULL;
    struct client_connection *data = follow(client);
    if (!data && client->control)
        control_reply(client); /* 425 */
    return data;
}

static struct client_connection *open_plain(struct client *client, uint64_t offset,
                                            const char *command, const char *path)
{
    struct client_connection *data = client->options.active ? NULL : connect_passive(client);
    int listener = client->options.active ? listen_active(client) : -1;
    if (!data && listener < 0)
        return NULL;
    if (!begins(client, offset, command, path)) {
        client_connection_drop(data);
        if (listener >= 0)
            close(listener);
        return NULL;
    }
    return data ? data : accept_active(client, listener);
}

struct client_connection *data_open(struct client *client, uint64_t offset, const char *command,
                                    const char *path)
{
    struct client_connection *data = NULL;
    if (!client->control)
        problem_set(&client->problem, "the connection is gone");
    else
        data = client->options.plain ? open_plain(client, offset, command, path)
                                     : open_secure(client, offset, command, path);
    if (client->options.verbose && data)
        console_note("the data goes through port %u", client->data_port);
    return data;
}

bool data_end(struct client *client, struct client_connection *data)
{
    bool proper = client_connection_end(data);
    if (control_reply(client) / 100 != 2)
        return control_refused(client, "not done");
    return proper || problem_set(&client->problem, "the data connection was cut");
}

bool data_fail(struct client *client, struct client_connection *data)
{
    const struct linger reset = {.l_onoff = 1};
    bool stopped = interrupt_seen(); /* by Ctrl-C: then the server's words are no news, */
    bool ours =
        !client_connection_failure(data)[0]; /* nor are they if it was we who could not go on */
    interrupt_clear();                       /* its last one is still to be heard */
    if (!client_connection_socket(data)) /* plain FTP takes any other end for that of the file */
        setsockopt(client_connection_fd(data), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
    client->stopped |= stopped;
    if (stopped)
        problem_set(&client->problem, "stopped");
    problem_set(&client->problem, "the data connection: %s",
                client_connection_failure(data)[0] ? client_connection_failure(data)
                                                   : "it was cut");
    client_connection_drop(data);
    if (client->control)
        control_reply(client);
    if (!stopped && !ours && client->control && client->reply.code / 100 != 2)
        problem_hint(&client->problem, "the server says: %d %s", client->reply.code,
                     client->reply.text);
    return false;
}

bool data_tell(struct client *client, struct progress *progress, bool done)
{
    char came[PROGRESS_SIZE_BYTES], all[PROGRESS_SIZE_BYTES];
    progress_end(progress, done, client->options.verbose ? client->data_port : 0);
    if (done || !client->stopped)
        return done;
    progress_size(came, (double)progress->done);
    client->problem = (struct problem){0}; /* "stopped" */
    if (progress->total == 0)
        return problem_set(&client->problem, "%s: stopped after %s", progress->name, came);
    return problem_set(&client->problem, "%s: stopped at %s of %s", progress->name, came,
                       progress_size(all, (double)progress->total));
}

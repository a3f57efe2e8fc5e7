/* Requests for the data connection, and in plain FTP the connection itself (RFC 959, RFC 2428). */
#include "data_port.h"
#include "hexadecimal.h"
#include "listing.h"
#include "task.h"
#include "transfer.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

/* --- streams --------------------------------------------------------------------------------- */
/* True: it goes on behind the others. */
static bool stream_made(struct task *task, struct stream *stream)
{
    task->stream = stream;
    return task->state && !task->code;
}

bool work_retr(struct task *task)
{
    return stream_made(task, stream_file(task, task->path));
}

bool work_stor(struct task *task)
{
    return stream_made(task, stream_upload(task, task->path, false));
}

bool work_appe(struct task *task)
{
    return stream_made(task, stream_upload(task, task->path, true));
}

/* A name that nothing has; RFC 1123 4.1.2.9: the 150 says which. */
bool work_stou(struct task *task)
{
    unsigned char random[8];
    char name[32] = "upload-";
    if (getrandom(random, sizeof(random), 0) != sizeof(random))
        return task_reply(task, 451, "No random bytes");
    *hex_write(name + strlen(name), random, sizeof(random)) = '\0';
    if (!view_path(task->path, task->cwd, name))
        return task_errno(task, name);
    task->restart = 0;
    task->stream = stream_upload(task, task->path, false);
    if (task->stream)
        snprintf(task->stream->opening, sizeof(task->stream->opening), "FILE: %s", name);
    return false;
}

bool work_list(struct task *task)
{
    return stream_made(task, stream_listing(task, LISTING_LS));
}

bool work_nlst(struct task *task)
{
    return stream_made(task, stream_listing(task, LISTING_NAMES));
}

bool work_mlsd(struct task *task)
{
    return stream_made(task, stream_listing(task, LISTING_FACTS));
}

bool work_tget(struct task *task)
{
    return stream_made(task, stream_tar_out(task, task->path));
}

bool work_tput(struct task *task)
{
    return stream_made(task, stream_tar_in(task, task->path));
}

void start_transfer(struct session *session, struct task *task)
{
    struct stream *stream = task->stream;
    task->stream = NULL; /* transferred */
    if (stream)
        transfer_start(session, task->command, task->path, stream);
}

/* --- PASV, EPSV ------------------------------------------------------------------------------- */
static void forget_port(struct session *session)
{
    data_port_free(session->port);
    session->port = NULL;
}

static bool listen_for_client(struct session *session)
{
    forget_port(session);
    int error = data_port_listen(&session->port, session->server->base.ports,
                                 uv_channel_tcp(session->control));
    if (error == UV_EAGAIN)
        reply(session, 425, "All ports are taken; try again");
    else if (error)
        reply(session, 425, "No port: %s", uv_strerror(error));
    return error == 0;
}

/* The IPv4 address to tell: the one that the client has reached us at. */
static bool own_ipv4(struct in_addr *address, const struct session *session)
{
    struct sockaddr_storage local = {0};
    int bytes = sizeof(local);
    char text[UV_ADDRESS_BYTES];
    const char *public_address = session->server->options.public_address;
    if (public_address)
        return inet_pton(AF_INET, public_address, address) == 1;
    if (uv_tcp_getsockname(uv_channel_tcp(session->control), (struct sockaddr *)&local, &bytes) !=
        0)
        return false;
    uv_address_text(text, NULL, &local);
    return inet_pton(AF_INET, text, address) == 1;
}

void command_pasv(struct session *session, const struct command *command, char *argument)
{
    struct in_addr address;
    (void)command;
    (void)argument;
    if (!own_ipv4(&address, session)) {
        reply(session, 425, "PASV is for IPv4; EPSV works here");
        return;
    }
    if (!listen_for_client(session))
        return;
    const uint8_t *h = (const uint8_t *)&address;
    unsigned port = data_port_number(session->port);
    reply(session, 227, "Entering Passive Mode (%u,%u,%u,%u,%u,%u)", h[0], h[1], h[2], h[3],
          port / 256, port % 256);
}

/* RFC 2428 2: 1 is IPv4, 2 is IPv6. */
static int own_family(const struct session *session)
{
    return strchr(session->client.address, ':') ? 2 : 1;
}

void command_epsv(struct session *session, const struct command *command, char *argument)
{
    int family = own_family(session);
    (void)command;
    if (strcasecmp(argument, "ALL") == 0) {
        session->epsv_alone = true; /* RFC 2428 4 */
        reply(session, 200, "EPSV alone, from here on");
    } else if (argument[strspn(argument, "0123456789")]) {
        reply(session, 501, "EPSV [1|2|ALL]");
    } else if (argument[0] && strcmp(argument, family == 1 ? "1" : "2") != 0) {
        reply(session, 522, "Use (%d)", family);
    } else if (listen_for_client(session)) {
        reply(session, 229, "Entering Extended Passive Mode (|||%u|)",
              data_port_number(session->port));
    }
}

/* --- PORT, EPRT ------------------------------------------------------------------------------- */
/* RFC 2577 3: neither other hosts nor well-known ports. */
static void aim(struct session *session, const struct sockaddr_storage *target)
{
    forget_port(session);
    int error = data_port_aim(&session->port, uv_channel_tcp(session->control), target);
    if (error == UV_EPERM)
        reply(session, 504, "Only your own address, and ports above 1023");
    else if (error)
        reply(session, 425, "%s", uv_strerror(error));
    else
        reply(session, 200, "That is where it will go");
}

/* Six numbers of a byte each; false: something else. */
static bool parse_port(uint8_t bytes[6], const char *text)
{
    for (size_t i = 0; i < 6; i++) {
        char *end;
        unsigned long number = strtoul(text, &end, 10);
        if (!isdigit((unsigned char)*text) || number > 255 || *end != (i < 5 ? ',' : '\0'))
            return false;
        bytes[i] = (uint8_t)number;
        text = end + 1;
    }
    return true;
}

void command_port(struct session *session, const struct command *command, char *argument)
{
    struct sockaddr_storage target = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&target;
    uint8_t bytes[6];
    (void)command;
    if (!parse_port(bytes, argument)) {
        reply(session, 501, "PORT h1,h2,h3,h4,p1,p2");
        return;
    }
    in->sin_family = AF_INET;
    memcpy(&in->sin_addr, bytes, 4);
    memcpy(&in->sin_port, bytes + 4, 2);
    aim(session, &target);
}

/* |1|192.0.2.1|5000| with any character in the place of the bars. */
static bool parse_eprt(struct sockaddr_storage *target, int *family, char *text)
{
    char bar[2] = {text[0], '\0'}, *rest = text + 1, *end;
    char *family_text = strsep(&rest, bar), *address = strsep(&rest, bar);
    char *port_text = strsep(&rest, bar);
    if (!port_text || !rest || *rest)
        return false;
    unsigned long port = strtoul(port_text, &end, 10);
    *family = strcmp(family_text, "1") == 0 ? 1 : strcmp(family_text, "2") == 0 ? 2 : 0;
    if (end == port_text || *end || port == 0 || port > 65535)
        return false;
    if (*family == 1)
        return uv_ip4_addr(address, (int)port, (struct sockaddr_in *)target) == 0;
    /* Any other family is well-formed, and answered with 522. */
    return *family != 2 || uv_ip6_addr(address, (int)port, (struct sockaddr_in6 *)target) == 0;
}

void command_eprt(struct session *session, const struct command *command, char *argument)
{
    struct sockaddr_storage target = {0};
    int family;
    (void)command;
    if (!parse_eprt(&target, &family, argument))
        reply(session, 501, "EPRT |family|address|port|");
    else if (family != own_family(session))
        reply(session, 522, "Use (%d)", own_family(session));
    else
        aim(session, &target);
}

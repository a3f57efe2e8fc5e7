/* A client in single steps: the shortest driver there is, blocking and without timers. */
#include "raw_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int raw_connect(uint16_t port)
{
    return raw_connect_from(1, port);
}

int raw_connect_from(uint8_t last, uint16_t port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {htonl(0x7f000000U + last)}};
    const struct timeval patience = {.tv_sec = 30};
    const int on = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (bind(fd, (const struct sockaddr *)&own, sizeof(own)) != 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool raw_wait_closed(int socket)
{
    char rest[4096];
    ssize_t bytes;
    while ((bytes = recv(socket, rest, sizeof(rest), 0)) > 0)
        continue;
    return bytes == 0;
}

/* A pair with the same numbers; a fresh one for NULL. */
static struct rsa_key *copy_pair(const struct rsa_key *key)
{
    char *numbers[RSA_NUMBERS];
    struct rsa_key *copy = NULL;
    if (!key)
        return rsa_key_generate(&copy, CHANNEL_MODERN_BITS, NULL, NULL) ? NULL : copy;
    for (int i = 0; i < RSA_NUMBERS; i++)
        numbers[i] = rsa_key_number_text(key, (enum rsa_number)i, 16);
    if (rsa_key_from_text(&copy, (const char *const *)numbers, NULL))
        abort();
    for (int i = 0; i < RSA_NUMBERS; i++)
        rsa_text_free(numbers[i]);
    return copy;
}

static void send_all(struct channel *channel, int socket)
{
    size_t bytes;
    const uint8_t *output = channel_output(channel, &bytes);
    ssize_t sent = send(socket, output, bytes, MSG_NOSIGNAL);
    channel_output_done(channel, sent > 0 ? (size_t)sent : bytes);
}

static void receive(struct channel *channel, int socket)
{
    size_t space;
    uint8_t *input = channel_input_space(channel, &space);
    ssize_t got = recv(socket, input, space, 0);
    if (got > 0)
        channel_input_done(channel, (size_t)got);
    else
        channel_input_end(channel);
}

bool raw_drive(struct channel *channel, int socket, unsigned flags, const struct rsa_key *ephemeral)
{
    for (;;) {
        unsigned now = channel_flags(channel);
        if (now & CHANNEL_HAS_OUTPUT) {
            send_all(channel, socket);
        } else if (now & flags) {
            return true;
        } else if (now & CHANNEL_HAS_WORK) {
            channel_work_begin(channel);
            channel_work_run(channel);
            channel_work_end(channel);
        } else if (now & CHANNEL_WANT_VERDICT) {
            channel_verdict(channel, CHANNEL_OK);
        } else if (now & CHANNEL_WANT_EPHEMERAL) {
            channel_give_ephemeral(channel, copy_pair(ephemeral));
        } else if (now & CHANNEL_WANT_INPUT) {
            receive(channel, socket);
        } else {
            return false;
        }
    }
}

struct channel_ticket *raw_knock(uint16_t port, const struct channel_config *config,
                                 const struct rsa_key *ephemeral, enum channel_error *error)
{
    struct channel_ticket *ticket = NULL;
    struct channel *channel = NULL;
    int socket = raw_connect(port);
    *error = CHANNEL_ERR_SYSTEM;
    if (socket < 0)
        return NULL;
    *error = channel_new(&channel, config);
    if (!*error && raw_drive(channel, socket, CHANNEL_HAS_PORT, ephemeral))
        ticket = channel_take_ticket(channel);
    if (!*error)
        *error = channel_error(channel);
    if (ticket) {
        channel_close(channel, CHANNEL_OK, NULL);
        raw_drive(channel, socket, 0, NULL);
    }
    channel_free(channel);
    close(socket);
    return ticket;
}

struct channel *raw_resume(int *socket, const struct channel_config *config,
                           const struct channel_ticket *ticket)
{
    struct channel *channel;
    *socket = raw_connect(channel_ticket_port(ticket));
    if (*socket < 0 || channel_new_resume(&channel, config, ticket) != CHANNEL_OK)
        return NULL;
    if (raw_drive(channel, *socket, CHANNEL_OPEN, NULL))
        return channel;
    channel_free(channel);
    close(*socket);
    return NULL;
}

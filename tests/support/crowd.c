/* A crowd of chat clients: see crowd.h. */
#include "crowd.h"

#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS     256
#define PATIENCE   60 /* seconds in which one more must come in */
#define PER_SUBNET 250

struct crowd {
    struct crowd_options options;
    struct crowd_client *clients;
    size_t started, welcome;
    int poller;
    struct rsa_key *ephemeral; /* of all, where the suite asks for one: no real client does that */
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "crowd: %s: %s\n", what, why);
    exit(1);
}

void crowd_raise_file_limit(void)
{
    struct rlimit limit = {0};
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

struct crowd *crowd_new(const struct crowd_options *options)
{
    struct crowd *crowd = calloc(1, sizeof(*crowd));
    if (crowd)
        crowd->clients = calloc(options->most, sizeof(crowd->clients[0]));
    if (!crowd || !crowd->clients)
        fail("crowd", "no memory");
    crowd->options = *options;
    crowd->poller = epoll_create1(EPOLL_CLOEXEC);
    return crowd;
}

void crowd_cut(struct crowd_client *client)
{
    if (client->rendezvous >= 0)
        close(client->rendezvous);
    if (client->socket >= 0)
        close(client->socket);
    client->rendezvous = client->socket = -1;
    channel_ticket_free(client->ticket);
    channel_free(client->channel);
    client->ticket = NULL;
    client->channel = NULL;
}

void crowd_free(struct crowd *crowd)
{
    if (!crowd)
        return;
    for (size_t i = 0; i < crowd->started; i++)
        crowd_cut(&crowd->clients[i]);
    close(crowd->poller);
    rsa_key_free(crowd->ephemeral);
    free(crowd->clients);
    free(crowd);
}

size_t crowd_count(const struct crowd *crowd)
{
    return crowd->started;
}

struct crowd_client *crowd_client(struct crowd *crowd, size_t index)
{
    return &crowd->clients[index];
}

/* --- sockets ---------------------------------------------------------------------------------- */
static void watch(const struct crowd_client *client, int operation)
{
    struct epoll_event event = {.data.ptr = (void *)client};
    event.events = (client->deaf ? 0 : EPOLLIN) | (client->sending ? EPOLLOUT : 0);
    if (epoll_ctl(client->crowd->poller, operation, client->socket, &event) != 0)
        fail("epoll_ctl", strerror(errno));
}

/* Loopback connects at once. */
static void dial(struct crowd_client *client, uint16_t port)
{
    const struct sockaddr_in server = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    uint32_t own_address = INADDR_LOOPBACK;
    if (client->crowd->options.own_addresses)
        own_address = 0x7f000101U +
                      (uint32_t)(client->index / PER_SUBNET << 8 | client->index % PER_SUBNET);
    const struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr = {htonl(own_address)}};
    const int on = 1;
    client->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(client->socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    setsockopt(client->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (client->socket < 0 ||
        bind(client->socket, (const struct sockaddr *)&own, sizeof(own)) != 0 ||
        connect(client->socket, (const struct sockaddr *)&server, sizeof(server)) != 0 ||
        fcntl(client->socket, F_SETFL, O_NONBLOCK) != 0)
        fail("connect", strerror(errno));
    watch(client, EPOLL_CTL_ADD);
}

static void send_output(struct crowd_client *client)
{
    size_t bytes;
    const uint8_t *output = channel_output(client->channel, &bytes);
    ssize_t sent = bytes > 0 ? send(client->socket, output, bytes, MSG_NOSIGNAL) : 0;
    if (sent < 0 && errno != EAGAIN)
        sent = (ssize_t)bytes; /* the end will be read */
    channel_output_done(client->channel, sent > 0 ? (size_t)sent : 0);
    bool sending = channel_flags(client->channel) & CHANNEL_HAS_OUTPUT;
    if (sending == client->sending)
        return;
    client->sending = sending;
    watch(client, EPOLL_CTL_MOD);
}

/* --- one client ------------------------------------------------------------------------------- */
static void start_engine(struct crowd_client *client)
{
    const struct crowd_options *options = &client->crowd->options;
    const struct channel_config config = {
        .role = CHANNEL_CLIENT, .identity = options->identity(options->context, client->index)};
    enum channel_error error = client->ticket
                                   ? channel_new_resume(&client->channel, &config, client->ticket)
                                   : channel_new(&client->channel, &config);
    if (error)
        fail("engine", channel_strerror(error));
}

/* The server has named another port: a goodbye here, and on to there. */
static void move(struct crowd_client *client)
{
    client->ticket = channel_take_ticket(client->channel);
    channel_close(client->channel, CHANNEL_OK, NULL);
    send_output(client);
    channel_free(client->channel);
    epoll_ctl(client->crowd->poller, EPOLL_CTL_DEL, client->socket, NULL);
    shutdown(client->socket, SHUT_WR);
    client->rendezvous = client->socket;
    client->sending = false;
    start_engine(client);
    dial(client, channel_ticket_port(client->ticket));
}

static void give_ephemeral(struct crowd_client *client)
{
    struct crowd *crowd = client->crowd;
    if (!crowd->ephemeral &&
        rsa_key_generate(&crowd->ephemeral, CHANNEL_MODERN_BITS, NULL, NULL) != RSA_OK)
        fail("ephemeral key", "cannot be made");
    channel_give_ephemeral(client->channel, rsa_key_view(crowd->ephemeral, NULL));
}

static void be_welcome(struct crowd_client *client)
{
    client->welcome = true;
    client->crowd->welcome++;
    close(client->rendezvous);
    client->rendezvous = -1;
    channel_ticket_free(client->ticket);
    client->ticket = NULL;
}

static void take_line(struct crowd_client *client, const char *line, size_t bytes)
{
    const struct crowd_options *options = &client->crowd->options;
    client->lines++;
    if (!client->welcome)
        be_welcome(client);
    options->line(options->context, client, line, bytes);
}

static void keep(struct crowd_client *client, const char *data, size_t bytes)
{
    if (client->part_bytes + bytes > sizeof(client->part))
        fail("a line of the server", "is too long");
    memcpy(client->part + client->part_bytes, data, bytes);
    client->part_bytes += bytes;
}

static void take_data(struct crowd_client *client, const char *data, size_t bytes)
{
    const char *end;
    client->bytes += (long long)bytes;
    while ((end = memchr(data, '\n', bytes))) {
        size_t length = (size_t)(end - data);
        if (client->part_bytes > 0) {
            keep(client, data, length);
            take_line(client, client->part, client->part_bytes);
            client->part_bytes = 0;
        } else {
            take_line(client, data, length);
        }
        data += length + 1;
        bytes -= length + 1;
    }
    keep(client, data, bytes);
}

/* Whatever the engine asks for, until it waits for the server. */
static void advance(struct crowd_client *client)
{
    unsigned flags;
    size_t bytes;
    while ((flags = channel_flags(client->channel)) &
           (CHANNEL_HAS_WORK | CHANNEL_WANT_VERDICT | CHANNEL_WANT_EPHEMERAL | CHANNEL_HAS_PORT |
            CHANNEL_HAS_DATA)) {
        if (flags & CHANNEL_HAS_WORK) {
            channel_work_begin(client->channel);
            channel_work_run(client->channel);
            channel_work_end(client->channel);
        } else if (flags & CHANNEL_WANT_VERDICT) {
            channel_verdict(client->channel, CHANNEL_OK); /* every server is welcome */
        } else if (flags & CHANNEL_WANT_EPHEMERAL) {
            give_ephemeral(client);
        } else if (flags & CHANNEL_HAS_PORT) {
            move(client);
        } else {
            const uint8_t *data = channel_data(client->channel, &bytes);
            take_data(client, (const char *)data, bytes);
            channel_data_done(client->channel, bytes);
        }
    }
    if (flags & CHANNEL_CLOSED)
        fail("the server has hung up", channel_strerror(channel_error(client->channel)));
    send_output(client);
}

static void receive(struct crowd_client *client)
{
    size_t space;
    uint8_t *input = channel_input_space(client->channel, &space);
    if (!input) /* it is in the middle of something */
        return;
    ssize_t got = recv(client->socket, input, space, 0);
    if (got < 0 && errno == EAGAIN)
        got = 0;
    else if (got <= 0)
        fail("the server has hung up", got < 0 ? strerror(errno) : "end of file");
    channel_input_done(client->channel, (size_t)got);
    advance(client);
}

/* --- all of them ------------------------------------------------------------------------------ */
void crowd_poll(struct crowd *crowd, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(crowd->poller, events, EVENTS, timeout_ms);
    for (int i = 0; i < count; i++) {
        struct crowd_client *client = events[i].data.ptr;
        if (client->socket >= 0 && (events[i].events & EPOLLOUT))
            send_output(client);
        if (client->socket >= 0 && (events[i].events & ~(unsigned)EPOLLOUT) && !client->deaf)
            receive(client);
    }
}

static void start(struct crowd *crowd)
{
    struct crowd_client *client = &crowd->clients[crowd->started];
    if (crowd->started == crowd->options.most)
        fail("the crowd", "is full");
    *client = (struct crowd_client){
        .crowd = crowd, .index = crowd->started++, .socket = -1, .rendezvous = -1};
    start_engine(client);
    dial(client, crowd->options.port);
    advance(client);
}

void crowd_enter(struct crowd *crowd, size_t count, size_t at_once)
{
    const size_t goal = crowd->started + count;
    double since = bench_now();
    for (size_t before = crowd->welcome; crowd->welcome < goal; before = crowd->welcome) {
        while (crowd->started < goal && crowd->started - crowd->welcome < at_once)
            start(crowd);
        crowd_poll(crowd, 1000);
        if (crowd->welcome > before)
            since = bench_now();
        else if (bench_now() - since > PATIENCE)
            fail("the next client", "does not come in");
    }
}

bool crowd_send(struct crowd_client *client)
{
    send_output(client);
    return client->sending;
}

void crowd_deafen(struct crowd_client *client, bool deaf)
{
    client->deaf = deaf;
    watch(client, EPOLL_CTL_MOD);
}

/*
 * One room, 1,000 clients, every line encrypted for each of them: how many deliveries in a second
 * when one client sends as fast as it goes, how late they are at 50 messages in a second, and what
 * an idle client costs the server. bin/chat is the server; the clients are all in this program, on
 * one thread, and decrypt and check every line: nothing may be lost or out of turn.
 *
 * How late is from the moment a message is due to the moment a client has checked it, so a sender
 * that falls behind its schedule counts as late. Beside it, in turn, the same crowd on a room of
 * bare sockets (bare_room.h): what the kernel's TCP takes on this machine at this hour.
 *
 * All clients share one identity and one ephemeral key, which no real client does, so that making
 * keys for them is not what takes the time. The server makes its own as always.
 */
#include "bare_room.h"
#include "bench.h"
#include "key_store.h"
#include "process.h"
#include "process_usage.h"
#include "raw_client.h"
#include "scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS       1000
#define FIRST_CLIENTS 100  /* memory is counted from here: what all share is there by then */
#define BURST         3000 /* messages of a round at full speed */
#define PACED         100  /* of a round at an even pace */
#define PACE          50.0 /* messages per second */
#define TEXT_BYTES    100
#define STAMP_BYTES   (8 + 1 + 18 + 1) /* number, nanoseconds, a blank behind each */
#define BARE_BYTES    145              /* what a record with one line has on the wire */
#define EVENTS        256

struct client {
    struct crowd *crowd;
    struct channel *channel; /* NULL in the bare room */
    int socket;
    long long next; /* the number of the line that must come now */
    size_t part_bytes;
    char part[512];
};

/* All clients of one room; the first is the one who talks. */
struct crowd {
    struct client clients[CLIENTS];
    int poller;
    long long sent, delivered;
    double *latencies; /* of this round's deliveries; NULL: not wanted */
    size_t latency_count;
};
static struct crowd chat, bare;

static void fail(const char *what)
{
    fprintf(stderr, "bench: chat: %s\n", what);
    exit(1);
}

/* --- clients ---------------------------------------------------------------------------------- */
/* say TIME NAME NUMBER NANOSECONDS xxx: counted, in turn, and timed. */
static void take_line(struct client *client, const char *line, size_t bytes)
{
    const char *text = memrchr(line, '\t', bytes);
    if (bytes < 4 || memcmp(line, "say\t", 4) != 0)
        return; /* somebody has joined */
    if (!text || bytes - (size_t)(text + 1 - line) != TEXT_BYTES ||
        strtoll(text + 1, NULL, 10) != client->next)
        fail("a line was lost or came out of turn");
    struct crowd *crowd = client->crowd;
    client->next++;
    crowd->delivered++;
    if (crowd->latencies)
        crowd->latencies[crowd->latency_count++] = bench_now() -
                                                   (double)strtoll(text + 9, NULL, 10) / 1e9;
}

static void keep(struct client *client, const char *data, size_t bytes)
{
    if (client->part_bytes + bytes > sizeof(client->part))
        fail("a line is too long");
    memcpy(client->part + client->part_bytes, data, bytes);
    client->part_bytes += bytes;
}

static void take_data(struct client *client, const char *data, size_t bytes)
{
    const char *end;
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

static void receive_bare(struct client *client)
{
    char input[2048];
    ssize_t got = recv(client->socket, input, sizeof(input), MSG_DONTWAIT);
    if (got == 0)
        fail("the bare room has hung up");
    if (got > 0)
        take_data(client, input, (size_t)got);
}

static void receive(struct client *client)
{
    size_t space, bytes;
    uint8_t *input = channel_input_space(client->channel, &space);
    ssize_t got = recv(client->socket, input, space, MSG_DONTWAIT);
    channel_input_done(client->channel, got > 0 ? (size_t)got : 0);
    if (got == 0 || (channel_flags(client->channel) & CHANNEL_CLOSED))
        fail("the server has hung up");
    for (const uint8_t *data; (data = channel_data(client->channel, &bytes));) {
        take_data(client, (const char *)data, bytes);
        channel_data_done(client->channel, bytes);
    }
}

static void poll_all(struct crowd *crowd, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(crowd->poller, events, EVENTS, timeout_ms);
    for (int i = 0; i < count; i++) {
        struct client *client = events[i].data.ptr;
        if (client->channel)
            receive(client);
        else
            receive_bare(client);
    }
}

static void watch(struct crowd *crowd, struct client *client)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    client->crowd = crowd;
    if (epoll_ctl(crowd->poller, EPOLL_CTL_ADD, client->socket, &event) != 0)
        fail("too many sockets");
}

static void join_room(struct client *client, uint16_t port, const struct channel_config *config,
                      const struct rsa_key *ephemeral)
{
    enum channel_error error;
    struct channel_ticket *ticket = raw_knock(port, config, ephemeral, &error);
    if (!ticket)
        fail(channel_strerror(error));
    client->channel = raw_resume(&client->socket, config, ticket);
    if (!client->channel)
        fail("the new port does not answer");
    channel_ticket_free(ticket);
    watch(&chat, client);
    poll_all(&chat, 0);
}

static pid_t open_bare_room(void)
{
    int sockets[CLIENTS];
    pid_t room = bare_room_start(sockets, CLIENTS);
    for (size_t i = 0; i < CLIENTS; i++) {
        bare.clients[i].socket = sockets[i];
        watch(&bare, &bare.clients[i]);
    }
    return room;
}

/* --- measures --------------------------------------------------------------------------------- */
/* NUMBER NANOSECONDS xxx, and a newline. */
static void write_text(char text[TEXT_BYTES + 1], long long number, double due)
{
    memset(text, 'x', TEXT_BYTES);
    int stamp = snprintf(text, TEXT_BYTES, "%08lld %018lld", number, (long long)(due * 1e9));
    text[stamp] = ' ';
    text[TEXT_BYTES] = '\n';
}

static void put_message(double due)
{
    char line[4 + TEXT_BYTES + 1] = "say\t";
    write_text(line + 4, chat.sent++, due);
    if (channel_send(chat.clients[0].channel, line, sizeof(line)) != CHANNEL_OK)
        fail("cannot send");
}

/* As the server would pass it on, with dots for what it adds. */
static void send_bare(double due)
{
    char line[BARE_BYTES] = "say\t";
    char *text = line + sizeof(line) - TEXT_BYTES - 1;
    memset(line + 4, '.', sizeof(line) - 4);
    text[-1] = '\t';
    write_text(text, bare.sent++, due);
    if (send(bare.clients[0].socket, line, sizeof(line), MSG_NOSIGNAL) != sizeof(line))
        fail("cannot send to the bare room");
}

static void send_output(void)
{
    struct client *sender = &chat.clients[0];
    size_t bytes;
    const uint8_t *output = channel_output(sender->channel, &bytes);
    ssize_t done = bytes ? send(sender->socket, output, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
    channel_output_done(sender->channel, done > 0 ? (size_t)done : 0);
}

static bool is_waiting(void)
{
    size_t bytes;
    channel_output(chat.clients[0].channel, &bytes);
    return bytes > 0;
}

/* Messages as fast as they go; deliveries per second. */
static double burst(void)
{
    long long first = chat.delivered, last = chat.sent + BURST;
    double begin = bench_now();
    while (chat.delivered - first < (long long)BURST * CLIENTS) {
        while (chat.sent < last && !is_waiting()) {
            for (int i = 0; i < 100 && chat.sent < last; i++)
                put_message(bench_now());
            send_output();
        }
        send_output();
        poll_all(&chat, is_waiting() ? 1 : 100);
    }
    return (double)BURST * CLIENTS / (bench_now() - begin);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

struct lateness {
    double p50_ms, p99_ms;
};

/* Messages at an even pace; how late all of the deliveries were. */
static struct lateness paced(struct crowd *crowd)
{
    const size_t all = (size_t)PACED * CLIENTS;
    double begin = bench_now();
    crowd->latency_count = 0;
    crowd->latencies = calloc(all, sizeof(crowd->latencies[0]));
    if (!crowd->latencies)
        fail("no memory");
    for (int i = 0; i < PACED || crowd->latency_count < all;) {
        double due = begin + i / PACE, wait = due - bench_now();
        if (i == PACED || wait > 0) {
            poll_all(crowd, i < PACED ? (int)(wait * 1000) : 100);
            continue;
        }
        i++;
        if (crowd == &bare) {
            send_bare(due);
        } else {
            put_message(due);
            send_output();
        }
    }
    qsort(crowd->latencies, all, sizeof(crowd->latencies[0]), compare);
    struct lateness late = {1e3 * crowd->latencies[all / 2],
                            1e3 * crowd->latencies[all * 99 / 100]};
    free(crowd->latencies);
    crowd->latencies = NULL;
    return late;
}

/* --- the stage -------------------------------------------------------------------------------- */
static void run_keytool(const char *home, const char *const arguments[])
{
    struct process *keytool = process_start_list(home, PROCESS_PIPES, arguments);
    if (process_wait(keytool) != 0)
        fail(process_said(keytool));
    process_free(keytool);
}

/* The one identity of all clients, in the server's allow-list. */
static struct rsa_key *make_identity(const char *folder, const char *server_home)
{
    struct problem problem = {0};
    struct stored_key stored;
    struct home home;
    char *key = scratch_path(folder, "keys/client.pub.csv");
    run_keytool(folder, (const char *[]){"keytool", "gen", "client", NULL});
    run_keytool(server_home,
                (const char *[]){"keytool", "allow", "add", key, "--name", "load", NULL});
    snprintf(home.directory, sizeof(home.directory), "%s", folder);
    if (!key_store_load(&stored, &home, "client", KEY_PRIVATE, NULL, &problem))
        fail(problem.message);
    free(key);
    return stored.key; /* transferred */
}

static bool measure_speed(void)
{
    struct bench speed = {.measure = "1,000 clients, one sender, full speed",
                          .unit = "deliveries/s",
                          .goal = BENCH_AT_LEAST,
                          .target = 1};
    for (size_t i = 0; i < BENCH_ROUNDS; i++)
        bench_round(&speed, burst(), 1e6);
    return bench_print(&speed);
}

static bool measure_lateness(void)
{
    struct bench half = {.measure = "at 50 messages/s: p50, against bare sockets",
                         .unit = "ms",
                         .goal = BENCH_AT_MOST},
                 most = {.measure = "at 50 messages/s: p99, against bare sockets",
                         .unit = "ms",
                         .goal = BENCH_AT_MOST},
                 goal = {.measure = "at 50 messages/s: p99",
                         .unit = "ms",
                         .goal = BENCH_AT_MOST,
                         .target = 1};
    for (size_t i = 0; i < BENCH_ROUNDS; i++) {
        struct lateness ours = paced(&chat), theirs = paced(&bare);
        bench_round(&half, ours.p50_ms, theirs.p50_ms);
        bench_round(&most, ours.p99_ms, theirs.p99_ms);
        bench_round(&goal, ours.p99_ms, 20);
    }
    bench_print(&half);
    bench_print(&most);
    return bench_print(&goal);
}

static bool measure_memory(double idle_kib)
{
    struct bench memory = {.measure = "server's memory per idle client",
                           .unit = "KiB",
                           .goal = BENCH_AT_MOST,
                           .target = 1};
    bench_round(&memory, idle_kib, 32);
    return bench_print(&memory);
}

int main(void)
{
    struct rlimit limit = {0};
    char *folder = scratch_new(), *home = scratch_path(folder, "server");
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    chat.poller = epoll_create1(EPOLL_CLOEXEC);
    bare.poller = epoll_create1(EPOLL_CLOEXEC);
    pid_t room = open_bare_room(); /* first: its process inherits no line of the chat */
    struct rsa_key *identity = make_identity(folder, home), *ephemeral;
    const struct channel_config config = {.role = CHANNEL_CLIENT, .identity = identity};
    if (rsa_key_generate(&ephemeral, CHANNEL_MODERN_BITS, NULL, NULL))
        fail("no key");
    struct process *server = process_start(home, PROCESS_PIPES, "chat", "server", "--port", "0",
                                           NULL);
    const char *text = process_expect(server, PROCESS_ERR, "listening on port ([0-9]+)");
    if (!text)
        fail(process_said(server));
    uint16_t port = (uint16_t)strtoul(text, NULL, 10);
    double first_kib = 0, begin = bench_now();
    for (size_t i = 0; i < CLIENTS; i++) {
        if (i == FIRST_CLIENTS)
            first_kib = process_resident_kib(process_id(server));
        join_room(&chat.clients[i], port, &config, ephemeral);
        if (!process_expect(server, PROCESS_ERR, " joined "))
            fail(process_said(server));
    }
    fprintf(stderr, "bench: chat: %d clients came in %.0f s\n", CLIENTS, bench_now() - begin);
    process_await_calm(process_id(server)); /* its stock of keys is full again */
    double idle_kib = (process_resident_kib(process_id(server)) - first_kib) /
                      (CLIENTS - FIRST_CLIENTS);
    bench_heading();
    bool reached = measure_speed();
    reached &= measure_lateness();
    reached &= measure_memory(idle_kib);
    process_signal(server, SIGTERM);
    for (size_t i = 0; i < CLIENTS; i++) {
        channel_free(chat.clients[i].channel);
        close(chat.clients[i].socket);
        close(bare.clients[i].socket);
    }
    waitpid(room, NULL, 0);
    process_free(server);
    rsa_key_free(ephemeral);
    rsa_key_free(identity);
    free(home);
    scratch_remove(folder);
    return reached ? 0 : 1;
}

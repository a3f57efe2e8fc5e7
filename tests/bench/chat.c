/*
 * One room, 1,000 clients, every line encrypted for each of them: how many deliveries in a second
 * when one client sends as fast as it goes, how late they are at 50 messages in a second, and what
 * an idle client costs the server. bin/chat is the server; the clients are all in this program, on
 * one thread, and decrypt and check every line: nothing may be lost or out of turn.
 *
 * All clients share one identity and one ephemeral key, which no real client does, so that making
 * keys for them is not what takes the time. The server makes its own as always.
 */
#include "bench.h"
#include "key_store.h"
#include "process.h"
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
#include <unistd.h>

#define CLIENTS       1000
#define FIRST_CLIENTS 100  /* memory is counted from here: what all share is there by then */
#define BURST         3000 /* messages of a round at full speed */
#define PACED         300
#define PACE          50.0 /* messages per second */
#define TEXT_BYTES    100
#define STAMP_BYTES   (8 + 1 + 18 + 1) /* number, nanoseconds, a blank behind each */
#define EVENTS        256

struct client {
    struct channel *channel;
    int socket;
    long long next; /* the number of the line that must come now */
    size_t part_bytes;
    char part[512];
};

static struct client clients[CLIENTS];
static int poller;
static long long sent, delivered;
static bool timing; /* latencies are being collected */
static double *latencies;
static size_t latency_count;

static void fail(const char *what)
{
    fprintf(stderr, "bench: chat: %s\n", what);
    exit(1);
}

/* --- clients ------------------------------------------------------------------------------------
 */
/* say TIME NAME NUMBER NANOSECONDS xxx: counted, in turn, and timed. */
static void take_line(struct client *client, const char *line, size_t bytes)
{
    const char *text = memrchr(line, '\t', bytes);
    if (bytes < 4 || memcmp(line, "say\t", 4) != 0)
        return; /* somebody has joined */
    if (!text || bytes - (size_t)(text + 1 - line) != TEXT_BYTES ||
        strtoll(text + 1, NULL, 10) != client->next)
        fail("a line was lost or came out of turn");
    client->next++;
    delivered++;
    if (timing)
        latencies[latency_count++] = bench_now() - (double)strtoll(text + 9, NULL, 10) / 1e9;
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

static void poll_all(int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(poller, events, EVENTS, timeout_ms);
    for (int i = 0; i < count; i++)
        receive(events[i].data.ptr);
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
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    epoll_ctl(poller, EPOLL_CTL_ADD, client->socket, &event);
    poll_all(0);
}

/* --- measures -----------------------------------------------------------------------------------
 */
static void put_message(void)
{
    char line[4 + TEXT_BYTES + 1];
    memcpy(line, "say\t", 4);
    memset(line + 4, 'x', TEXT_BYTES);
    int stamp = snprintf(line + 4, TEXT_BYTES, "%08lld %018lld", sent,
                         (long long)(bench_now() * 1e9));
    line[4 + stamp] = ' ';
    line[sizeof(line) - 1] = '\n';
    if (channel_send(clients[0].channel, line, sizeof(line)) != CHANNEL_OK)
        fail("cannot send");
    sent++;
}

static void send_output(void)
{
    size_t bytes;
    const uint8_t *output = channel_output(clients[0].channel, &bytes);
    ssize_t done = bytes ? send(clients[0].socket, output, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
    channel_output_done(clients[0].channel, done > 0 ? (size_t)done : 0);
}

static bool is_waiting(void)
{
    size_t bytes;
    channel_output(clients[0].channel, &bytes);
    return bytes > 0;
}

/* Messages as fast as they go; deliveries per second. */
static double burst(void)
{
    long long first = delivered, last = sent + BURST;
    double begin = bench_now();
    while (delivered - first < (long long)BURST * CLIENTS) {
        while (sent < last && !is_waiting()) {
            for (int i = 0; i < 100 && sent < last; i++)
                put_message();
            send_output();
        }
        send_output();
        poll_all(is_waiting() ? 1 : 100);
    }
    return (double)BURST * CLIENTS / (bench_now() - begin);
}

/* Messages at an even pace; collects latencies. */
static void paced(void)
{
    long long first = delivered;
    double begin = bench_now();
    timing = true;
    for (int i = 0; i < PACED || delivered - first < (long long)PACED * CLIENTS;) {
        double wait = begin + i / PACE - bench_now();
        if (i < PACED && wait <= 0) {
            put_message();
            send_output();
            i++;
        } else {
            poll_all(i < PACED ? (int)(wait * 1000) : 100);
        }
    }
    timing = false;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Resident memory of the server, in KiB. */
static double resident(const struct process *server)
{
    char path[64], line[128];
    double kib = 0;
    snprintf(path, sizeof(path), "/proc/%d/status", (int)process_id(server));
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kib = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return kib;
}

/* Processor time of the server so far, in ticks of the clock. */
static unsigned long long busy(const struct process *server)
{
    char path[64];
    unsigned long long user = 0, system = 0;
    snprintf(path, sizeof(path), "/proc/%d/stat", (int)process_id(server));
    FILE *file = fopen(path, "r");
    if (!file || fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu",
                        &user, &system) != 2)
        fail("no figures of the server in /proc");
    fclose(file);
    return user + system;
}

/* Until the server has filled its stock of keys, and has nothing to do. */
static void await_calm(const struct process *server)
{
    unsigned long long before;
    do {
        before = busy(server);
        usleep(300000);
    } while (busy(server) > before + 1);
}

/* --- the stage ----------------------------------------------------------------------------------
 */
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
    if (!key_store_load(&stored, &home, "client", KEY_PRIVATE, 0, &problem))
        fail(problem.message);
    free(key);
    return stored.key; /* transferred */
}

static bool print(const char *measure, const char *unit, enum bench_goal goal, double ours,
                  double wanted)
{
    struct bench bench = {.measure = measure, .unit = unit, .goal = goal, .target = 1};
    bench_round(&bench, ours, wanted);
    return bench_print(&bench);
}

static bool measure(double idle_kib)
{
    double rounds[BENCH_ROUNDS];
    bool reached;
    for (size_t i = 0; i < BENCH_ROUNDS; i++)
        rounds[i] = burst();
    latencies = calloc((size_t)PACED * CLIENTS, sizeof(latencies[0]));
    if (!latencies)
        fail("no memory");
    paced();
    qsort(latencies, latency_count, sizeof(latencies[0]), compare);
    bench_heading();
    reached = print("1,000 clients, one sender, full speed", "deliveries/s", BENCH_AT_LEAST,
                    bench_median(rounds, BENCH_ROUNDS), 1e6);
    reached &= print("the same at 50 messages/s: p50", "ms", BENCH_AT_MOST,
                     1e3 * latencies[latency_count / 2], 20);
    reached &= print("the same at 50 messages/s: p99", "ms", BENCH_AT_MOST,
                     1e3 * latencies[latency_count * 99 / 100], 20);
    reached &= print("server's memory per idle client", "KiB", BENCH_AT_MOST, idle_kib, 32);
    free(latencies);
    return reached;
}

int main(void)
{
    struct rlimit limit = {0};
    char *folder = scratch_new(), *home = scratch_path(folder, "server");
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    poller = epoll_create1(EPOLL_CLOEXEC);
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
            first_kib = resident(server);
        join_room(&clients[i], port, &config, ephemeral);
        if (!process_expect(server, PROCESS_ERR, " joined "))
            fail(process_said(server));
    }
    fprintf(stderr, "bench: chat: %d clients came in %.0f s\n", CLIENTS, bench_now() - begin);
    await_calm(server);
    bool reached = measure((resident(server) - first_kib) / (CLIENTS - FIRST_CLIENTS));
    process_signal(server, SIGTERM);
    for (size_t i = 0; i < CLIENTS; i++) {
        channel_free(clients[i].channel);
        close(clients[i].socket);
    }
    process_free(server);
    rsa_key_free(ephemeral);
    rsa_key_free(identity);
    free(home);
    scratch_remove(folder);
    return reached ? 0 : 1;
}

/*
 * The chat server under a crowd, every line encrypted for each of them. bin/chat is the server; the
 * clients are all in this program, on one thread, and decrypt and check every line.
 *
 * One room, 1,000 clients: how soon the last one is in, how many deliveries in a second when one
 * client sends as fast as it goes, how late they are at 50 messages in a second, and what an idle
 * client costs. Nothing may be lost or out of turn. Then 10,000 clients: how soon the last one is
 * in, and what each cost the server. The first one must have heard of all, once.
 *
 * How late is from the moment a message is due to the moment a client has checked it, so a sender
 * that falls behind its schedule counts as late. Beside it, in turn, the same crowd on a room of
 * bare sockets (bare_room.h): what the kernel's TCP takes on this machine at this hour.
 *
 * Every client has an identity and an address of its own, and a row in allowed.csv. The identities
 * are made before, as those of real clients are, and kept in a file beside this program. CROWD=N in
 * the environment makes the large room smaller.
 */
#include "bare_room.h"
#include "bench.h"
#include "crowd.h"
#include "many_keys.h"
#include "process.h"
#include "process_usage.h"
#include "scratch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLIENTS       1000
#define CROWD         10000
#define AT_ONCE       32   /* clients on their way into the room */
#define FIRST_CLIENTS 100  /* memory is counted from here: what all share is there by then */
#define BURST         3000 /* messages of a round at full speed */
#define PACED         100  /* of a round at an even pace */
#define PACE          50.0 /* messages per second */
#define TEXT_BYTES    100
#define STAMP_BYTES   (8 + 1 + 18 + 1) /* number, nanoseconds, a blank behind each */
#define BARE_BYTES    145              /* what a record with one line has on the wire */
#define EVENTS        256

/* What all clients of one room have heard. */
struct hearing {
    long long next[CLIENTS]; /* the number of the line that must come now */
    long long sent, delivered;
    double *latencies; /* of this round's deliveries; NULL: not wanted */
    size_t latency_count;
};
static struct hearing chat, bare;

static struct bare_client {
    int socket;
    size_t part_bytes;
    char part[BARE_BYTES];
} bare_clients[CLIENTS];
static int bare_poller;

/* A server, and those who are in its room. */
struct stage {
    char *home;
    struct process *server;
    struct crowd *crowd;
    struct rsa_key *const *keys;
    long long come; /* of whom the first client has heard */
};

static void fail(const char *what)
{
    fprintf(stderr, "bench: chat: %s\n", what);
    exit(1);
}

/* --- clients ---------------------------------------------------------------------------------- */
/* say TIME NAME NUMBER NANOSECONDS xxx: counted, in turn, and timed. */
static void hear(struct hearing *hearing, size_t client, const char *line, size_t bytes)
{
    const char *text = memrchr(line, '\t', bytes);
    if (!text || bytes - (size_t)(text + 1 - line) != TEXT_BYTES ||
        strtoll(text + 1, NULL, 10) != hearing->next[client])
        fail("a line was lost or came out of turn");
    hearing->next[client]++;
    hearing->delivered++;
    if (hearing->latencies)
        hearing->latencies[hearing->latency_count++] = bench_now() -
                                                       (double)strtoll(text + 9, NULL, 10) / 1e9;
}

static bool begins(const char *line, size_t bytes, const char *word)
{
    return bytes > strlen(word) && memcmp(line, word, strlen(word)) == 0;
}

static void take_line(void *context, struct crowd_client *client, const char *line, size_t bytes)
{
    struct stage *stage = context;
    if (begins(line, bytes, "say\t"))
        hear(&chat, client->index, line, bytes);
    else if (client->index == 0 && begins(line, bytes, "join\t"))
        stage->come++;
    else if (client->index == 0 && begins(line, bytes, "joins\t"))
        stage->come += strtoll(strchr(line + strlen("joins\t"), '\t') + 1, NULL, 10);
}

static void receive_bare(struct bare_client *client)
{
    ssize_t got = recv(client->socket, client->part + client->part_bytes,
                       BARE_BYTES - client->part_bytes, MSG_DONTWAIT);
    if (got == 0)
        fail("the bare room has hung up");
    client->part_bytes += got > 0 ? (size_t)got : 0;
    if (client->part_bytes < BARE_BYTES)
        return;
    hear(&bare, (size_t)(client - bare_clients), client->part, BARE_BYTES - 1);
    client->part_bytes = 0;
}

static void poll_all(struct crowd *crowd, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    if (crowd) {
        crowd_poll(crowd, timeout_ms);
        return;
    }
    int count = epoll_wait(bare_poller, events, EVENTS, timeout_ms);
    for (int i = 0; i < count; i++)
        receive_bare(events[i].data.ptr);
}

static pid_t open_bare_room(void)
{
    int sockets[CLIENTS];
    pid_t room = bare_room_start(sockets, CLIENTS);
    bare_poller = epoll_create1(EPOLL_CLOEXEC);
    for (size_t i = 0; i < CLIENTS; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &bare_clients[i]};
        bare_clients[i].socket = sockets[i];
        if (epoll_ctl(bare_poller, EPOLL_CTL_ADD, sockets[i], &event) != 0)
            fail("too many sockets");
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

static void put_message(struct crowd *crowd, double due)
{
    char line[4 + TEXT_BYTES + 1] = "say\t";
    write_text(line + 4, chat.sent++, due);
    if (channel_send(crowd_client(crowd, 0)->channel, line, sizeof(line)) != CHANNEL_OK)
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
    if (send(bare_clients[0].socket, line, sizeof(line), MSG_NOSIGNAL) != sizeof(line))
        fail("cannot send to the bare room");
}

/* Messages as fast as they go; deliveries per second. */
static double burst(struct crowd *crowd)
{
    long long first = chat.delivered, last = chat.sent + BURST;
    double begin = bench_now();
    bool waits = false;
    while (chat.delivered - first < (long long)BURST * CLIENTS) {
        while (chat.sent < last && !waits) {
            for (int i = 0; i < 100 && chat.sent < last; i++)
                put_message(crowd, bench_now());
            waits = crowd_send(crowd_client(crowd, 0));
        }
        poll_all(crowd, waits ? 1 : 100);
        waits = crowd_send(crowd_client(crowd, 0));
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
static struct lateness paced(struct hearing *hearing, struct crowd *crowd)
{
    const size_t all = (size_t)PACED * CLIENTS;
    double begin = bench_now();
    hearing->latency_count = 0;
    hearing->latencies = calloc(all, sizeof(hearing->latencies[0]));
    if (!hearing->latencies)
        fail("no memory");
    for (int i = 0; i < PACED || hearing->latency_count < all;) {
        double due = begin + i / PACE, wait = due - bench_now();
        if (i == PACED || wait > 0) {
            poll_all(crowd, i < PACED ? (int)(wait * 1000) : 100);
            continue;
        }
        i++;
        if (crowd) {
            put_message(crowd, due);
            crowd_send(crowd_client(crowd, 0));
        } else {
            send_bare(due);
        }
    }
    qsort(hearing->latencies, all, sizeof(hearing->latencies[0]), compare);
    struct lateness late = {1e3 * hearing->latencies[all / 2],
                            1e3 * hearing->latencies[all * 99 / 100]};
    free(hearing->latencies);
    hearing->latencies = NULL;
    return late;
}

/* --- the stage -------------------------------------------------------------------------------- */
static const struct rsa_key *identity_of(void *context, size_t index)
{
    const struct stage *stage = context;
    return stage->keys[index];
}

/* The first `count` keys are allowed. */
static void write_allowed(const struct stage *stage, size_t count)
{
    char *text;
    size_t bytes;
    FILE *list = open_memstream(&text, &bytes);
    fputs("name,n,e\n", list);
    for (size_t i = 0; i < count; i++) {
        char *n = rsa_key_number_text(stage->keys[i], RSA_N, 16);
        char *e = rsa_key_number_text(stage->keys[i], RSA_E, 16);
        fprintf(list, "guest-%zu,%s,%s\n", i, n, e);
        rsa_text_free(n);
        rsa_text_free(e);
    }
    fclose(list);
    scratch_write(stage->home, "allowed.csv", text);
    free(text);
}

/* From the log: what the server says in a pipe would have to be read all the time. */
static uint16_t await_port(const struct stage *stage)
{
    unsigned port = 0;
    for (int i = 0; port == 0 && i < 6000; i++) {
        usleep(10000);
        char *log = scratch_read(stage->home, "log"), *at = strstr(log, "listening port=");
        if (!at || sscanf(at, "listening port=%u ", &port) != 1)
            port = 0;
        free(log);
    }
    if (port == 0)
        fail("no server");
    return (uint16_t)port;
}

/* A server that knows the first `most` keys, and nobody in its room yet. */
static void open_stage(struct stage *stage, const char *folder, const char *name, size_t most)
{
    stage->home = scratch_path(folder, name);
    struct process *keytool = process_start(stage->home, PROCESS_PIPES, "keytool", "gen", "server",
                                            NULL);
    if (process_wait(keytool) != 0)
        fail(process_said(keytool));
    process_free(keytool);
    write_allowed(stage, most);
    stage->server =
        process_start(stage->home, PROCESS_PIPES, "/bin/sh", "-c",
                      "exec \"${GLASSBOX_BIN:-bin}/chat\" server --port 0 --max-clients 0 "
                      "--log \"$GLASSBOX_HOME/log\" 2>\"$GLASSBOX_HOME/screen\"",
                      NULL);
    stage->crowd = crowd_new(&(struct crowd_options){.port = await_port(stage),
                                                     .most = most,
                                                     .identity = identity_of,
                                                     .line = take_line,
                                                     .context = stage,
                                                     .own_addresses = true});
}

/* So many come, the first one alone: it hears of all. Seconds until the last one is welcome. */
static double come_in(struct stage *stage, size_t count)
{
    double begin = bench_now();
    size_t first = crowd_count(stage->crowd) == 0;
    crowd_enter(stage->crowd, first, 1);
    crowd_enter(stage->crowd, count - first, AT_ONCE);
    return bench_now() - begin;
}

/* Everybody hears of everybody, once. */
static void await_news(struct stage *stage)
{
    long long all = (long long)crowd_count(stage->crowd);
    for (double begin = bench_now(); stage->come < all && bench_now() - begin < 60;)
        crowd_poll(stage->crowd, 100);
    crowd_poll(stage->crowd, 100);
    if (stage->come != all)
        fail("who has come was told wrong");
}

static void close_stage(struct stage *stage)
{
    process_signal(stage->server, SIGTERM);
    crowd_free(stage->crowd);
    process_wait(stage->server);
    process_free(stage->server);
    free(stage->home);
}

static bool measure_speed(struct crowd *crowd)
{
    struct bench speed = {.measure = "1,000 clients, one sender, full speed",
                          .unit = "deliveries/s",
                          .goal = BENCH_AT_LEAST,
                          .target = 1};
    for (size_t i = 0; i < BENCH_ROUNDS; i++)
        bench_round(&speed, burst(crowd), 1e6);
    return bench_print(&speed);
}

static bool measure_lateness(struct crowd *crowd)
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
        struct lateness ours = paced(&chat, crowd), theirs = paced(&bare, NULL);
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

static bool measure_arrival(const char *measure, double seconds, double target)
{
    struct bench arrival = {.measure = measure, .unit = "s", .goal = BENCH_AT_MOST, .target = 1};
    bench_round(&arrival, seconds, target);
    return bench_print(&arrival);
}

static bool measure_room(const char *folder, struct rsa_key *const *keys)
{
    struct stage stage = {.keys = keys};
    pid_t room = open_bare_room(); /* first: its process inherits no line of the chat */
    open_stage(&stage, folder, "room", CLIENTS);
    pid_t server = process_id(stage.server);
    double seconds = come_in(&stage, FIRST_CLIENTS), first_kib = process_resident_kib(server);
    seconds += come_in(&stage, CLIENTS - FIRST_CLIENTS);
    await_news(&stage);
    process_await_calm(server); /* its stock of keys is full again */
    double idle_kib = (process_resident_kib(server) - first_kib) / (CLIENTS - FIRST_CLIENTS);
    bool reached = measure_arrival("1,000 clients into one room, last one in", seconds, 3);
    reached &= measure_speed(stage.crowd);
    reached &= measure_lateness(stage.crowd);
    reached &= measure_memory(idle_kib);
    close_stage(&stage);
    for (size_t i = 0; i < CLIENTS; i++)
        close(bare_clients[i].socket);
    waitpid(room, NULL, 0);
    return reached;
}

/* The goal is of CROWD clients; a smaller crowd has a share of it. */
static bool measure_crowd(const char *folder, struct rsa_key *const *keys, size_t count)
{
    struct bench cpu = {
        .measure = "server's CPU a client", .unit = "ms", .goal = BENCH_AT_MOST, .target = 1};
    struct stage stage = {.keys = keys};
    char measure[80];
    open_stage(&stage, folder, "crowd", count);
    pid_t server = process_id(stage.server);
    double before = process_cpu_seconds(server), seconds = come_in(&stage, count);
    double busy = process_cpu_seconds(server) - before;
    await_news(&stage);
    snprintf(measure, sizeof(measure), "%zu clients into one room, last one in", count);
    bool reached = measure_arrival(measure, seconds, 90.0 * (double)count / CROWD);
    bench_round(&cpu, busy * 1e3 / (double)count, 5);
    reached &= bench_print(&cpu);
    close_stage(&stage);
    return reached;
}

int main(int argc, char **argv)
{
    const char *wish = getenv("CROWD");
    size_t count = wish ? strtoul(wish, NULL, 10) : CROWD;
    char *folder = scratch_new(), path[4096];
    (void)argc;
    crowd_raise_file_limit();
    snprintf(path, sizeof(path), "%s.keys", argv[0]);
    size_t most = count > CLIENTS ? count : CLIENTS;
    struct rsa_key **keys = many_keys(path, most);
    bench_heading();
    bool reached = measure_room(folder, keys);
    reached &= measure_crowd(folder, keys, count);
    for (size_t i = 0; i < most; i++)
        rsa_key_free(keys[i]);
    free(keys);
    scratch_remove(folder);
    return reached ? 0 : 1;
}

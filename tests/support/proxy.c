/* The proxy: one thread, poll over its listeners and pairs of sockets. */
#include "proxy.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PAIRS_MAX     16
#define LISTENERS_MAX 64
#define PIECE_BYTES   65536
#define KEPT_BYTES    ((size_t)1 << 20) /* of a record; the rest is not kept */

/* One way of one pair. */
struct flow {
    size_t passed;
    bool stalled;
    long long until; /* a delay; 0: none */
    uint8_t *kept;
    size_t kept_bytes;
};

struct pair {
    int fds[2]; /* where it comes from; [PROXY_TO_SERVER]: client, [PROXY_TO_CLIENT]: server */
    struct flow flows[2];
    unsigned line; /* in the capture */
};

struct proxy {
    pthread_t thread;
    pthread_mutex_t lock;
    int wake[2];
    bool stopping, done;
    int listeners[LISTENERS_MAX];
    uint16_t ports[LISTENERS_MAX];
    size_t listener_count;
    struct mischief mischief;
    struct pair pairs[PAIRS_MAX]; /* in the order of their coming */
    size_t pair_count;
    struct pcap *pcap; /* NULL: nobody captures */
};

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static void require_ok(int result, const char *what)
{
    if (result < 0) {
        perror(what);
        abort();
    }
}

/* --- pairs ------------------------------------------------------------------------------------ */
static void hang_up(struct pair *pair)
{
    for (size_t i = 0; i < 2; i++) {
        if (pair->fds[i] >= 0)
            close(pair->fds[i]);
        pair->fds[i] = -1;
    }
}

static void accept_pair(struct proxy *proxy, size_t listener)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(proxy->ports[listener])};
    struct sockaddr_in from = {0};
    socklen_t from_bytes = sizeof(from);
    int client = accept4(proxy->listeners[listener], (struct sockaddr *)&from, &from_bytes,
                         SOCK_CLOEXEC);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (client < 0 || proxy->pair_count == PAIRS_MAX ||
        connect(fd, (struct sockaddr *)&server, sizeof(server)) != 0) {
        close(client);
        close(fd);
        return;
    }
    proxy->pairs[proxy->pair_count] = (struct pair){.fds = {client, fd}};
    if (proxy->pcap)
        proxy->pairs[proxy->pair_count].line = pcap_connect(proxy->pcap, ntohs(from.sin_port),
                                                            proxy->ports[listener]);
    proxy->pair_count++;
}

static bool send_all(int fd, const uint8_t *data, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(fd, data, bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

static void keep(struct flow *flow, const uint8_t *data, size_t bytes)
{
    size_t room = KEPT_BYTES - flow->kept_bytes;
    bytes = bytes < room ? bytes : room;
    uint8_t *more = realloc(flow->kept, flow->kept_bytes + bytes + 1);
    if (!more)
        abort();
    flow->kept = more;
    memcpy(more + flow->kept_bytes, data, bytes);
    flow->kept_bytes += bytes;
}

/* --- mischief --------------------------------------------------------------------------------- */
static bool is_meant(const struct proxy *proxy, const struct pair *pair, enum proxy_way way)
{
    return !proxy->done && proxy->mischief.kind != PROXY_HONEST &&
           &proxy->pairs[proxy->mischief.connection] == pair && proxy->mischief.way == way;
}

/* The piece that holds the fatal byte, `skip` bytes into it. False: the pair is no more. */
static bool attack(struct proxy *proxy, struct pair *pair, enum proxy_way way, uint8_t *piece,
                   size_t bytes, size_t skip)
{
    struct flow *flow = &pair->flows[way];
    int to = pair->fds[!way];
    proxy->done = true;
    switch (proxy->mischief.kind) {
    case PROXY_CUT:
        send_all(to, piece, skip);
        return false;
    case PROXY_FLIP:
        piece[skip] ^= 0x10;
        return send_all(to, piece, bytes);
    case PROXY_REPEAT:
        return send_all(to, piece, skip + 1) &&
               send_all(to, piece + (skip > PROXY_REPEAT_BYTES ? skip - PROXY_REPEAT_BYTES : 0),
                        skip + 1 < PROXY_REPEAT_BYTES ? skip + 1 : PROXY_REPEAT_BYTES) &&
               send_all(to, piece + skip + 1, bytes - skip - 1);
    case PROXY_DELAY:
        flow->until = now_ms() + PROXY_DELAY_MS;
        return send_all(to, piece, bytes);
    default:
        flow->stalled = true;
        return send_all(to, piece, skip);
    }
}

/* What has come from one side. False: the pair is no more. */
static bool pass_on(struct proxy *proxy, struct pair *pair, enum proxy_way way)
{
    struct flow *flow = &pair->flows[way];
    uint8_t piece[PIECE_BYTES];
    ssize_t got = recv(pair->fds[way], piece, sizeof(piece), MSG_DONTWAIT);
    size_t at = proxy->mischief.at;
    if (got < 0)
        return errno == EAGAIN;
    if (got == 0) { /* half an end is handed on; two are the end */
        shutdown(pair->fds[!way], SHUT_WR);
        flow->stalled = true;
        return !pair->flows[!way].stalled;
    }
    keep(flow, piece, (size_t)got);
    if (proxy->pcap)
        pcap_send(proxy->pcap, pair->line, way == PROXY_TO_SERVER ? PCAP_CLIENT : PCAP_SERVER,
                  piece, (size_t)got);
    if (is_meant(proxy, pair, way) && at < flow->passed + (size_t)got) {
        size_t skip = at - flow->passed;
        flow->passed += (size_t)got;
        return attack(proxy, pair, way, piece, (size_t)got, skip);
    }
    flow->passed += (size_t)got;
    return send_all(pair->fds[!way], piece, (size_t)got);
}

/* --- the thread ------------------------------------------------------------------------------- */
static short wanted(struct flow *flow, long long now)
{
    if (flow->until > 0 && flow->until <= now)
        flow->until = 0;
    return flow->stalled || flow->until > 0 ? 0 : POLLIN;
}

static size_t fill_polls(struct proxy *proxy, struct pollfd *polls)
{
    size_t count = 0;
    polls[count++] = (struct pollfd){.fd = proxy->wake[0], .events = POLLIN};
    for (size_t i = 0; i < proxy->listener_count; i++)
        polls[count++] = (struct pollfd){.fd = proxy->listeners[i], .events = POLLIN};
    for (size_t i = 0; i < proxy->pair_count; i++)
        for (size_t way = 0; way < 2; way++) {
            struct pair *pair = &proxy->pairs[i];
            short events = wanted(&pair->flows[way], now_ms());
            polls[count++] = (struct pollfd){.fd = events ? pair->fds[way] : -1, .events = events};
        }
    return count;
}

static void act(struct proxy *proxy, const struct pollfd *polls, size_t pairs)
{
    char byte;
    if (polls[0].revents && read(proxy->wake[0], &byte, 1) < 0)
        return;
    for (size_t i = 0; i < pairs; i++)
        for (size_t way = 0; way < 2; way++) {
            struct pair *pair = &proxy->pairs[i];
            if (polls[1 + proxy->listener_count + 2 * i + way].revents && pair->fds[way] >= 0 &&
                !pass_on(proxy, pair, (enum proxy_way)way))
                hang_up(pair);
        }
    for (size_t i = 0; i < proxy->listener_count; i++)
        if (polls[1 + i].revents)
            accept_pair(proxy, i);
}

static void *run(void *argument)
{
    struct proxy *proxy = argument;
    struct pollfd polls[1 + LISTENERS_MAX + 2 * PAIRS_MAX];
    pthread_mutex_lock(&proxy->lock);
    while (!proxy->stopping) {
        size_t pairs = proxy->pair_count, count = fill_polls(proxy, polls);
        pthread_mutex_unlock(&proxy->lock);
        poll(polls, count, 20); /* a delay ends by itself */
        pthread_mutex_lock(&proxy->lock);
        if (pairs == proxy->pair_count) /* no new mischief meanwhile */
            act(proxy, polls, pairs);
    }
    pthread_mutex_unlock(&proxy->lock);
    return NULL;
}

/* --- from outside ----------------------------------------------------------------------------- */
static void listen_at(struct proxy *proxy, const char *address, uint16_t port)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, address, &own.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    require_ok(bind(fd, (struct sockaddr *)&own, sizeof(own)), "proxy: bind");
    require_ok(listen(fd, 16), "proxy: listen");
    if (proxy->listener_count == LISTENERS_MAX)
        abort();
    proxy->ports[proxy->listener_count] = port;
    proxy->listeners[proxy->listener_count++] = fd;
}

struct proxy *proxy_start(const char *address, uint16_t port, uint16_t low, uint16_t high)
{
    struct proxy *proxy = calloc(1, sizeof(*proxy));
    if (!proxy)
        abort();
    pthread_mutex_init(&proxy->lock, NULL);
    require_ok(pipe(proxy->wake), "proxy: pipe");
    listen_at(proxy, address, port);
    for (unsigned one = low; low > 0 && one <= high; one++)
        listen_at(proxy, address, (uint16_t)one);
    if (pthread_create(&proxy->thread, NULL, run, proxy) != 0)
        abort();
    return proxy;
}

static void forget_pairs(struct proxy *proxy)
{
    for (size_t i = 0; i < proxy->pair_count; i++) {
        hang_up(&proxy->pairs[i]);
        free(proxy->pairs[i].flows[0].kept);
        free(proxy->pairs[i].flows[1].kept);
    }
    memset(proxy->pairs, 0, sizeof(proxy->pairs));
    proxy->pair_count = 0;
}

void proxy_attack(struct proxy *proxy, const struct mischief *mischief)
{
    pthread_mutex_lock(&proxy->lock);
    forget_pairs(proxy);
    proxy->mischief = *mischief;
    proxy->done = false;
    pthread_mutex_unlock(&proxy->lock);
}

bool proxy_was_done(struct proxy *proxy)
{
    pthread_mutex_lock(&proxy->lock);
    bool done = proxy->done;
    pthread_mutex_unlock(&proxy->lock);
    return done;
}

uint8_t *proxy_record(struct proxy *proxy, unsigned connection, enum proxy_way way, size_t *bytes)
{
    uint8_t *copy = NULL;
    *bytes = 0;
    pthread_mutex_lock(&proxy->lock);
    if (connection < proxy->pair_count) {
        const struct flow *flow = &proxy->pairs[connection].flows[way];
        copy = malloc(flow->kept_bytes + 1);
        if (copy && flow->kept_bytes > 0)
            memcpy(copy, flow->kept, flow->kept_bytes);
        *bytes = flow->kept_bytes;
    }
    pthread_mutex_unlock(&proxy->lock);
    return copy;
}

void proxy_capture(struct proxy *proxy, struct pcap *pcap)
{
    pthread_mutex_lock(&proxy->lock);
    proxy->pcap = pcap;
    pthread_mutex_unlock(&proxy->lock);
}

void proxy_stop(struct proxy *proxy)
{
    if (!proxy)
        return;
    pthread_mutex_lock(&proxy->lock);
    proxy->stopping = true;
    pthread_mutex_unlock(&proxy->lock);
    if (write(proxy->wake[1], "", 1) == 1)
        pthread_join(proxy->thread, NULL);
    forget_pairs(proxy);
    for (size_t i = 0; i < proxy->listener_count; i++)
        close(proxy->listeners[i]);
    close(proxy->wake[0]);
    close(proxy->wake[1]);
    pthread_mutex_destroy(&proxy->lock);
    free(proxy);
}

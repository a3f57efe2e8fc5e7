/*
 * The promise of live.h, under ThreadSanitizer: several threads have talks, while browsers come, read,
 * save the page, stop reading and go; and the program ends while they are there.
 */
#include "explain.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef GLASSBOX_SANITIZED
#define TALKS  3
#define FRAMES 60
#else
#define TALKS  4
#define FRAMES 400
#endif

static struct explain *explain;
static char request[256];
static unsigned port;

static void require(int holds, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "live_page: %s\n", what);
    abort();
}

/* --- the program ------------------------------------------------------------------------------- */

static void *talk(void *context)
{
    const struct channel_trace *trace = explain_trace(explain);
    uint8_t data[24] = {6, 0, 0, 20};
    struct trace_event event = {.kind = TRACE_OPEN};
    unsigned channel;
    (void)context;
    trace->event(trace->context, &event);
    channel = event.channel;
    for (unsigned i = 1; i <= FRAMES; i++) {
        event = (struct trace_event){.kind = TRACE_FRAME, .channel = channel};
        event.frame.message = WIRE_MODERN_RECORD;
        event.frame.number = i;
        event.frame.sent = i % 2;
        event.frame.bytes = (struct trace_bytes){data, sizeof(data)};
        trace->event(trace->context, &event);
        usleep(500);
    }
    event = (struct trace_event){.kind = TRACE_CLOSE, .channel = channel};
    event.close.reason = event.close.detail = "";
    trace->event(trace->context, &event);
    return NULL;
}

/* --- browsers ---------------------------------------------------------------------------------- */

/* Asks for what stands behind the token. -1: the program has gone. */
static int ask(const char *what)
{
    const struct sockaddr_in address = {.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char text[512];
    int line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(line, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(line);
        return -1;
    }
    snprintf(text, sizeof(text), request, what);
    require(send(line, text, strlen(text), MSG_NOSIGNAL) > 0, "send");
    return line;
}

/* To its end; how much came. */
static size_t drain(int line)
{
    char part[4096];
    size_t bytes = 0;
    ssize_t got;
    while ((got = read(line, part, sizeof(part))) > 0)
        bytes += (size_t)got;
    if (line >= 0)
        close(line);
    return bytes;
}

static void *read_all(void *context)
{
    int line = ask("events?page=1");
    size_t bytes = drain(line);
    (void)context;
    require(bytes > 1000, "a stream that ended early");
    drain(ask("page.html"));
    return NULL;
}

static void *come_and_go(void *context)
{
    (void)context;
    for (int i = 0; i < 10; i++) {
        int line = ask("events");
        usleep(1000);
        close(line); /* without reading */
        drain(ask("page.html"));
        drain(ask(""));
    }
    return NULL;
}

static void begin(void)
{
    const struct explain_options options = {.live = true};
    const struct recording_head head = {
        .program = "chat connect", .suite = "modern", .role = CHANNEL_CLIENT};
    struct problem problem = {0};
    char token[64];
    require(explain_open(&explain, &options, &head, &problem), problem.message);
    require(sscanf(explain_live_url(explain), "http://127.0.0.1:%u/%63[^/]/", &port, token) == 2,
            "no address");
    snprintf(request, sizeof(request),
             "GET /%s/%%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n\r\n", token,
             port);
}

int main(void)
{
    pthread_t talks[TALKS], browsers[3];
    struct problem problem = {0};
    int silent;
    begin();
    silent = ask("events"); /* and never reads */
    pthread_create(&browsers[0], NULL, read_all, NULL);
    pthread_create(&browsers[1], NULL, read_all, NULL);
    for (int i = 0; i < TALKS; i++)
        pthread_create(&talks[i], NULL, talk, NULL);
    pthread_create(&browsers[2], NULL, come_and_go, NULL);
    for (int i = 0; i < TALKS; i++)
        pthread_join(talks[i], NULL);
    pthread_join(browsers[2], NULL);
    require(explain_close(explain, &problem), problem.message);
    close(silent);
    pthread_join(browsers[0], NULL);
    pthread_join(browsers[1], NULL);
    return 0;
}

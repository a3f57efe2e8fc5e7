/*
 * attack oracle serve: the server, in one loop over poll.
 *
 * Bounds: so many peers at a time, a line of so many bytes, a peer that says nothing or reads nothing
 * for so long is let go, and after so many queries or seconds it ends by itself. SIGINT and SIGTERM
 * end it, too.
 */
#include "attack_oracle.h"
#include "oracle_kind.h"
#include "oracle_line.h"

#include "clock.h"
#include "translate.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PEERS = 8, SILENCE_MS = 60 * 1000, READING_SECONDS = 5, GREETING_BYTES = 16 * 1024 };

struct serve_options {
    struct oracle_options oracle;
    const char *bind, *allowed;
    unsigned port, seconds;
    unsigned long most;
};

#define S struct serve_options
static const struct option_row rows[] = {
    TEXT(S, oracle.kind, "kind", 'k', "KIND", "padding, v15, manger or timing"),
    FLAG(S, oracle.fixed, "fixed", 0, "Tell nothing: the same server, mended"),
    TEXT(S, oracle.text, "text", 0, "TEXT", "The secret; of timing digits from 0 to f"),
    NUMBER(S, oracle.bits, "bits", 0, "BITS", "Of n: v15 250, manger 1024", 96, 4096),
    NUMBER(S, oracle.work, "work", 0, "N", "Timing: rounds of SHA-256 a digit: 20", 0, 1000000),
    FLAG(S, oracle.counted, "counted", 0, "Timing: tell how many digits were looked at"),
    NUMBER(S, oracle.seed, "seed", 0, "N", "The same secret and key again", 1, UINT32_MAX),
    TEXT(S, bind, "bind", 0, "ADDRESS", "Where it listens: 127.0.0.1"),
    NUMBER(S, port, "port", 'p', "PORT", "The port; 0, or nothing: one that is free", 0, 65535),
    NUMBER(S, seconds, "seconds", 0, "N", "End after so long: 3600", 1, 86400),
    NUMBER(S, most, "most", 0, "N", "End after so many queries: 20000000", 1, 1000000000),
    TEXT(S, allowed, "i-am-allowed", 0, "ADDRESS", "Listen there, though others come to it"),
    {0}};
#undef S

static void check_options(void *given, const struct argp_state *state)
{
    struct serve_options *options = given;
    const struct oracle_kind *kind = options->oracle.kind ? oracle_kind_find(options->oracle.kind)
                                                          : NULL;
    if (!options->oracle.kind)
        console_usage(state, "no kind given: --kind padding, v15, manger or timing");
    if (!kind)
        console_usage(state, "--kind is '%.40s'; it can be padding, v15, manger or timing",
                      options->oracle.kind);
    if (options->oracle.counted && kind != &oracle_timing)
        console_usage(state, "--counted is for --kind timing");
    if (options->oracle.bits && kind != &oracle_v15 && kind != &oracle_manger)
        console_usage(state, "--bits is for --kind v15 and manger");
    if (options->oracle.bits == 0)
        options->oracle.bits = kind == &oracle_manger ? 1024 : 250;
    if (!options->oracle.text)
        options->oracle.text = kind->text;
}

static const struct option_table command = {
    .rows = rows,
    .text = N_("Serves an oracle on this machine, for attack oracle break."
               "\vExamples:\n"
               "  attack oracle serve --kind padding --port 10113\n"
               "  attack oracle serve --kind v15 --bits 256 --fixed"),
    .check = check_options,
};

struct peer {
    int socket; /* -1: none */
    int64_t heard;
    size_t bytes;
    char line[ORACLE_LINE_BYTES];
};

struct server {
    const struct serve_options *options;
    const struct oracle_kind *kind;
    struct oracle_secret *secret;
    int listener, signals;
    struct peer peers[PEERS];
    unsigned long queries, came;
};

/* --- peers ------------------------------------------------------------------------------------- */

static void let_go(struct peer *peer)
{
    close(peer->socket);
    peer->socket = -1;
    peer->bytes = 0;
}

static bool say(struct peer *peer, const char *text, size_t bytes)
{
    while (bytes > 0) {
        ssize_t sent = send(peer->socket, text, bytes, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        text += sent;
        bytes -= (size_t)sent;
    }
    return true;
}

static bool greet(const struct server *server, struct peer *peer)
{
    char text[GREETING_BYTES];
    FILE *out = fmemopen(text, sizeof(text), "w");
    if (!out)
        return false;
    fprintf(out, ORACLE_HELLO " %s\n", server->kind->name);
    server->kind->greet(out, server->secret);
    fputs("ready\n", out);
    long bytes = ftell(out);
    bool done = fclose(out) == 0 && bytes > 0;
    return done && say(peer, text, (size_t)bytes);
}

static void take_peer(struct server *server)
{
    const struct timeval patience = {.tv_sec = READING_SECONDS};
    int socket = accept4(server->listener, NULL, NULL, SOCK_CLOEXEC);
    for (size_t i = 0; i < PEERS && socket >= 0; i++) {
        struct peer *peer = &server->peers[i];
        if (peer->socket >= 0)
            continue;
        *peer = (struct peer){.socket = socket, .heard = clock_ms()};
        (void)setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
        server->came++;
        oracle_line_hurry(socket);
        if (!greet(server, peer))
            let_go(peer);
        return;
    }
    if (socket >= 0)
        close(socket); /* there are as many as there may be */
}

/* All whole lines that have come; their answers go out together. */
static bool answer(struct server *server, struct peer *peer)
{
    char answers[ORACLE_LINE_BYTES];
    size_t used = 0;
    char *from = peer->line, *end;
    while ((end = memchr(from, '\n', peer->bytes - (size_t)(from - peer->line)))) {
        char word[ORACLE_ANSWER_BYTES];
        const size_t bytes = (size_t)(end - from);
        server->kind->answer(word, server->secret, from,
                             bytes > 0 && end[-1] == '\r' ? bytes - 1 : bytes);
        server->queries++;
        used += (size_t)snprintf(answers + used, sizeof(answers) - used, "%s\n", word);
        if (used > sizeof(answers) - ORACLE_ANSWER_BYTES - 1) {
            if (!say(peer, answers, used))
                return false;
            used = 0;
        }
        from = end + 1;
    }
    peer->bytes -= (size_t)(from - peer->line);
    memmove(peer->line, from, peer->bytes);
    return say(peer, answers, used) && peer->bytes < sizeof(peer->line);
}

static void hear(struct server *server, struct peer *peer)
{
    ssize_t got = recv(peer->socket, peer->line + peer->bytes, sizeof(peer->line) - peer->bytes, 0);
    peer->heard = clock_ms();
    if (got > 0)
        peer->bytes += (size_t)got;
    if (got <= 0 || !answer(server, peer))
        let_go(peer);
}

/* --- the loop ---------------------------------------------------------------------------------- */

static void run(struct server *server)
{
    const int64_t end = clock_ms() + (int64_t)server->options->seconds * 1000;
    while (server->queries < server->options->most && clock_ms() < end) {
        struct pollfd waits[PEERS + 2] = {{.fd = server->listener, .events = POLLIN},
                                          {.fd = server->signals, .events = POLLIN}};
        for (size_t i = 0; i < PEERS; i++)
            waits[i + 2] = (struct pollfd){.fd = server->peers[i].socket, .events = POLLIN};
        if (poll(waits, PEERS + 2, 1000) < 0 && errno != EINTR)
            return;
        if (waits[1].revents)
            return;
        for (size_t i = 0; i < PEERS; i++) {
            struct peer *peer = &server->peers[i];
            if (waits[i + 2].revents)
                hear(server, peer);
            else if (peer->socket >= 0 && clock_ms() - peer->heard > SILENCE_MS)
                let_go(peer);
        }
        if (waits[0].revents)
            take_peer(server);
    }
}

static bool open_signals(struct server *server)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    server->signals = signalfd(-1, &set, SFD_CLOEXEC);
    return server->signals >= 0;
}

static bool start(struct server *server, struct problem *problem)
{
    const struct serve_options *options = server->options;
    struct oracle_chance chance;
    uint32_t seed = (uint32_t)options->oracle.seed;
    if (seed == 0 && getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
        return problem_errno(problem, "getrandom");
    oracle_chance_start(&chance, seed);
    server->kind = oracle_kind_find(options->oracle.kind);
    server->listener = oracle_line_listen(options->bind ? options->bind : "127.0.0.1",
                                          options->port, options->allowed, problem);
    if (server->listener < 0)
        return false;
    server->secret = server->kind->open(&options->oracle, &chance, problem);
    return server->secret && (open_signals(server) || problem_errno(problem, "signalfd"));
}

int oracle_command_serve(int argc, char **argv)
{
    struct serve_options options = {
        .oracle = {.work = 20}, .seconds = 3600, .most = 20 * 1000 * 1000};
    struct problem problem = {0};
    console_parse(&command, argc, argv, &options);
    struct server server = {.options = &options, .listener = -1, .signals = -1};
    for (size_t i = 0; i < PEERS; i++)
        server.peers[i].socket = -1;
    int status = CONSOLE_DONE;
    if (start(&server, &problem)) {
        console_note(options.oracle.fixed
                         ? N_("an oracle of the kind %s, mended, listens on port %u")
                         : N_("an oracle of the kind %s listens on port %u"),
                     server.kind->name, oracle_line_port(server.listener));
        run(&server);
        char queries[64], peers[64];
        snprintf(queries, sizeof(queries),
                 translate_count("%lu query", "%lu queries", server.queries), server.queries);
        snprintf(peers, sizeof(peers),
                 translate_count("from %lu peer", "from %lu peers", server.came), server.came);
        console_note("%s %s", queries, peers);
    } else {
        status = console_problem(&problem, CONSOLE_FAILED);
    }
    for (size_t i = 0; i < PEERS; i++)
        if (server.peers[i].socket >= 0)
            let_go(&server.peers[i]);
    if (server.secret)
        server.kind->close(server.secret);
    if (server.listener >= 0)
        close(server.listener);
    if (server.signals >= 0)
        close(server.signals);
    return status;
}

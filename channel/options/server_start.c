/* What every server of the house does before its first client. */
#include "server_start.h"

#include "console.h"
#include "home_option.h"
#include "identity.h"
#include "places_option.h"
#include "seed_option.h"
#include "suite_option.h"
#include "translate.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void server_warn_of_root(void)
{
    if (geteuid() != 0)
        return;
    console_warning("running as root: what goes wrong here goes wrong for the whole machine");
    console_hint("no port and no file of it needs that: run it as a user of its own");
}

void server_raise_file_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

bool server_identity(struct stored_key *identity, struct home *home,
                     const struct server_options *options, struct problem *problem)
{
    bool created;
    if (!home_find(home, options->home.directory, problem) ||
        !identity_load(identity, &created, home, &options->home, options->key, options->suite,
                       problem))
        return false;
    identity_tell(identity, created, &options->home);
    /* What clients compare at their first visit. Of a key that everybody has it proves nothing. */
    if (isatty(STDERR_FILENO) && !identity->marks.published && !identity->marks.seed.given)
        identity_draw(identity->key);
    return true;
}

static bool find_address(struct sockaddr_storage *address, const struct server_options *options,
                         struct problem *problem)
{
    char port[8], what[300];
    const char *name = options->bind;
    struct addrinfo *found,
        wanted = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    if (!name)
        name = !channel_suite_is_modern(options->suite) || options->seed.given ? "127.0.0.1" : "::";
    snprintf(port, sizeof(port), "%u", options->port);
    int error = getaddrinfo(name, port, &wanted, &found);
    if (error) {
        problem_set(problem, "--bind %s: %s", name, translate(gai_strerror(error)));
        return problem_hint(problem, "give an address of this machine, such as 127.0.0.1");
    }
    memset(address, 0, sizeof(*address));
    memcpy(address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    if (options->seed.given && !seed_is_loopback((struct sockaddr *)address)) {
        snprintf(what, sizeof(what), "--bind %s", name);
        return seed_refuse(what, problem);
    }
    return true;
}

static int listen_anywhere(struct sockaddr_storage *address, const struct server_options *options)
{
    int listener = uv_ports_listen(address);
    if (listener == UV_EAFNOSUPPORT || listener == UV_EADDRNOTAVAIL) {
        if (options->bind || address->ss_family != AF_INET6)
            return listener;
        *(struct sockaddr_in *)address = (struct sockaddr_in){.sin_family = AF_INET,
                                                              .sin_port = htons(options->port)};
        listener = uv_ports_listen(address);
    }
    return listener;
}

/* Whether the pool has a port to offer at all. */
static bool try_pool(struct uv_ports *pool, const struct sockaddr_storage *address,
                     struct problem *problem)
{
    uint16_t port;
    int listener = uv_ports_take(pool, &port, address);
    if (listener < 0) {
        problem_set(problem, "no port of the pool %u-%u can be used: %s", uv_ports_low(pool),
                    uv_ports_high(pool), translate(uv_strerror(listener)));
        return problem_hint(problem, "give a range of free ports with --ports LOW-HIGH");
    }
    close(listener);
    uv_ports_give_back(pool, port);
    return true;
}

int server_listen(struct sockaddr_storage *address, const struct server_options *options,
                  struct uv_ports *pool, struct problem *problem)
{
    if (!find_address(address, options, problem))
        return -1;
    int listener = listen_anywhere(address, options);
    if (listener < 0) {
        problem_set(problem, "cannot listen on port %u: %s", options->port,
                    translate(uv_strerror(listener)));
        problem_hint(problem, listener == UV_EADDRINUSE
                                  ? "another program (another server?) uses this port; "
                                    "--port 0 picks a free one"
                                  : "try another --port or --bind");
        return -1;
    }
    if (!try_pool(pool, address, problem)) {
        close(listener);
        return -1;
    }
    return listener;
}

static void tell_passed(uint16_t port)
{
    console_warning("port %u is in use elsewhere, so the talk moves to the next one: this session "
                    "is not the one that --seed makes otherwise",
                    port);
}

struct uv_ports *server_ports(uint16_t low, uint16_t high, const struct lesson_seed *seed)
{
    struct seed_stream stream;
    struct uv_ports *ports;
    uint8_t bytes[2] = {0};
    if (!seed)
        return uv_ports_new(low, high);
    ports = low ? uv_ports_new(low, high) : uv_ports_new(SEED_PORTS_LOW, SEED_PORTS_HIGH);
    if (!ports)
        return NULL;
    seed_stream_start(&stream, seed, "ports");
    if (low == 0 && rsa_random_bytes(bytes, sizeof(bytes), &stream.random) == RSA_OK)
        low = (uint16_t)(SEED_PORTS_LOW +
                         (bytes[0] * 256 + bytes[1]) % (SEED_PORTS_HIGH - SEED_PORTS_LOW + 1));
    uv_ports_begin(ports, low, tell_passed);
    return ports;
}

/* --- options ---------------------------------------------------------------------------------- */
void server_read_ports(void *field, const char *what, const char *text,
                       const struct argp_state *state)
{
    struct server_options *options = field;
    char *dash, *end;
    unsigned long first = strtoul(text, &dash, 10);
    unsigned long last = *dash == '-' ? strtoul(dash + 1, &end, 10) : (end = dash, first);
    if (dash == text || *end || end == dash + 1 || first == 0 || first > last || last > 65535)
        console_usage(state, "%s %s: not a range of ports such as 20000-20099", what, text);
    options->low = (uint16_t)first;
    options->high = (uint16_t)last;
}

static void check(void *field, const struct argp_state *state)
{
    struct server_options *options = field;
    if (options->stock > 0 && !channel_suite_takes_pairs(options->suite))
        console_usage(state, "--stock goes with --suite modern:rsa");
    explain_check_file(&options->explain, "--log", options->log, state);
    if (!options->key)
        options->key = identity_default(CHANNEL_SERVER, options->suite);
}

#define S struct server_options
static const struct option_row rows[] = {
    READ(S, bind, "bind", 0, "ADDRESS",
         "Listen at this address only (default: all; loopback in dh and textbook)",
         console_read_address),
    READ(S, key, "key", 'k', "KEY",
         "The server's own key pair: server, or server-textbook in dh and textbook; made on first "
         "use",
         key_name_read),
    TEXT(S, allowed, "allowed", 0, "FILE", "Who may come in (else allowed.csv of the home)"),
    FLAG(S, same_room, "same-room", 0,
         "Many people share one address, as in a classroom: tell of that once, not of each"),
    NUMBER(S, stock, "stock", 0, "N",
           "With --suite modern:rsa: how many fresh key pairs are made ahead: 32", 1, 100000),
    GROUP(S, home, home_table),
    GROUP(S, suite, suite_table),
    GROUP(S, explain, explain_table),
    GROUP(S, seed, seed_table),
    GROUP(S, places, places_table),
    {0}};

const struct option_table server_table = {rows, NULL, NULL, check};

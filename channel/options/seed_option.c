/* --seed, its warning, and the addresses that it refuses. */
#include "seed_option.h"

#include "console.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#define OPTION_SEED 0x5100

static const struct argp_option rows[] = {
    {"seed", OPTION_SEED, "N", 0,
     "Draw all chance from N, so that a lesson repeats byte for byte: nothing is secret then, and "
     "only this machine is talked to",
     0},
    {0}};

void seed_read(struct seed_number *seed, const char *text, const struct argp_state *state)
{
    seed->number = (uint32_t)console_number(state, "--seed", text, 0, SEED_MAX);
    seed->given = true;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    if (key != OPTION_SEED)
        return ARGP_ERR_UNKNOWN;
    seed_read(state->input, text, state);
    return 0;
}

const struct argp seed_argp = {rows, parse, NULL, NULL, NULL, NULL, NULL};

struct lesson_seed *seed_begin(struct lesson_seed *seed, struct seed_number given,
                               const char *party)
{
    if (!given.given)
        return NULL;
    lesson_seed_start(seed, given.number, party);
    console_warning("--seed %u is for lessons: whoever knows this number knows every key, and "
                    "nothing here is secret",
                    given.number);
    return seed;
}

bool seed_is_loopback(const struct sockaddr *address)
{
    const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;
    if (address->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return address->sa_family == AF_INET6 &&
           (IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127));
}

bool seed_refuse(const char *what, struct problem *problem)
{
    problem_set(problem, "%s is not this machine alone, and --seed keeps no secrets", what);
    return problem_hint(problem, "with --seed, use localhost; or leave --seed away");
}

bool seed_check_host(const struct lesson_seed *seed, const char *host, struct problem *problem)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *list, *one;
    bool loopback = true;
    if (!seed || getaddrinfo(host, NULL, &hints, &list) != 0)
        return true;
    for (one = list; one; one = one->ai_next)
        loopback = loopback && seed_is_loopback(one->ai_addr);
    freeaddrinfo(list);
    return loopback || seed_refuse(host, problem);
}

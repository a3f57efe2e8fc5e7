/* --seed, its warning, and the addresses that it refuses. */
#include "seed_option.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

void seed_read(void *field, const char *what, const char *text, const struct argp_state *state)
{
    struct seed_number *seed = field;
    seed->number = (uint32_t)console_number(state, what, text, 0, SEED_MAX);
    seed->given = true;
}

static const struct option_row rows[] = {
    READ_ALL("seed", 0, "N",
             "Draw all chance from N, so that a lesson repeats byte for byte: nothing is secret "
             "then, and only this machine is talked to",
             seed_read),
    {0}};

const struct option_table seed_table = {.rows = rows};

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

/* The places of a server: options, policy, and who holds one. */
#include "places.h"

#include "console.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

/* --- options --------------------------------------------------------------------------------- */

enum { OPTION_GRACE = 0x5200, OPTION_STARTUPS, OPTION_CLIENTS, OPTION_PER_IP };

static const struct argp_option rows[] = {
    {"login-grace", OPTION_GRACE, "SECONDS", 0,
     "Time to log in, after which a connection is ended: 60; 0 is no limit", 0},
    {"max-startups", OPTION_STARTUPS, "N:RATE:M", 0,
     "Connections that have not logged in: from N on, RATE % of new ones are refused, more and "
     "more up to all of them at M; one address holds half of N: 200:30:1000",
     0},
    {"max-clients", OPTION_CLIENTS, "N", 0, "Connections at once: 2000; 0 is no limit", 0},
    {"max-per-ip", OPTION_PER_IP, "N", 0, "Connections at once from one address: no limit", 0},
    {0}};

/* START alone is a plain limit. */
static void read_startups(struct places_limits *limits, const char *text,
                          const struct argp_state *state)
{
    char rest;
    int count = 0;
    if (text[strspn(text, "0123456789:")] == '\0')
        count = sscanf(text, "%19lu:%19lu:%19lu%c", &limits->start, &limits->rate, &limits->full,
                       &rest);
    if (count == 1 && !strchr(text, ':')) {
        limits->rate = 100;
        limits->full = limits->start;
    } else if (count != 3) {
        limits->start = 0;
    }
    if (limits->start < 1 || limits->rate < 1 || limits->rate > 100 ||
        limits->full < limits->start || limits->full > 1000000)
        console_usage(state, "--max-startups %s: not N:RATE:M such as 200:30:1000", text);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct places_limits *limits = state->input;
    switch (key) {
    case OPTION_GRACE:
        limits->login_grace = console_number(state, "--login-grace", text, 0, 86400);
        return 0;
    case OPTION_STARTUPS:
        read_startups(limits, text, state);
        return 0;
    case OPTION_CLIENTS:
        limits->max_clients = console_number(state, "--max-clients", text, 0, 1000000);
        return 0;
    case OPTION_PER_IP:
        limits->max_per_ip = console_number(state, "--max-per-ip", text, 0, 1000000);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp places_argp = {rows, parse, NULL, NULL, NULL, NULL, NULL};

/* --- the policy ------------------------------------------------------------------------------ */

unsigned long places_refusal(const struct places_limits *limits, size_t startups)
{
    if (startups >= limits->full)
        return 100;
    if (startups < limits->start)
        return 0;
    return limits->rate +
           (100 - limits->rate) * (startups - limits->start) / (limits->full - limits->start);
}

enum places_answer places_judge(const struct places_limits *limits,
                                const struct places_count *count, unsigned chance)
{
    if (limits->max_clients && count->all >= limits->max_clients)
        return PLACES_CLIENTS;
    if (limits->max_per_ip && count->all_here >= limits->max_per_ip)
        return PLACES_ADDRESS;
    bool full = chance < places_refusal(limits, count->startups);
    if (count->startups_here >= (limits->start + 1) / 2 || (full && count->startups_here > 0))
        return PLACES_INSTEAD;
    return full ? PLACES_CROWD : PLACES_FREE;
}

const char *places_words(enum places_answer answer)
{
    static const char *const words[] = {
        [PLACES_FREE] = "",
        [PLACES_INSTEAD] = "a newer connection from your address took your place",
        [PLACES_CROWD] = "too many clients that have not logged in",
        [PLACES_CLIENTS] = "too many clients",
        [PLACES_ADDRESS] = "too many clients from your address",
    };
    return words[answer];
}

/* --- the places ------------------------------------------------------------------------------ */

/* Without random bytes nobody is refused by chance before all are. */
static unsigned draw(void)
{
    uint32_t bytes;
    return getrandom(&bytes, sizeof(bytes), GRND_NONBLOCK) == sizeof(bytes) ? bytes % 100 : 99;
}

/* Counts, and returns the oldest startup of this network: the newest come first. */
static struct place *count_places(struct places_count *count, const struct places *places,
                                  const struct uv_network *network)
{
    struct place *oldest = NULL;
    for (struct place *place = places->first; place; place = place->next) {
        bool here = memcmp(&place->network, network, sizeof(*network)) == 0;
        count->all++;
        count->all_here += here;
        count->startups += !place->settled;
        count->startups_here += here && !place->settled;
        if (here && !place->settled)
            oldest = place;
    }
    return oldest;
}

enum places_answer places_take(struct places *places, struct place *place, const uv_tcp_t *tcp)
{
    struct places_count count = {0};
    uv_address_network(&place->network, tcp);
    struct place *oldest = count_places(&count, places, &place->network);
    enum places_answer answer = places_judge(places->limits, &count, draw());
    if (answer == PLACES_INSTEAD)
        places->make_room(oldest);
    else if (answer != PLACES_FREE)
        return answer;
    place->since = uv_now(tcp->loop);
    place->next = places->first;
    place->link = &places->first;
    if (place->next)
        place->next->link = &place->next;
    places->first = place;
    return answer;
}

void place_settle(struct place *place, uint64_t now, bool settled)
{
    if (place->settled != settled)
        place->since = now;
    place->settled = settled;
}

void place_leave(struct place *place)
{
    if (!place->link)
        return;
    *place->link = place->next;
    if (place->next)
        place->next->link = place->link;
    place->link = NULL;
}

bool place_is_late(const struct places *places, const struct place *place, uint64_t now)
{
    uint64_t grace = places->limits->login_grace;
    return grace > 0 && !place->settled && now - place->since > grace * 1000;
}

/*
 * The places of a server: who may take one, and how long a stranger may keep it.
 *
 * A connection that has not logged in yet is a startup. Strangers may hold startups alone, so these
 * are bounded: in time (--login-grace), in number (--max-startups N:RATE:M), and in number
 * for each address. The model is sshd's LoginGraceTime and MaxStartups: from START startups on a
 * newcomer is refused by chance, RATE % of the time there and always at FULL, so that a crowd of
 * strangers cannot shut everybody else out. One address holds at most half of START, so
 * that alone it makes nobody else be refused; when it wants more, its oldest startup makes room, so
 * that silence shuts out nobody who shares the address. What has logged in is bounded by
 * --max-clients and --max-per-ip.
 *
 * An address here is a network that one person may hold: one of IPv4, 64 bits of IPv6.
 */
#ifndef GLASSBOX_PLACES_H
#define GLASSBOX_PLACES_H

#include "uv_address.h"

#include <stdbool.h>
#include <stddef.h>

/* 0 is no limit, but for start, rate and full, which are at least 1. */
struct places_limits {
    unsigned long login_grace;       /* seconds until a startup is ended */
    unsigned long start, rate, full; /* of startups; rate: percent */
    unsigned long max_clients, max_per_ip;
};
#define PLACES_DEFAULTS                                                                            \
    {                                                                                              \
        .login_grace = 60, .start = 200, .rate = 30, .full = 1000, .max_clients = 2000             \
    }

/* --- the policy: pure functions -------------------------------------------------------------- */
struct places_count {
    size_t all, startups;           /* that there are */
    size_t all_here, startups_here; /* of the newcomer's address */
};
enum places_answer {
    PLACES_FREE,
    PLACES_INSTEAD, /* of the oldest startup of its address */
    PLACES_CROWD,   /* refused: too many startups */
    PLACES_CLIENTS, /* --max-clients */
    PLACES_ADDRESS, /* --max-per-ip */
    PLACES_MEMORY,  /* places_judge never says so */
};
/* chance: 0 to 99. */
enum places_answer places_judge(const struct places_limits *limits,
                                const struct places_count *count, unsigned chance);
/* A few words for those who are refused, or make room. */
const char *places_words(enum places_answer answer);
/* How likely a newcomer is refused when there are so many startups, in percent. */
unsigned long places_refusal(const struct places_limits *limits, size_t startups);

/* --- the places ------------------------------------------------------------------------------ */
struct place_account; /* of a network: what it holds */

struct place {
    struct uv_network network;
    struct place_account *account; /* NULL: it holds no place */
    struct place *next, **link;    /* among the startups of its network, the oldest first */
    uint64_t since;                /* uv_now: when it came, or lost its login */
    bool settled;                  /* it has logged in */
};

struct places {
    const struct places_limits *limits;
    void (*make_room)(struct place *place); /* ends this startup: place_leave before it returns */
    void *networks;                         /* a tree of those that hold a place (tsearch) */
    size_t all, startups;                   /* places that are held */
};

/* Takes a place for a connection; PLACES_INSTEAD, too, means that it has one. The place lies in the
 * caller's own structure, zeroed. Takes log(networks) steps. */
enum places_answer places_take(struct places *places, struct place *place, const uv_tcp_t *tcp);
/* It has logged in; or it has logged out, and is a startup again from now on. Fine if it holds none:
 * a login may end behind its connection. */
void place_settle(struct place *place, uint64_t now, bool settled);
/* The end; fine if it holds none. */
void place_leave(struct place *place);
/* Whether its time to log in is over. */
bool place_is_late(const struct places *places, const struct place *place, uint64_t now);

#endif

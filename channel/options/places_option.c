/* How many connections a server takes, as options: see places.h. */
#include "places_option.h"

#include "console.h"

#include <stdio.h>
#include <string.h>

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

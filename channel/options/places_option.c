/* How many connections a server takes, as options: see places.h. */
#include "places_option.h"

#include <stdio.h>
#include <string.h>

/* START alone is a plain limit. */
static void read_startups(void *field, const char *what, const char *text,
                          const struct argp_state *state)
{
    struct places_limits *limits = field;
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
        console_usage(state, "%s %s: not N:RATE:M such as 200:30:1000", what, text);
}

#define S struct places_limits
static const struct option_row rows[] = {
    NUMBER(S, login_grace, "login-grace", 0, "SECONDS",
           "Time to log in, after which a connection is ended: 60; 0 is no limit", 0, 86400),
    READ_ALL("max-startups", 0, "N:RATE:M",
             /* xgettext:no-c-format */
             "Connections that have not logged in: from N on, RATE % of new ones are refused, "
             "more and more up to all of them at M; one address holds half of N: 200:30:1000",
             read_startups),
    NUMBER(S, max_clients, "max-clients", 0, "N", "Connections at once: 2000; 0 is no limit", 0,
           1000000),
    NUMBER(S, max_per_ip, "max-per-ip", 0, "N", "Connections at once from one address: no limit", 0,
           1000000),
    {0}};

const struct option_table places_table = {.rows = rows};

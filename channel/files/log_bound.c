/* How many lines of a log a stranger may cause. */
#include "log_bound.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

/* "2001:db8:0:1::/64" for what one person may hold; else the address as it is. */
static void network_text(char text[LOG_BOUND_ADDRESS_BYTES], const char *address)
{
    struct in6_addr six;
    snprintf(text, LOG_BOUND_ADDRESS_BYTES, "%s", address);
    if (inet_pton(AF_INET6, address, &six) != 1)
        return;
    memset(six.s6_addr + 8, 0, 8);
    inet_ntop(AF_INET6, &six, text, INET6_ADDRSTRLEN);
    strcat(text, "/64");
}

static bool is_over(const struct log_bound_row *row, time_t now)
{
    return now - row->since >= LOG_BOUND_SECONDS || now < row->since;
}

/* The row of this address, a free one, or that of all others. A row with lines to tell is busy. */
static struct log_bound_row *find_row(struct log_bound *bound, const char *network, time_t now)
{
    struct log_bound_row *others = &bound->rows[LOG_BOUND_ADDRESSES], *found = others;
    for (struct log_bound_row *row = bound->rows; row < others; row++) {
        if (strcmp(row->address, network) == 0)
            return row;
        if (row->address[0] == '\0' || (is_over(row, now) && row->lines <= LOG_BOUND_LINES))
            found = row;
    }
    if (found == others)
        network = "others";
    if (strcmp(found->address, network) != 0) {
        *found = (struct log_bound_row){.since = now};
        strcpy(found->address, network);
    }
    return found;
}

bool log_bound_take(struct log_bound *bound, const char *address, time_t now)
{
    char network[LOG_BOUND_ADDRESS_BYTES];
    network_text(network, address);
    struct log_bound_row *row = find_row(bound, network, now);
    if (is_over(row, now) && row->lines <= LOG_BOUND_LINES) {
        row->since = now;
        row->lines = 0;
    }
    return ++row->lines <= LOG_BOUND_LINES;
}

bool log_bound_sum(char address[LOG_BOUND_ADDRESS_BYTES], unsigned long *lines,
                   struct log_bound *bound, time_t now, bool at_end)
{
    for (size_t i = 0; i <= LOG_BOUND_ADDRESSES; i++) {
        struct log_bound_row *row = &bound->rows[i];
        if (row->lines <= LOG_BOUND_LINES || (!at_end && !is_over(row, now)))
            continue;
        strcpy(address, row->address);
        *lines = row->lines - LOG_BOUND_LINES;
        *row = (struct log_bound_row){.lines = 0};
        return true;
    }
    return false;
}

/*
 * How many lines of a log a stranger may cause: LOG_BOUND_LINES for each address in
 * LOG_BOUND_SECONDS. What comes beyond is counted, and told in one line when that time is over, so
 * that nobody fills the disk by knocking:
 *
 *     2026-02-03T04:05:06Z not-logged address=192.0.2.1 lines=1742
 *
 * Only lines about those who have not logged in are bounded. An IPv6 address counts by its first 64
 * bits; when more addresses come at once than there are rows, the others share one. Pure: it reads
 * no clock and writes nothing. One thread.
 */
#ifndef GLASSBOX_LOG_BOUND_H
#define GLASSBOX_LOG_BOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define LOG_BOUND_LINES         100
#define LOG_BOUND_SECONDS       60
#define LOG_BOUND_ADDRESSES     64
#define LOG_BOUND_ADDRESS_BYTES 64

/* Zeroed at first. */
struct log_bound {
    struct log_bound_row {
        char address[LOG_BOUND_ADDRESS_BYTES]; /* "": the row is free */
        time_t since;
        unsigned long lines;
    } rows[LOG_BOUND_ADDRESSES + 1]; /* the last is for all others */
};

/* Whether one more line about a stranger at this address may be written; it is counted. */
bool log_bound_take(struct log_bound *bound, const char *address, time_t now);
/* To be called now and then, until it says false: an address whose time is over, and how many lines
 * about it were not written. at_end: its time is over now. */
bool log_bound_sum(char address[LOG_BOUND_ADDRESS_BYTES], unsigned long *lines,
                   struct log_bound *bound, time_t now, bool at_end);

#endif

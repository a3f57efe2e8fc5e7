/* How many lines of a log a stranger may cause. */
#include "log_bound.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct log_bound bound;

static void start(void)
{
    memset(&bound, 0, sizeof(bound));
}

TestSuite(log_bound, .init = start);

/* How many of so many lines are written. */
static size_t knock(const char *address, size_t times, time_t now)
{
    size_t written = 0;
    while (times-- > 0)
        written += log_bound_take(&bound, address, now);
    return written;
}

static void expect_sum(const char *wanted, unsigned long wanted_lines, time_t now)
{
    char address[LOG_BOUND_ADDRESS_BYTES];
    unsigned long lines;
    cr_assert(log_bound_sum(address, &lines, &bound, now, false), "nothing about %s", wanted);
    cr_expect_str_eq(address, wanted);
    cr_expect_eq(lines, wanted_lines, "%lu", lines);
}

static void expect_no_sum(time_t now)
{
    char address[LOG_BOUND_ADDRESS_BYTES];
    unsigned long lines;
    cr_expect_not(log_bound_sum(address, &lines, &bound, now, false), "%s: %lu", address, lines);
}

Test(log_bound, a_stranger_has_so_many_lines_and_a_sum)
{
    cr_expect_eq(knock("192.0.2.1", 1000, 5000), LOG_BOUND_LINES);
    cr_expect_eq(knock("192.0.2.2", 3, 5000), 3);
    expect_no_sum(5000 + LOG_BOUND_SECONDS - 1);
    expect_sum("192.0.2.1", 1000 - LOG_BOUND_LINES, 5000 + LOG_BOUND_SECONDS);
    expect_no_sum(5000 + LOG_BOUND_SECONDS); /* told once, and of the other nothing is missing */
    cr_expect_eq(knock("192.0.2.1", 1000, 5100), LOG_BOUND_LINES, "a new minute");
}

Test(log_bound, its_time_begins_again)
{
    for (time_t now = 0; now < 10 * LOG_BOUND_SECONDS; now++)
        cr_assert_eq(knock("192.0.2.1", 1, now), 1, "at %ld", (long)now);
    expect_no_sum(20 * LOG_BOUND_SECONDS);
}

Test(log_bound, a_network_of_ipv6_is_one_stranger)
{
    cr_expect_eq(knock("2001:db8:0:1::1", 60, 0), 60);
    cr_expect_eq(knock("2001:db8:0:1:ffff::2", 60, 0), LOG_BOUND_LINES - 60);
    cr_expect_eq(knock("2001:db8:0:2::1", 60, 0), 60);
    expect_sum("2001:db8:0:1::/64", 120 - LOG_BOUND_LINES, LOG_BOUND_SECONDS);
}

/* A crowd shares what one more stranger has; when a row's time is over, it is free again. */
Test(log_bound, a_crowd_shares_the_last_row)
{
    char address[32];
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(address, sizeof(address), "10.0.%u.%u", i / 256, i % 256);
        knock(address, 1, 0);
    }
    expect_sum("others", 1000 - LOG_BOUND_ADDRESSES - LOG_BOUND_LINES, LOG_BOUND_SECONDS);
    cr_expect_eq(knock("192.0.2.1", 1000, LOG_BOUND_SECONDS), LOG_BOUND_LINES);
    expect_sum("192.0.2.1", 1000 - LOG_BOUND_LINES, 2 * LOG_BOUND_SECONDS);
}

/* What is left when the log is closed. */
Test(log_bound, the_end_tells_at_once)
{
    char address[LOG_BOUND_ADDRESS_BYTES];
    unsigned long lines;
    knock("192.0.2.1", LOG_BOUND_LINES + 1, 0);
    cr_expect(log_bound_sum(address, &lines, &bound, 0, true));
    cr_expect_eq(lines, 1);
}

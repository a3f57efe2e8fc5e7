/*
 * A comparison that ends early, under noise made by seed: found while a digit is worth half of the
 * noise, and where it is worth nothing, nothing is found.
 */
#include "sym_timing.h"

#include "fed_random.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

struct server {
    char secret[SYM_TIMING_MOST_LENGTH + 1];
    double digit; /* what a right digit takes, in units of the noise */
    bool outliers;
    uint64_t most, asked;
    struct fed_random random;
};

static double chance(struct server *server)
{
    return ((double)(fed_random_next(&server->random) >> 11) + 0.5) / 9007199254740992.0;
}

static bool measure(void *context, double *time, bool *right, const char *guess)
{
    struct server *server = context;
    size_t same = 0;
    while (server->secret[same] && server->secret[same] == guess[same])
        same++;
    *right = server->secret[same] == '\0';
    *time = 100 + (double)same * server->digit +
            sqrt(-2 * log(chance(server))) * cos(2 * 3.14159265358979 * chance(server));
    if (server->outliers && chance(server) < 0.1) /* somebody else had the processor */
        *time += 1000 * chance(server);
    cr_assert_eq(strlen(guess), strlen(server->secret));
    return ++server->asked <= server->most;
}

static void open(struct server *server, size_t length, double digit, uint64_t seed)
{
    *server = (struct server){.digit = digit, .outliers = true, .most = UINT64_MAX};
    fed_random_init(&server->random, NULL, 0, seed);
    for (size_t i = 0; i < length; i++)
        server->secret[i] = SYM_TIMING_DIGITS[fed_random_next(&server->random) % 16];
}

Test(sym_timing, found_while_a_digit_is_worth_half_of_the_noise)
{
    const uint64_t seed = test_seed_of_figures();
    for (unsigned i = 0; i < 6; i++) {
        struct server server;
        struct sym_timing_result result;
        open(&server, 1 + 3 * i, i < 3 ? 20 : 0.5, seed + i);
        sym_break_timing(&result, strlen(server.secret), 0,
                         &(struct sym_timing_oracle){measure, &server}, NULL);
        cr_expect_eq(result.verdict, SYM_BROKEN, "%s: %s", server.secret, result.why);
        cr_expect_str_eq(result.guess, server.secret);
        cr_expect_eq(result.queries, server.asked);
        cr_expect(i >= 3 || result.queries <= 4 * 16 * 8 * (1 + 3 * i));
    }
}

struct heard {
    size_t checks, believed, rounds;
};

static void hear(void *context, const struct sym_timing_check *check)
{
    struct heard *heard = context;
    heard->checks++;
    heard->believed += check->believed;
    heard->rounds = check->rounds;
    cr_expect_eq(check->believed, check->sigmas >= SYM_TIMING_SIGMAS);
}

/* A comparison that takes the same time whatever is right: in 40 runs hardly a digit is believed. */
Test(sym_timing, nothing_in_a_comparison_of_constant_time)
{
    const uint64_t seed = test_seed_of_figures();
    struct heard heard = {0};
    for (unsigned i = 0; i < 40; i++) {
        struct server server;
        struct sym_timing_result result;
        open(&server, 8, 0, seed + i);
        sym_break_timing(&result, 8, 64, &(struct sym_timing_oracle){measure, &server},
                         &(struct sym_timing_listener){hear, &heard});
        cr_expect_eq(result.verdict, SYM_RESISTED);
        cr_expect_eq(heard.rounds, 64);
        cr_expect_lt(result.known, 3);
    }
    cr_expect_leq(heard.believed, 2, "%zu of %zu checks", heard.believed, heard.checks);
}

/* Work that is counted has no noise: eight rounds a digit. */
Test(sym_timing, hung_up_and_odd_lengths)
{
    struct server server;
    struct sym_timing_result result;
    const struct sym_timing_oracle oracle = {measure, &server};
    open(&server, 8, 20, test_seed_of_figures());
    server.most = 600;
    sym_break_timing(&result, 8, 0, &oracle, NULL);
    cr_expect_eq(result.verdict, SYM_RESISTED);
    cr_expect_eq(result.known, 2);
    cr_expect(strncmp(result.guess, server.secret, 2) == 0);
    sym_break_timing(&result, 0, 0, &oracle, NULL);
    cr_expect_eq(result.verdict, SYM_NOT_APPLICABLE);
    sym_break_timing(&result, SYM_TIMING_MOST_LENGTH + 1, 0, &oracle, NULL);
    cr_expect_eq(result.verdict, SYM_NOT_APPLICABLE);
}

/*
 * Bleichenbacher's attack and Manger's in memory: messages of keys made by seed, and where nothing is
 * told, or too little is asked.
 *
 * The first byte of n sets the price: a number below n begins with 00 02 with a chance of about
 * 2^-16 if that byte is ff, and of 2^-9 if it is 01. So the small keys here have n of 8 k + 1 bits
 * and a few more.
 */
#include "rsa_oracle_breaks.h"

#include "fed_random.h"
#include "rsa_padding.h"
#include "rsa_raw.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

struct server {
    mpz_t n, e, d, m, c;
    size_t bytes;
    uint64_t asked;
    enum { V15, OAEP, YES, NO } tells;
    gmp_randstate_t random;
};

static void open(struct server *server, unsigned bits, uint64_t seed)
{
    mpz_t p, q, less;
    mpz_inits(p, q, less, server->n, server->d, server->m, server->c, NULL);
    mpz_init_set_ui(server->e, 65537);
    gmp_randinit_default(server->random);
    gmp_randseed_ui(server->random, seed);
    do {
        mpz_urandomb(p, server->random, bits / 2);
        mpz_setbit(p, bits / 2 - 1);
        mpz_nextprime(p, p);
        mpz_set_ui(q, 0);
        mpz_setbit(q, bits - 1);
        mpz_urandomb(less, server->random, bits - 1);
        mpz_add(q, q, less);
        mpz_fdiv_q(q, q, p);
        mpz_nextprime(q, q);
        mpz_mul(server->n, p, q);
        mpz_sub_ui(p, p, 1);
        mpz_sub_ui(q, q, 1);
        mpz_mul(less, p, q);
    } while (mpz_sizeinbase(server->n, 2) != bits || !mpz_invert(server->d, server->e, less));
    server->bytes = (bits + 7) / 8;
    server->asked = 0;
    mpz_clears(p, q, less, NULL);
}

static void close(struct server *server)
{
    mpz_clears(server->n, server->e, server->d, server->m, server->c, NULL);
    gmp_randclear(server->random);
}

/* m = 00 02 ... of v1.5, or 00 ... as OAEP's looks from outside. */
static void seal(struct server *server, bool v15)
{
    mpz_urandomb(server->m, server->random, 8 * (server->bytes - (v15 ? 2 : 1)));
    if (v15)
        mpz_setbit(server->m, 8 * (server->bytes - 2) + 1);
    mpz_powm(server->c, server->m, server->e, server->n);
}

static bool ask(void *context, bool *yes, mpz_t *numbers, size_t count)
{
    struct server *server = context;
    mpz_t m;
    mpz_init(m);
    cr_assert(count >= 1 && count <= RSA_ORACLE_BATCH);
    for (size_t i = 0; i < count; i++) {
        mpz_powm(m, numbers[i], server->d, server->n);
        mpz_fdiv_q_2exp(m, m, 8 * (server->bytes - (server->tells == V15 ? 2 : 1)));
        yes[i] = server->tells == V15    ? mpz_cmp_ui(m, 2) == 0
                 : server->tells == OAEP ? mpz_sgn(m) == 0
                                         : server->tells == YES;
    }
    server->asked += count;
    mpz_clear(m);
    return true;
}

struct heard {
    struct server *server;
    size_t rounds;
    double bits;
};

/* m is in one of the intervals after each yes, and there is ever less to choose from. */
static void hear(void *context, const struct rsa_oracle_round *round)
{
    struct heard *heard = context;
    size_t holds = 0;
    for (size_t i = 0; i < round->count; i++)
        holds += mpz_cmp(round->intervals[i].low, heard->server->m) <= 0 &&
                 mpz_cmp(heard->server->m, round->intervals[i].high) <= 0;
    cr_assert_eq(holds, 1, "round %zu: m is in %zu intervals", heard->rounds, holds);
    cr_assert_leq(round->bits, heard->bits, "round %zu", heard->rounds);
    heard->bits = round->bits;
    heard->rounds++;
}

static void expect(struct rsa_finding *finding, struct server *server, enum rsa_verdict verdict,
                   const char *words)
{
    cr_expect_eq(finding->verdict, verdict, "%s", finding->text);
    cr_expect(strstr(finding->text, words), "%s", finding->text);
    cr_expect_eq(finding->work, server->asked);
    if (verdict == RSA_BROKEN)
        cr_expect(mpz_cmp(rsa_finding_get(finding, "m"), server->m) == 0);
    rsa_finding_clear(finding);
}

Test(rsa_oracle_breaks, bleichenbacher)
{
    static const unsigned sizes[] = {97, 129, 250, 251, 252, 513};
    const uint64_t seed = test_seed_of_figures();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct rsa_finding finding;
        struct server server = {.tells = V15};
        struct heard heard = {&server, 0, HUGE_VAL};
        open(&server, sizes[i], seed + i);
        seal(&server, true);
        rsa_finding_init(&finding);
        rsa_break_bleichenbacher(&finding, server.n, server.e, server.c,
                                 &(struct rsa_oracle){ask, &server, 0},
                                 &(struct rsa_oracle_listener){hear, &heard});
        cr_expect_gt(heard.rounds, sizes[i] / 8);
        cr_expect_lt(finding.work, 150000, "%u bits: %lu queries", sizes[i],
                     (unsigned long)finding.work);
        expect(&finding, &server, RSA_BROKEN, "found");
        close(&server);
    }
}

/* Any number is opened, or signed: it is blinded first. */
Test(rsa_oracle_breaks, bleichenbacher_of_any_number)
{
    struct rsa_finding finding;
    struct server server = {.tells = V15};
    open(&server, 130, test_seed_of_figures());
    mpz_set_ui(server.c, 1234567);
    mpz_powm(server.m, server.c, server.d, server.n);
    rsa_finding_init(&finding);
    rsa_break_bleichenbacher(&finding, server.n, server.e, server.c,
                             &(struct rsa_oracle){ask, &server, 0}, NULL);
    expect(&finding, &server, RSA_BROKEN, "found");
    close(&server);
}

Test(rsa_oracle_breaks, manger)
{
    static const unsigned sizes[] = {20, 28, 252, 256, 511, 512, 1024};
    const uint64_t seed = test_seed_of_figures();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (unsigned more = 0; more < 4; more++) {
            struct rsa_finding finding;
            struct server server = {.tells = OAEP};
            struct heard heard = {&server, 0, HUGE_VAL};
            open(&server, sizes[i], seed + 10 * i + more);
            seal(&server, false);
            rsa_finding_init(&finding);
            rsa_break_manger(&finding, server.n, server.e, server.c,
                             &(struct rsa_oracle){ask, &server, 0},
                             &(struct rsa_oracle_listener){hear, &heard});
            cr_expect_lt(finding.work, sizes[i] * 5 / 4 + 300, "%u bits: %lu queries", sizes[i],
                         (unsigned long)finding.work);
            expect(&finding, &server, RSA_BROKEN, "found");
            close(&server);
            if (sizes[i] > 600)
                break;
        }
}

static void try(struct server *server, bool manger, uint64_t most, enum rsa_verdict verdict,
                const char *words)
{
    struct rsa_finding finding;
    const struct rsa_oracle oracle = {ask, server, most};
    server->asked = 0;
    rsa_finding_init(&finding);
    if (manger)
        rsa_break_manger(&finding, server->n, server->e, server->c, &oracle, NULL);
    else
        rsa_break_bleichenbacher(&finding, server->n, server->e, server->c, &oracle, NULL);
    expect(&finding, server, verdict, words);
}

Test(rsa_oracle_breaks, where_it_says_that_it_cannot)
{
    struct server server = {.tells = YES};
    open(&server, 256, test_seed_of_figures());
    seal(&server, true);
    try(&server, false, 0, RSA_RESISTED, "answered alike");
    try(&server, true, 0, RSA_RESISTED, "answered alike");
    server.tells = NO; /* it would search on and on */
    try(&server, false, 1000, RSA_RESISTED, "not enough");
    try(&server, true, 1000, RSA_RESISTED, "not enough");
    server.tells = V15;
    try(&server, false, 500, RSA_RESISTED, "not enough"); /* it takes about 2^16 */
    mpz_set(server.c, server.n);
    try(&server, false, 0, RSA_NOT_APPLICABLE, "not among 1 .. n-1");
    try(&server, true, 0, RSA_NOT_APPLICABLE, "not among 1 .. n-1");
    close(&server);
    open(&server, 249, 1);
    try(&server, true, 0, RSA_NOT_APPLICABLE, "not among");
    mpz_set_ui(server.c, 2);
    try(&server, true, 0, RSA_NOT_APPLICABLE, "below 03");
    close(&server);
    open(&server, 88, 1);
    mpz_set_ui(server.c, 2);
    try(&server, false, 0, RSA_NOT_APPLICABLE, "fewer than 12 bytes");
    close(&server);
}

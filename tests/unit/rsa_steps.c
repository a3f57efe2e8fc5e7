/*
 * The textbook algorithms: what they say on the way, and that they agree with GMP.
 */
#include "bignum_rsa.h"
#include "fed_random.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct story {
    char text[2000];
};

static void tell(struct story *story, const char *line)
{
    strncat(story->text, line, sizeof(story->text) - strlen(story->text) - 1);
}

static void tell_power(void *context, const struct rsa_power_step *line)
{
    char text[200];

    gmp_snprintf(text, sizeof(text), "%zu: %d %Zd %Zd\n", line->index, line->bit, line->squared,
                 line->result);
    tell(context, text);
}

/* 65^17 mod 3233, 17 = 10001 in binary. */
Test(rsa_steps, square_and_multiply)
{
    struct story story = {""};
    mpz_t result, base, exponent, modulus;

    mpz_init(result);
    mpz_init_set_ui(base, 65);
    mpz_init_set_ui(exponent, 17);
    mpz_init_set_ui(modulus, 3233);
    rsa_power(result, base, exponent, modulus, tell_power, &story);
    cr_expect_eq(mpz_cmp_ui(result, 2790), 0);
    cr_expect_str_eq(story.text, "0: 1 1 65\n"
                                 "1: 0 992 992\n"
                                 "2: 0 1232 1232\n"
                                 "3: 0 1547 1547\n"
                                 "4: 1 789 2790\n");
    mpz_clears(result, base, exponent, modulus, NULL);
}

static void tell_euclid(void *context, const struct rsa_euclid_step *row)
{
    char text[200];

    gmp_snprintf(text, sizeof(text), "%zu: %Zd %Zd %Zd %Zd\n", row->index, row->quotient,
                 row->remainder, row->x, row->y);
    tell(context, text);
}

/* 17 d = 1 mod 780: y = -367 = 413. */
Test(rsa_steps, extended_euclid)
{
    struct story story = {""};
    mpz_t gcd, x, y, a, b;

    mpz_inits(gcd, x, y, NULL);
    mpz_init_set_ui(a, 780);
    mpz_init_set_ui(b, 17);
    rsa_euclid(gcd, x, y, a, b, tell_euclid, &story);
    cr_expect_eq(mpz_cmp_ui(gcd, 1), 0);
    cr_expect_eq(mpz_cmp_si(x, 8), 0);
    cr_expect_eq(mpz_cmp_si(y, -367), 0);
    cr_expect_str_eq(story.text, "0: 0 780 1 0\n"
                                 "1: 0 17 0 1\n"
                                 "2: 45 15 1 -45\n"
                                 "3: 1 2 -1 46\n"
                                 "4: 7 1 8 -367\n"
                                 "5: 2 0 -17 780\n");
    mpz_clears(gcd, x, y, a, b, NULL);
}

Test(rsa_steps, edges)
{
    mpz_t r, x, y, zero, one, five;

    mpz_inits(r, x, y, zero, NULL);
    mpz_init_set_ui(one, 1);
    mpz_init_set_ui(five, 5);
    rsa_power(r, five, zero, five, NULL, NULL);
    cr_expect_eq(mpz_cmp_ui(r, 1), 0, "x^0 = 1");
    rsa_power(r, zero, zero, one, NULL, NULL);
    cr_expect_eq(mpz_cmp_ui(r, 0), 0, "modulo 1");
    rsa_euclid(r, x, y, zero, five, NULL, NULL);
    cr_expect_eq(mpz_cmp_ui(r, 5), 0, "gcd(0, 5)");
    rsa_euclid(r, x, y, five, zero, NULL, NULL);
    cr_expect_eq(mpz_cmp_ui(r, 5), 0, "gcd(5, 0)");
    rsa_power(five, five, five, five, NULL, NULL);
    cr_expect_eq(mpz_cmp_ui(five, 0), 0, "result in place of an operand");
    mpz_clears(r, x, y, zero, one, five, NULL);
}

Test(rsa_steps, agree_with_gmp)
{
    uint64_t seed = test_seed();
    struct fed_random random;
    mpz_t a, b, m, got, want, x, y;

    mpz_inits(a, b, m, got, want, x, y, NULL);
    fed_random_init(&random, NULL, 0, seed);
    for (int i = 0; i < 500; i++) {
        mpz_set_ui(a, fed_random_next(&random) >> i % 60);
        mpz_set_ui(b, fed_random_next(&random) >> i % 57);
        mpz_set_ui(m, fed_random_next(&random) | 1);
        rsa_power(got, a, b, m, NULL, NULL);
        mpz_powm(want, a, b, m);
        cr_expect_eq(mpz_cmp(got, want), 0, "power, TEST_SEED=%" PRIu64, seed);
        rsa_euclid(got, x, y, a, m, NULL, NULL);
        mpz_gcd(want, a, m);
        cr_expect_eq(mpz_cmp(got, want), 0, "gcd, TEST_SEED=%" PRIu64, seed);
        mpz_mul(x, x, a);
        mpz_addmul(x, y, m);
        cr_expect_eq(mpz_cmp(x, want), 0, "x a + y b, TEST_SEED=%" PRIu64, seed);
    }
    mpz_clears(a, b, m, got, want, x, y, NULL);
}

/*
 * rsa_key_check: every way in which the numbers of a key can fail to belong together.
 */
#include "bignum_rsa.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In libc's place, for this program: how often the library asked for random bytes. */
static size_t draws;

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    draws++;
    return syscall(SYS_getrandom, buffer, length, flags);
}

/* The numbers of a key, to be bent. */
struct numbers {
    mpz_t number[RSA_NUMBERS];
};

static void numbers_open(struct numbers *numbers, const struct rsa_key *key)
{
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++) {
        char *text = rsa_key_number_text(key, i, 10);
        mpz_init_set_str(numbers->number[i], text, 10);
        rsa_text_free(text);
    }
}

static void numbers_close(struct numbers *numbers)
{
    for (int i = 0; i < RSA_NUMBERS; i++)
        mpz_clear(numbers->number[i]);
}

/* The key that the numbers make; it must be accepted, for its ranges are right. */
static struct rsa_key *numbers_key(struct numbers *numbers)
{
    char *text[RSA_NUMBERS];
    struct rsa_key *key;
    enum rsa_number bad;

    for (int i = 0; i < RSA_NUMBERS; i++)
        text[i] = mpz_get_str(NULL, 10, numbers->number[i]);
    enum rsa_error error = rsa_key_from_text(&key, (const char *const *)text, &bad);
    cr_assert_eq(error, RSA_OK, "%s: %s", rsa_number_name(bad), rsa_strerror(error));
    for (int i = 0; i < RSA_NUMBERS; i++)
        free(text[i]);
    return key;
}

static void lambda_of(mpz_t lambda, const struct numbers *numbers)
{
    mpz_t q1;

    mpz_init(q1);
    mpz_sub_ui(lambda, numbers->number[RSA_P], 1);
    mpz_sub_ui(q1, numbers->number[RSA_Q], 1);
    mpz_lcm(lambda, lambda, q1);
    mpz_clear(q1);
}

static void reduce(mpz_t part, const mpz_t d, const mpz_t prime)
{
    mpz_sub_ui(part, prime, 1);
    mpz_mod(part, d, part);
}

/* n, d and the CRT parts that follow from p, q and e as if p and q were prime. */
static void numbers_derive(struct numbers *numbers)
{
    mpz_t *number = numbers->number;
    mpz_t lambda;

    mpz_init(lambda);
    lambda_of(lambda, numbers);
    mpz_mul(number[RSA_N], number[RSA_P], number[RSA_Q]);
    cr_assert(mpz_invert(number[RSA_D], number[RSA_E], lambda));
    reduce(number[RSA_DP], number[RSA_D], number[RSA_P]);
    reduce(number[RSA_DQ], number[RSA_D], number[RSA_Q]);
    cr_assert(mpz_invert(number[RSA_QINV], number[RSA_Q], number[RSA_P]));
    mpz_clear(lambda);
}

/* In full and quickly: what is wrong and whose fault it is are the same. */
static void expect_check(struct numbers *numbers, enum rsa_error want, enum rsa_number want_bad,
                         const char *what)
{
    enum rsa_error (*const checks[])(const struct rsa_key *,
                                     enum rsa_number *) = {rsa_key_check, rsa_key_check_quickly};
    struct rsa_key *key = numbers_key(numbers);

    for (size_t i = 0; i < 2; i++) {
        enum rsa_number bad = RSA_N;
        enum rsa_error error = checks[i](key, &bad);

        cr_expect_eq(error, want, "%s, check %zu: %s", what, i, rsa_strerror(error));
        cr_expect_eq(bad, want_bad, "%s, check %zu: blames %s", what, i, rsa_number_name(bad));
        cr_expect_eq(checks[i](key, NULL), want);
    }
    rsa_key_free(key);
}

static void new_numbers(struct numbers *numbers, unsigned bits)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, bits, NULL, NULL), RSA_OK);
    numbers_open(numbers, key);
    rsa_key_free(key);
}

Test(rsa_check, one_number_bent)
{
    static const struct {
        enum rsa_number number;
        long add;
        enum rsa_error want;
        enum rsa_number bad;
    } cases[] = {
        {RSA_N, 0, RSA_OK, RSA_NUMBERS},     {RSA_N, 2, RSA_ERR_MODULUS, RSA_N},
        {RSA_N, -2, RSA_ERR_MODULUS, RSA_N}, {RSA_P, 2, RSA_ERR_MODULUS, RSA_N},
        {RSA_Q, -2, RSA_ERR_MODULUS, RSA_N}, {RSA_E, 2, RSA_ERR_PRIVATE, RSA_D},
        {RSA_D, 2, RSA_ERR_PRIVATE, RSA_D},  {RSA_DP, -1, RSA_ERR_CRT, RSA_DP},
        {RSA_DQ, -1, RSA_ERR_CRT, RSA_DQ},   {RSA_QINV, -1, RSA_ERR_CRT, RSA_QINV},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct numbers numbers;
        char what[40];

        new_numbers(&numbers, 256);
        /* 65539 might divide lambda, once in ten thousand runs: then e is to blame, rightly. */
        mpz_t *number = &numbers.number[cases[i].number];
        cases[i].add < 0 ? mpz_sub_ui(*number, *number, (unsigned long)-cases[i].add)
                         : mpz_add_ui(*number, *number, (unsigned long)cases[i].add);
        snprintf(what, sizeof(what), "%s%+ld", rsa_number_name(cases[i].number), cases[i].add);
        expect_check(&numbers, cases[i].want, cases[i].bad, what);
        numbers_close(&numbers);
    }
}

/* d may be the inverse modulo phi as well; and so may any d + k lambda below n. */
Test(rsa_check, d_modulo_phi)
{
    struct numbers numbers;
    mpz_t p1, phi;

    new_numbers(&numbers, 256);
    mpz_inits(p1, phi, NULL);
    mpz_sub_ui(p1, numbers.number[RSA_P], 1);
    mpz_sub_ui(phi, numbers.number[RSA_Q], 1);
    mpz_mul(phi, phi, p1);
    cr_assert(mpz_invert(numbers.number[RSA_D], numbers.number[RSA_E], phi));
    expect_check(&numbers, RSA_OK, RSA_NUMBERS, "d modulo phi");
    mpz_clears(p1, phi, NULL);
    numbers_close(&numbers);
}

static bool survives_round_trips(const struct rsa_key *key)
{
    for (unsigned i = 0; i < 200; i++) {
        uint8_t in[64] = {0}, sealed[64], out[64];
        size_t bytes = rsa_key_bytes(key);

        in[bytes - 1] = (uint8_t)i;
        in[bytes - 2] = (uint8_t)(7 * i);
        if (rsa_public(sealed, key, in, bytes) || rsa_private(out, key, sealed, bytes, NULL) ||
            memcmp(in, out, bytes) != 0)
            return false;
    }
    return true;
}

/* 56052361 = 211 * 421 * 631, a Carmichael number, in the place of p: every message comes back, and
 * n falls apart by trial division. */
Test(rsa_check, carmichael_number_survives_round_trips_but_not_the_check)
{
    struct numbers numbers;

    for (enum rsa_number place = RSA_P; place <= RSA_Q; place++) {
        new_numbers(&numbers, 128);
        mpz_set_ui(numbers.number[RSA_E], 17);
        mpz_set_ui(numbers.number[RSA_P], 4294967291); /* a prime, with 17 not dividing p - 1 */
        mpz_set_ui(numbers.number[RSA_Q], 4294967291);
        mpz_set_ui(numbers.number[place], 56052361);
        numbers_derive(&numbers);
        struct rsa_key *key = numbers_key(&numbers);
        cr_expect(survives_round_trips(key), "the premise: round trips prove nothing");
        rsa_key_free(key);
        expect_check(&numbers, RSA_ERR_NOT_PRIME, place, "Carmichael");
        numbers_close(&numbers);
    }
}

/* 64 random bases for each prime, of which a draw may miss its range; and none. */
Test(rsa_check, only_the_full_check_draws_bases)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, 512, NULL, NULL), RSA_OK);
    draws = 0;
    cr_expect_eq(rsa_key_check(key, NULL), RSA_OK);
    cr_expect_geq(draws, 2 * RSA_ROUNDS_ANY);
    draws = 0;
    cr_expect_eq(rsa_key_check_quickly(key, NULL), RSA_OK);
    cr_expect_eq(draws, 0);
    rsa_key_free(key);
}

/* 3317044064679887385961981 passes Miller-Rabin with all bases to 41: a fixed list takes it. */
Test(rsa_check, strong_pseudoprime)
{
    struct numbers numbers;

    new_numbers(&numbers, 256);
    mpz_set_ui(numbers.number[RSA_E], 65537);
    mpz_set_str(numbers.number[RSA_P], "3317044064679887385961981", 10);
    numbers_derive(&numbers);
    expect_check(&numbers, RSA_ERR_NOT_PRIME, RSA_P, "psi_13");
    numbers_close(&numbers);
}

Test(rsa_check, equal_primes)
{
    struct numbers numbers;

    new_numbers(&numbers, 256);
    mpz_set(numbers.number[RSA_Q], numbers.number[RSA_P]);
    mpz_mul(numbers.number[RSA_N], numbers.number[RSA_P], numbers.number[RSA_P]);
    mpz_set_ui(numbers.number[RSA_QINV], 1);
    mpz_set_ui(numbers.number[RSA_DQ], 1);
    expect_check(&numbers, RSA_ERR_PRIMES_EQUAL, RSA_Q, "p = q");
    numbers_close(&numbers);
}

/* q is the next prime after p: judged in real keys only. */
static void close_primes(unsigned bits, enum rsa_error want, enum rsa_number bad)
{
    struct numbers numbers;
    mpz_t t;

    new_numbers(&numbers, bits);
    mpz_init(t);
    do {
        mpz_nextprime(numbers.number[RSA_Q], numbers.number[RSA_Q]);
        mpz_nextprime(numbers.number[RSA_P], numbers.number[RSA_Q]);
        mpz_mul(numbers.number[RSA_N], numbers.number[RSA_P], numbers.number[RSA_Q]);
        lambda_of(t, &numbers);
        mpz_gcd(t, t, numbers.number[RSA_E]);
    } while (mpz_cmp_ui(t, 1) != 0);
    numbers_derive(&numbers);
    expect_check(&numbers, want, bad, "close primes");
    mpz_clear(t);
    numbers_close(&numbers);
}

Test(rsa_check, close_primes)
{
    close_primes(512, RSA_ERR_PRIMES_CLOSE, RSA_Q);
    close_primes(256, RSA_OK, RSA_NUMBERS);
}

Test(rsa_check, exponent_without_inverse)
{
    struct numbers numbers;

    new_numbers(&numbers, 256);
    /* e = p - 1 halved until odd shares all of itself with lambda. */
    mpz_sub_ui(numbers.number[RSA_E], numbers.number[RSA_P], 1);
    while (mpz_even_p(numbers.number[RSA_E]))
        mpz_tdiv_q_2exp(numbers.number[RSA_E], numbers.number[RSA_E], 1);
    expect_check(&numbers, RSA_ERR_EXPONENT, RSA_E, "gcd(e, lambda) > 1");
    numbers_close(&numbers);
}

/* e chosen after a small d, as in Wiener's attack. */
static void small_d(unsigned bits, unsigned d_bits, enum rsa_error want, enum rsa_number bad)
{
    struct numbers numbers;
    mpz_t lambda, d;

    new_numbers(&numbers, bits);
    mpz_inits(lambda, d, NULL);
    lambda_of(lambda, &numbers);
    mpz_setbit(d, d_bits - 1);
    do {
        mpz_nextprime(d, d);
    } while (!mpz_invert(numbers.number[RSA_E], d, lambda));
    numbers_derive(&numbers);
    cr_assert_eq(mpz_cmp(numbers.number[RSA_D], d), 0);
    expect_check(&numbers, want, bad, "small d");
    mpz_clears(lambda, d, NULL);
    numbers_close(&numbers);
}

Test(rsa_check, small_d)
{
    small_d(512, 256, RSA_ERR_PRIVATE, RSA_D); /* FIPS 186-5 A.1.1: d > 2^(bits/2) */
    small_d(512, 257, RSA_OK, RSA_NUMBERS);
    small_d(256, 62, RSA_ERR_PRIVATE, RSA_D); /* Wiener: d < n^(1/4) / 3 */
    small_d(256, 66, RSA_OK, RSA_NUMBERS);
}

Test(rsa_check, d_of_one)
{
    struct numbers numbers;

    /* 17 * 3 = 51, lambda = lcm(2, 16) = 16, e = 17: every message is its own ciphertext. */
    new_numbers(&numbers, 128);
    mpz_set_ui(numbers.number[RSA_P], 3);
    mpz_set_ui(numbers.number[RSA_Q], 17);
    mpz_set_ui(numbers.number[RSA_E], 17);
    numbers_derive(&numbers);
    expect_check(&numbers, RSA_ERR_PRIVATE, RSA_D, "d = 1");
    numbers_close(&numbers);
}

/*
 * Keys: the ways to one, and what they answer.
 */
#include "bignum_rsa.h"
#include "fed_random.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void expect_text(const struct rsa_key *key, enum rsa_number number, int base,
                        const char *want)
{
    char *text = rsa_key_number_text(key, number, base);

    cr_expect_str_eq(text, want, "%s", rsa_number_name(number));
    rsa_text_free(text);
}

Test(rsa_key, by_hand)
{
    static const char *const want[RSA_NUMBERS] = {"3233", "17", "413", "61",
                                                  "53",   "53", "49",  "38"};
    struct rsa_key *key;

    cr_assert_eq(rsa_key_from_primes(&key, "61", "0x35", "17"), RSA_OK);
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++) {
        expect_text(key, i, 10, want[i]);
        cr_expect(rsa_key_has(key, i));
    }
    expect_text(key, RSA_N, 16, "0xca1");
    cr_expect(rsa_key_is_private(key));
    cr_expect_eq(rsa_key_bits(key), 12);
    cr_expect_eq(rsa_key_bytes(key), 2);
    cr_expect_null(rsa_key_number_text(key, RSA_N, 8));
    cr_expect_eq(rsa_key_check(key, NULL), RSA_OK);
    rsa_key_free(key);
    rsa_key_free(NULL);
    rsa_text_free(NULL);
}

Test(rsa_key, by_hand_refused)
{
    static const struct {
        const char *p, *q, *e;
        enum rsa_error want;
    } cases[] = {
        {"61", "61", "17", RSA_ERR_PRIMES_EQUAL},
        {"61", "61", "65537", RSA_ERR_PRIMES_EQUAL}, /* and e is too large */
        {"60", "53", "17", RSA_ERR_NOT_PRIME},       /* and n is even */
        {"61", "51", "17", RSA_ERR_NOT_PRIME},
        {"561", "61", "17", RSA_ERR_NOT_PRIME}, /* Carmichael */
        {"1", "3233", "17", RSA_ERR_NOT_PRIME},
        {"0", "61", "17", RSA_ERR_BITS},
        {"2", "61", "17", RSA_ERR_MODULUS},
        {"3", "7", "5", RSA_ERR_BITS},
        {"61", "53", "15", RSA_ERR_EXPONENT}, /* gcd(15, 780) = 15 */
        {"61", "53", "16", RSA_ERR_EXPONENT},
        {"61", "53", "1", RSA_ERR_EXPONENT},
        {"61", "53", "3233", RSA_ERR_EXPONENT},
        {"61", "53", "781", RSA_ERR_PRIVATE}, /* 1 modulo lambda */
        {"379", "239", "17993", RSA_ERR_PRIVATE},
        {"sixty", "53", "17", RSA_ERR_NUMBER},
        {"61", "", "17", RSA_ERR_NUMBER},
        {"61", "53", "0x", RSA_ERR_NUMBER},
        {"-61", "53", "17", RSA_ERR_NUMBER},
        {" 61", "53", "17", RSA_ERR_NUMBER},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct rsa_key *key = (struct rsa_key *)&key;
        cr_expect_eq(rsa_key_from_primes(&key, cases[i].p, cases[i].q, cases[i].e), cases[i].want,
                     "p = %s, q = %s, e = %s", cases[i].p, cases[i].q, cases[i].e);
        cr_expect_null(key);
    }
}

Test(rsa_key, default_exponents)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_from_primes(&key, "61", "53", NULL), RSA_OK);
    expect_text(key, RSA_E, 10, "17");
    rsa_key_free(key);
    cr_assert_eq(rsa_key_from_primes(&key, "1019", "997", NULL), RSA_OK);
    expect_text(key, RSA_E, 10, "65537");
    rsa_key_free(key);
    cr_assert_eq(rsa_key_generate(&key, 17, NULL, NULL), RSA_OK);
    expect_text(key, RSA_E, 10, "17");
    rsa_key_free(key);
    cr_assert_eq(rsa_key_generate(&key, 18, NULL, NULL), RSA_OK);
    expect_text(key, RSA_E, 10, "65537");
    rsa_key_free(key);
}

static void expect_generates(unsigned bits, const char *exponent)
{
    struct rsa_key *key;
    enum rsa_number bad;
    enum rsa_error error = rsa_key_generate(&key, bits, exponent, NULL);

    cr_assert_eq(error, RSA_OK, "%u bits, e = %s: %s", bits, exponent, rsa_strerror(error));
    cr_expect_eq(rsa_key_bits(key), bits);
    error = rsa_key_check(key, &bad);
    cr_expect_eq(error, RSA_OK, "%u bits, e = %s: %s: %s", bits, exponent, rsa_number_name(bad),
                 rsa_strerror(error));
    if (exponent)
        expect_text(key, RSA_E, exponent[1] == 'x' ? 16 : 10, exponent);
    rsa_key_free(key);
}

Test(rsa_key, generates_every_small_size)
{
    for (unsigned bits = RSA_MIN_GENERATED_BITS; bits <= 64; bits++) {
        expect_generates(bits, NULL);
        expect_generates(bits, "3");
    }
}

Test(rsa_key, generates_larger_sizes)
{
    expect_generates(511, "3");
    expect_generates(512, "0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff1");
    expect_generates(1024, NULL);
    expect_generates(1025, "17");
    expect_generates(2048, NULL);
}

/* e of nearly the modulus' size, with many small divisors that p - 1 and q - 1 must not have. */
Test(rsa_key, generates_for_a_smooth_exponent)
{
    mpz_t e;

    mpz_init(e);
    mpz_primorial_ui(e, 350);
    mpz_tdiv_q_2exp(e, e, 1); /* odd */
    char *text = mpz_get_str(NULL, 10, e);
    cr_assert_lt(mpz_sizeinbase(e, 2), 512);
    expect_generates(512, text);
    free(text);
    mpz_clear(e);
}

Test(rsa_key, generate_refuses)
{
    static const struct {
        unsigned bits;
        const char *e;
        enum rsa_error want;
    } cases[] = {
        {15, NULL, RSA_ERR_BITS},
        {0, NULL, RSA_ERR_BITS},
        {RSA_MAX_BITS + 1, NULL, RSA_ERR_BITS},
        {512, "65536", RSA_ERR_EXPONENT},
        {512, "1", RSA_ERR_EXPONENT},
        {512, "0", RSA_ERR_EXPONENT},
        {512, "three", RSA_ERR_NUMBER},
        {16, "65537", RSA_ERR_EXPONENT}, /* not below the modulus */
        {16, "3045", RSA_ERR_EXPONENT},  /* 3 * 5 * 7 * 29: of 8 bits only 227 is left */
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct rsa_key *key = (struct rsa_key *)&key;
        cr_expect_eq(rsa_key_generate(&key, cases[i].bits, cases[i].e, NULL), cases[i].want,
                     "%u bits, e = %s", cases[i].bits, cases[i].e ? cases[i].e : "NULL");
        cr_expect_null(key);
    }
}

/* The same random bytes make the same key: nothing else goes into it. */
Test(rsa_key, made_of_its_random_bytes_alone)
{
    struct rsa_key *a, *b, *c;
    struct fed_random random;

    fed_random_init(&random, NULL, 0, 1);
    cr_assert_eq(rsa_key_generate(&a, 256, NULL, &random.source), RSA_OK);
    fed_random_init(&random, NULL, 0, 1);
    cr_assert_eq(rsa_key_generate(&b, 256, NULL, &random.source), RSA_OK);
    cr_assert_eq(rsa_key_generate(&c, 256, NULL, &random.source), RSA_OK);
    cr_expect(rsa_key_equal_public(a, b));
    cr_expect_not(rsa_key_equal_public(a, c));
    rsa_key_free(a);
    rsa_key_free(b);
    rsa_key_free(c);
}

Test(rsa_key, from_text_completes_the_crt_parts)
{
    const char *numbers[RSA_NUMBERS] = {"3233", "17", "2753", "61", "53"};
    enum rsa_number bad = RSA_N;
    struct rsa_key *key;

    cr_assert_eq(rsa_key_from_text(&key, numbers, &bad), RSA_OK);
    cr_expect_eq(bad, RSA_NUMBERS);
    expect_text(key, RSA_D, 10, "2753");
    expect_text(key, RSA_DP, 10, "53");
    expect_text(key, RSA_DQ, 10, "49");
    expect_text(key, RSA_QINV, 10, "38");
    cr_expect_eq(rsa_key_check(key, &bad), RSA_OK);
    rsa_key_free(key);
}

Test(rsa_key, from_text_without_d_is_public)
{
    const char *numbers[RSA_NUMBERS] = {"0xCa1", "17"};
    struct rsa_key *key;

    cr_assert_eq(rsa_key_from_text(&key, numbers, NULL), RSA_OK);
    cr_expect_not(rsa_key_is_private(key));
    cr_expect_not(rsa_key_has(key, RSA_D));
    cr_expect_null(rsa_key_number_text(key, RSA_D, 10));
    cr_expect_eq(rsa_key_number_bytes(key, RSA_D, NULL, 0), 0);
    cr_expect_eq(rsa_key_check(key, NULL), RSA_OK);
    rsa_key_free(key);
}

/* RSA_MAX_BITS + 1 and 100,000 bits in both bases. */
static char *power_of_two(unsigned long bits, int base)
{
    mpz_t n;
    char *text = NULL;

    mpz_init(n);
    mpz_setbit(n, bits - 1);
    mpz_setbit(n, 0);
    cr_assert_geq(gmp_asprintf(&text, base == 16 ? "0x%Zx" : "%Zd", n), 0);
    mpz_clear(n);
    return text;
}

Test(rsa_key, from_text_limits)
{
    static const struct {
        unsigned long bits;
        enum rsa_error want;
    } cases[] = {{RSA_MIN_BITS - 1, RSA_ERR_BITS},
                 {RSA_MIN_BITS, RSA_OK},
                 {RSA_MAX_BITS, RSA_OK},
                 {RSA_MAX_BITS + 1, RSA_ERR_BITS},
                 {100000, RSA_ERR_BITS}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        for (int base = 10; base <= 16; base += 6) {
            char *text = power_of_two(cases[i].bits, base);
            const char *numbers[RSA_NUMBERS] = {text, "3"};
            struct rsa_key *key;
            enum rsa_number bad;

            cr_expect_eq(rsa_key_from_text(&key, numbers, &bad), cases[i].want, "%lu bits",
                         cases[i].bits);
            cr_expect_eq(bad, cases[i].want ? RSA_N : RSA_NUMBERS);
            rsa_key_free(key);
            free(text);
        }
    }
}

Test(rsa_key, from_text_refuses)
{
    static const struct {
        const char *numbers[RSA_NUMBERS];
        enum rsa_error want;
        enum rsa_number bad;
    } cases[] = {
        {{NULL, "17"}, RSA_ERR_NUMBER, RSA_N},
        {{"3233", NULL}, RSA_ERR_NUMBER, RSA_E},
        {{"3233x", "17"}, RSA_ERR_NUMBER, RSA_N},
        {{"3232", "17"}, RSA_ERR_MODULUS, RSA_N},
        {{"3233", "18"}, RSA_ERR_EXPONENT, RSA_E},
        {{"3233", "1"}, RSA_ERR_EXPONENT, RSA_E},
        {{"3233", "3233"}, RSA_ERR_EXPONENT, RSA_E},
        {{"3233", "17", "2754"}, RSA_ERR_PRIVATE, RSA_D},
        {{"3233", "17", "2752"}, RSA_ERR_PRIVATE, RSA_D},
        {{"3233", "17", "3233"}, RSA_ERR_PRIVATE, RSA_D},
        {{"3481", "17", "2809"}, RSA_ERR_PRIVATE, RSA_D}, /* 59^2: 1 has two roots there */
        {{"3233", "17", "2753", "61"}, RSA_ERR_NO_PRIVATE, RSA_Q},
        {{"3233", "17", "2753", NULL, "53"}, RSA_ERR_NO_PRIVATE, RSA_P},
        {{"3233", "17", "3233", "61", "53"}, RSA_ERR_PRIVATE, RSA_D},
        {{"3233", "17", "0", "61", "53"}, RSA_ERR_NUMBER, RSA_D},
        {{"3233", "17", "2753", "60", "53"}, RSA_ERR_NOT_PRIME, RSA_P},
        {{"3233", "17", "2753", "61", "1"}, RSA_ERR_NOT_PRIME, RSA_Q},
        {{"3233", "17", "2753", "3233", "53"}, RSA_ERR_MODULUS, RSA_P},
        {{"3233", "17", "2753", "61", "61"}, RSA_ERR_PRIMES_EQUAL, RSA_Q},
        {{"3233", "17", "2753", "61", "183"}, RSA_ERR_NOT_PRIME, RSA_Q},
        {{"3233", "17", "2753", "61", "53", "61"}, RSA_ERR_CRT, RSA_DP},
        {{"3233", "17", "2753", "61", "53", NULL, "53"}, RSA_ERR_CRT, RSA_DQ},
        {{"3233", "17", "2753", "61", "53", NULL, NULL, "61"}, RSA_ERR_CRT, RSA_QINV},
        {{"3233", "17", "2753", "61", "53", NULL, NULL, "0"}, RSA_ERR_NUMBER, RSA_QINV},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct rsa_key *key = (struct rsa_key *)&key;
        enum rsa_number bad = RSA_NUMBERS;
        enum rsa_error error = rsa_key_from_text(&key, cases[i].numbers, &bad);

        cr_expect_eq(error, cases[i].want, "case %zu: %s", i, rsa_strerror(error));
        cr_expect_eq(bad, cases[i].bad, "case %zu: blames %s", i, rsa_number_name(bad));
        cr_expect_null(key);
        cr_expect_eq(rsa_key_from_text(&key, cases[i].numbers, NULL), cases[i].want);
    }
}

/* n, e and d alone: the primes are found, whichever inverse of e d is. */
static void expect_recovered(unsigned p, unsigned q, unsigned e, unsigned d)
{
    char texts[3][16], *found[2];
    struct rsa_key *key;

    snprintf(texts[0], sizeof(texts[0]), "%u", p * q);
    snprintf(texts[1], sizeof(texts[1]), "%u", e);
    snprintf(texts[2], sizeof(texts[2]), "%u", d);
    cr_assert_eq(
        rsa_key_from_text(&key, (const char *[RSA_NUMBERS]){texts[0], texts[1], texts[2]}, NULL),
        RSA_OK, "%u * %u, e %u, d %u", p, q, e, d);
    for (int i = 0; i < 2; i++) {
        found[i] = rsa_key_number_text(key, i == 0 ? RSA_P : RSA_Q, 10);
        cr_expect_eq(strtoul(found[i], NULL, 10), i == 0 ? q : p, "%u * %u", p, q);
        rsa_text_free(found[i]);
    }
    rsa_key_free(key);
}

Test(rsa_key, primes_from_n_e_and_d)
{
    static const unsigned primes[] = {3,  5,  7,  11, 13, 17, 19, 23, 29,
                                      31, 37, 41, 43, 47, 53, 59, 61};
    size_t pairs = 0;

    for (size_t i = 0; i < sizeof(primes) / sizeof(*primes); i++) {
        for (size_t j = i + 1; j < sizeof(primes) / sizeof(*primes); j++) {
            unsigned p = primes[i], q = primes[j], phi = (p - 1) * (q - 1);
            if (p * q < 33)
                continue;
            for (unsigned e = 3; e < phi; e += 2) {
                for (unsigned d = 1; d < p * q; d++) /* modulo lambda, phi, and in between */
                    if ((e * d - 1) % (p - 1) == 0 && (e * d - 1) % (q - 1) == 0)
                        expect_recovered(p, q, e, d);
                if (e > 40) /* enough: the rest is the same again */
                    break;
            }
            pairs++;
        }
    }
    cr_expect_eq(pairs, 134);
}

Test(rsa_key, public_bytes)
{
    static const uint8_t n[] = {0, 0, 0x0c, 0xa1}, e[] = {0, 17}, even[] = {0x0c, 0xa0};
    static uint8_t huge[RSA_MAX_BYTES + 2];
    struct rsa_key *key;
    uint8_t out[4] = {9, 9, 9, 9};

    cr_assert_eq(rsa_key_from_public_bytes(&key, n, sizeof(n), e, sizeof(e)), RSA_OK);
    cr_expect_eq(rsa_key_number_bytes(key, RSA_N, NULL, 0), 2);
    cr_expect_eq(rsa_key_number_bytes(key, RSA_N, out, 1), 2, "asks for more room");
    cr_expect_eq(out[0], 9);
    cr_expect_eq(rsa_key_number_bytes(key, RSA_N, out, 4), 2);
    cr_expect_arr_eq(out, n + 2, 2);
    rsa_key_free(key);

    cr_expect_eq(rsa_key_from_public_bytes(&key, even, 2, e, 2), RSA_ERR_MODULUS);
    cr_expect_null(key);
    cr_expect_eq(rsa_key_from_public_bytes(&key, NULL, 0, e, 2), RSA_ERR_BITS);
    cr_expect_eq(rsa_key_from_public_bytes(&key, n, 4, NULL, 0), RSA_ERR_EXPONENT);
    cr_expect_eq(rsa_key_from_public_bytes(&key, n, 4, n, 4), RSA_ERR_EXPONENT);
    huge[1] = 1; /* one bit too many */
    huge[RSA_MAX_BYTES + 1] = 1;
    cr_expect_eq(rsa_key_from_public_bytes(&key, huge, sizeof(huge), e, 2), RSA_ERR_BITS);
    cr_expect_eq(rsa_key_from_public_bytes(&key, n, 4, huge, sizeof(huge)), RSA_ERR_EXPONENT);
    huge[1] = 0;
    huge[2] = 0x80;
    cr_assert_eq(rsa_key_from_public_bytes(&key, huge, sizeof(huge), e, 2), RSA_OK);
    cr_expect_eq(rsa_key_bits(key), RSA_MAX_BITS);
    rsa_key_free(key);
}

Test(rsa_key, public_copy)
{
    struct rsa_key *key, *copy;

    cr_assert_eq(rsa_key_generate(&key, 128, NULL, NULL), RSA_OK);
    cr_assert_eq(rsa_key_public_copy(&copy, key), RSA_OK);
    cr_expect(rsa_key_equal_public(key, copy));
    cr_expect_not(rsa_key_is_private(copy));
    cr_expect_eq(rsa_key_check(copy, NULL), RSA_OK);
    rsa_key_free(key);
    rsa_key_free(copy);
}

Test(rsa_key, words)
{
    cr_expect_str_eq(rsa_number_name(RSA_QINV), "qinv");
    cr_expect_str_eq(rsa_number_name(RSA_NUMBERS), "");
    for (int i = RSA_OK; i <= RSA_ERR_VERIFY; i++) {
        const char *text = rsa_strerror((enum rsa_error)i);
        cr_expect_str_neq(text, rsa_strerror((enum rsa_error)(RSA_ERR_VERIFY + 1)), "error %d", i);
        cr_expect_neq(text[strlen(text) - 1], '.');
    }
}

/*
 * Raw RSA: the textbook keys, the edges, faults, and many threads.
 */
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_blinding.h"
#include "rsa_key_internal.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A decimal number as so many big-endian bytes. */
static void to_bytes(uint8_t *out, size_t bytes, const char *decimal)
{
    mpz_t number;
    size_t size;

    mpz_init_set_str(number, decimal, 10);
    size = mpz_sgn(number) ? (mpz_sizeinbase(number, 2) + 7) / 8 : 0;
    cr_assert_leq(size, bytes);
    memset(out, 0, bytes);
    mpz_export(out + bytes - size, NULL, 1, 1, 1, 0, number);
    mpz_clear(number);
}

static void expect_messages(const struct vectors *file, const struct rsa_key *key)
{
    char *plains = strdup(vectors_text(file, "plain")), *plain_rest;
    char *ciphers = strdup(vectors_text(file, "cipher")), *cipher_rest;
    char *plain = strtok_r(plains, " ", &plain_rest);
    char *cipher = strtok_r(ciphers, " ", &cipher_rest);
    size_t bytes = rsa_key_bytes(key);

    while (plain && cipher) {
        uint8_t m[RSA_MAX_BYTES], c[RSA_MAX_BYTES], got[RSA_MAX_BYTES];

        to_bytes(m, bytes, plain);
        to_bytes(c, bytes, cipher);
        cr_expect_eq(rsa_public(got, key, m, bytes), RSA_OK);
        cr_expect_arr_eq(got, c, bytes, "%s: %s to %s", vectors_where(file), plain, cipher);
        cr_expect_eq(rsa_private(got, key, c, bytes, NULL), RSA_OK);
        cr_expect_arr_eq(got, m, bytes, "%s: %s from %s", vectors_where(file), plain, cipher);
        plain = strtok_r(NULL, " ", &plain_rest);
        cipher = strtok_r(NULL, " ", &cipher_rest);
    }
    cr_expect_null(plain, "%s: more plain than cipher", vectors_where(file));
    cr_expect_null(cipher, "%s: more cipher than plain", vectors_where(file));
    free(plains);
    free(ciphers);
}

Test(rsa_raw, textbook_keys)
{
    struct vectors *file = vectors_open("rsa_textbook.txt");

    while (vectors_next(file)) {
        const char *numbers[RSA_NUMBERS] = {NULL};
        struct rsa_key *key;

        for (enum rsa_number i = RSA_N; i <= RSA_Q; i++)
            numbers[i] = vectors_text(file, rsa_number_name(i));
        cr_assert_eq(rsa_key_from_text(&key, numbers, NULL), RSA_OK, "%s", vectors_where(file));
        if (vectors_has(file, "result")) {
            cr_expect_eq(rsa_key_check(key, NULL), RSA_ERR_PRIVATE, "%s", vectors_where(file));
        } else {
            cr_expect_eq(rsa_key_check(key, NULL), RSA_OK, "%s", vectors_where(file));
            expect_messages(file, key);
        }
        rsa_key_free(key);
    }
    vectors_close(file);
}

static struct rsa_key *by_hand(void)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_from_primes(&key, "61", "53", "17"), RSA_OK);
    return key;
}

/* All messages of a small modulus; among them the multiples of p and q, which have no inverse. */
Test(rsa_raw, whole_of_a_small_modulus)
{
    struct rsa_key *key = by_hand();

    for (unsigned m = 0; m < 3233; m++) {
        uint8_t in[2] = {(uint8_t)(m >> 8), (uint8_t)m}, sealed[2], out[2];

        cr_assert_eq(rsa_public(sealed, key, in, 2), RSA_OK);
        cr_assert_eq(rsa_private(out, key, sealed, 2, NULL), RSA_OK);
        cr_expect_arr_eq(out, in, 2, "%u", m);
        cr_assert_eq(rsa_private(sealed, key, in, 2, NULL), RSA_OK);
        cr_assert_eq(rsa_public(out, key, sealed, 2), RSA_OK);
        cr_expect_arr_eq(out, in, 2, "%u, the other way", m);
    }
    rsa_key_free(key);
}

Test(rsa_raw, edges)
{
    struct rsa_key *key = by_hand();
    static const struct {
        uint8_t in[12];
        size_t bytes;
        enum rsa_error want;
        unsigned value; /* both ways: 0, 1 and -1 stay as they are */
    } cases[] = {
        {{0}, 0, RSA_OK, 0},
        {{0, 0}, 2, RSA_OK, 0},
        {{1}, 1, RSA_OK, 1},
        {{0, 0, 0, 1}, 4, RSA_OK, 1},
        {{0x0c, 0xa0}, 2, RSA_OK, 3232},
        {{0x0c, 0xa1}, 2, RSA_ERR_RANGE, 0},
        {{0xff, 0xff}, 2, RSA_ERR_RANGE, 0},
        {{1, 0, 0}, 3, RSA_ERR_RANGE, 0},
        {{1, 0, 0, 0}, 4, RSA_ERR_RANGE, 0},
        {{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 12, RSA_ERR_RANGE, 0},
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 12, RSA_OK, 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint8_t want[2] = {(uint8_t)(cases[i].value >> 8), (uint8_t)cases[i].value};
        uint8_t out[2] = {9, 9};

        cr_expect_eq(rsa_public(out, key, cases[i].in, cases[i].bytes), cases[i].want,
                     "public, case %zu", i);
        cr_expect_arr_eq(out, want, 2, "public, case %zu", i);
        memset(out, 9, 2);
        cr_expect_eq(rsa_private(out, key, cases[i].in, cases[i].bytes, NULL), cases[i].want,
                     "private, case %zu", i);
        cr_expect_arr_eq(out, want, 2, "private, case %zu", i);
    }
    rsa_key_free(key);
}

/* Sizes around the limb boundaries, primes of equal and of very different length, in place. */
Test(rsa_raw, properties)
{
    static const unsigned sizes[] = {16, 63, 64, 65, 127, 128, 129, 191, 192, 193, 256, 1024};
    uint64_t seed = test_seed();
    struct fed_random random;

    fed_random_init(&random, NULL, 0, seed);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        struct rsa_key *key;
        uint8_t in[128] = {0}, inout[128];

        cr_assert_eq(rsa_key_generate(&key, sizes[i], "3", &random.source), RSA_OK);
        size_t bytes = rsa_key_bytes(key);
        for (int round = 0; round < 40; round++) {
            cr_assert_eq(rsa_random_bytes(in, bytes, &random.source), RSA_OK);
            in[0] &= (uint8_t)((1U << (sizes[i] - 1) % 8) - 1); /* below 2^(bits-1) <= n */
            memcpy(inout, in, bytes);
            cr_assert_eq(rsa_public(inout, key, inout, bytes), RSA_OK);
            cr_assert_eq(rsa_private(inout, key, inout, bytes, &random.source), RSA_OK);
            cr_expect_arr_eq(inout, in, bytes, "%u bits, TEST_SEED=%" PRIu64, sizes[i], seed);
        }
        rsa_key_free(key);
    }
}

Test(rsa_raw, primes_of_different_length)
{
    static const char *const pairs[][2] = {
        {"61", "170141183460469231731687303715884105727"},
        {"170141183460469231731687303715884105727", "61"},
        {"18446744073709551557", "170141183460469231731687303715884105727"},
        {"3", "2305843009213693951"}};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
        struct rsa_key *key;
        uint8_t in[32] = {0}, out[32];

        cr_assert_eq(rsa_key_from_primes(&key, pairs[i][0], pairs[i][1], "65537"), RSA_OK);
        size_t bytes = rsa_key_bytes(key);
        for (unsigned m = 0; m < 400; m++) {
            in[bytes - 1] = (uint8_t)m;
            in[1] = (uint8_t)(m * 11);
            cr_assert_eq(rsa_private(out, key, in, bytes, NULL), RSA_OK, "pair %zu", i);
            cr_assert_eq(rsa_public(out, key, out, bytes), RSA_OK);
            cr_expect_arr_eq(out, in, bytes, "pair %zu, message %u", i, m);
        }
        rsa_key_free(key);
    }
}

/* An exponent as long as the modulus. */
Test(rsa_raw, long_exponent)
{
    struct rsa_key *key;
    uint8_t in[64] = {0, 1, 2, 3}, sealed[64], out[64];

    cr_assert_eq(
        rsa_key_generate(&key, 512,
                         "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
                         "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff1",
                         NULL),
        RSA_OK);
    cr_assert_eq(rsa_public(sealed, key, in, 64), RSA_OK);
    cr_assert_eq(rsa_private(out, key, sealed, 64, NULL), RSA_OK);
    cr_expect_arr_eq(out, in, 64);
    rsa_key_free(key);
}

Test(rsa_raw, public_key_has_no_private_operation)
{
    struct rsa_key *key = by_hand(), *public;
    uint8_t in[2] = {0, 65}, out[2] = {9, 9}, zeros[2] = {0};

    cr_assert_eq(rsa_key_public_copy(&public, key), RSA_OK);
    cr_expect_eq(rsa_private(out, public, in, 2, NULL), RSA_ERR_NO_PRIVATE);
    cr_expect_arr_eq(out, zeros, 2);
    rsa_key_free(public);
    rsa_key_free(key);
}

/* A wrong CRT part makes a result that is right modulo one prime only: released, it would give the
 * other away (Boneh, DeMillo, Lipton, 1997). */
Test(rsa_raw, faults_release_nothing)
{
    struct rsa_key *good;
    uint8_t in[64] = {0, 1, 2, 3}, out[64], zeros[64] = {0};

    cr_assert_eq(rsa_key_generate(&good, 512, NULL, NULL), RSA_OK);
    for (enum rsa_number bent = RSA_N; bent < RSA_NUMBERS; bent++) {
        char *text[RSA_NUMBERS];
        struct rsa_key *key;

        if (bent == RSA_D)
            continue; /* CRT works with its residues dp and dq */
        for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++)
            text[i] = rsa_key_number_text(good, i, 16);
        char *last = text[bent] + strlen(text[bent]) - 1;
        *last = bent <= RSA_Q ? (*last == '1' ? '3' : '1') : (*last == '0' ? '1' : '0');
        cr_assert_eq(rsa_key_from_text(&key, (const char *const *)text, NULL), RSA_OK);
        memset(out, 9, sizeof(out));
        cr_expect_eq(rsa_private(out, key, in, 64, NULL), RSA_ERR_FAULT, "%s",
                     rsa_number_name(bent));
        cr_expect_arr_eq(out, zeros, 64, "%s: released", rsa_number_name(bent));
        rsa_key_free(key);
        for (int i = 0; i < RSA_NUMBERS; i++)
            rsa_text_free(text[i]);
    }
    rsa_key_free(good);
}

/* p and q much shorter, and as long as n: nothing fits, and nothing is overrun. */
Test(rsa_raw, primes_of_another_modulus)
{
    static const char *const keys[][RSA_NUMBERS] = {
        {"0xf000000000000000000000000000000000000000000000000000000000000001", "3", "5", "61",
         "53"},
        {"0xf000000000000000000000000000000000000000000000000000000000000001", "3", "5",
         "0xe000000000000000000000000000000000000000000000000000000000000001",
         "0xd000000000000000000000000000000000000000000000000000000000000001"},
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        uint8_t in[32] = {1, 2, 3}, out[32];
        struct rsa_key *key;

        cr_assert_eq(rsa_key_from_text(&key, keys[i], NULL), RSA_OK, "key %zu", i);
        cr_expect_eq(rsa_private(out, key, in, 32, NULL), RSA_ERR_FAULT, "key %zu", i);
        rsa_key_free(key);
    }
}

static int zero_fill(void *context, uint8_t *out, size_t bytes)
{
    (void)context;
    memset(out, 0, bytes);
    return 0;
}

/* Zeros have no inverse: the blinding notices, and does not go on without. */
Test(rsa_raw, no_blinding_no_result)
{
    const struct rsa_random zero = {zero_fill, NULL};
    struct rsa_key *key = by_hand();
    uint8_t in[2] = {0, 65}, out[2];

    cr_expect_eq(rsa_private(out, key, in, 2, &zero), RSA_ERR_RANDOM);
    cr_expect_eq(rsa_private(out, key, in, 2, NULL), RSA_OK, "and the next call works");
    rsa_key_free(key);
}

/* Counts the draws. */
static int counting_fill(void *context, uint8_t *out, size_t bytes)
{
    ++*(unsigned *)context;
    return rsa_random_bytes(out, bytes, NULL) ? -1 : 0;
}

/* Blinding pairs: factor remover^e = 1, none like the one before. Of the system's randomness a
 * fresh draw for every 32, the others are squares; of a source of one's own a draw each. */
static void check_pairs(const struct rsa_random *source, const unsigned *draws)
{
    struct rsa_key *key;
    mpz_t factor, remover, last, n, e;

    cr_assert_eq(rsa_key_generate(&key, 1024, NULL, NULL), RSA_OK);
    mpz_inits(factor, remover, last, NULL);
    mpz_init_set(n, key->number[RSA_N]);
    mpz_init_set(e, key->number[RSA_E]);
    for (unsigned i = 0; i < 100; i++) {
        mp_limb_t *f = mpz_limbs_write(factor, 16), *r = mpz_limbs_write(remover, 16);
        cr_assert_eq(rsa_blinding_take(f, r, key, source), RSA_OK);
        mpz_limbs_finish(factor, 16);
        mpz_limbs_finish(remover, 16);
        cr_expect_eq(*draws, source ? i + 1 : 0, "%u draws for %u pairs", *draws, i + 1);
        cr_expect_neq(mpz_cmp(factor, last), 0);
        mpz_powm_ui(last, last, 2, n);
        cr_expect_eq(mpz_cmp(factor, last) == 0, !source && i % 32 != 0, "pair %u", i);
        cr_expect_gt(mpz_sizeinbase(factor, 2), 900, "random");
        mpz_set(last, factor);
        mpz_powm(remover, remover, e, n);
        mpz_mul(factor, factor, remover);
        mpz_mod(factor, factor, n);
        cr_expect_eq(mpz_cmp_ui(factor, 1), 0, "pair %u", i);
    }
    mpz_clears(factor, remover, last, n, e, NULL);
    rsa_key_free(key);
}

Test(rsa_raw, blinding_pairs)
{
    unsigned draws = 0;
    check_pairs(NULL, &draws);
    check_pairs(&(struct rsa_random){counting_fill, &draws}, &draws);
}

Test(rsa_raw, private_operation_takes_a_blinding_pair)
{
    unsigned draws = 0;
    const struct rsa_random counting = {counting_fill, &draws};
    struct rsa_key *key;
    uint8_t in[64] = {1}, out[64];

    cr_assert_eq(rsa_key_generate(&key, 512, NULL, NULL), RSA_OK);
    for (unsigned i = 0; i < 100; i++) {
        cr_assert_eq(rsa_private(out, key, in, 64, &counting), RSA_OK);
        cr_expect_eq(draws, i + 1, "%u draws for %u operations", draws, i + 1);
    }
    rsa_key_free(key);
}

struct job {
    const struct rsa_key *key;
    unsigned first;
    int wrong;
};

static void *work(void *context)
{
    struct job *job = context;

    for (unsigned i = 0; i < 100; i++) {
        uint8_t in[64] = {0}, sealed[64], out[64];

        in[62] = (uint8_t)job->first;
        in[63] = (uint8_t)i;
        if (rsa_public(sealed, job->key, in, 64) || rsa_private(out, job->key, sealed, 64, NULL) ||
            memcmp(in, out, 64) != 0)
            job->wrong++;
    }
    return NULL;
}

/* One key in four threads, while each makes a pair of its own. */
Test(rsa_raw, threads)
{
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    struct job jobs[THREADS];
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, 512, NULL, NULL), RSA_OK);
    for (unsigned i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){key, i, 0};
        cr_assert_eq(pthread_create(&threads[i], NULL, work, &jobs[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        cr_expect_eq(jobs[i].wrong, 0, "thread %u: %d wrong", i, jobs[i].wrong);
    }
    rsa_key_free(key);
}

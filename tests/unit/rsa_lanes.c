/*
 * What is done in eight lanes: batches of private operations, and primes, against GMP and against
 * what is done one by one. The powers themselves: rsa_lanes_powers.c.
 */
#include "rsa_lanes.h"
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_crt_lanes.h"
#include "rsa_key_internal.h"
#include "rsa_prime.h"
#include "rsa_prime_lanes.h"
#include "rsa_sieve.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>
#include <string.h>

/* The first call in a process finds what is allowed: each test is one. */
static void allow_lanes(void)
{
    setenv("GLASSBOX_IMPLEMENTATIONS", "portable lanes,lanes (AVX2),lanes (AVX-512 IFMA)", 1);
    cr_assert(rsa_prime_lanes_serve(512, NULL), "no lanes in this build");
}

#define KEYS 3
#define JOBS 9

struct batch {
    struct rsa_key *key[KEYS];
    uint8_t in[JOBS][RSA_MAX_BYTES], out[JOBS][RSA_MAX_BYTES];
    struct rsa_private_job jobs[JOBS];
};

static struct batch *make_batch(const unsigned bits[KEYS], struct fed_random *random)
{
    struct batch *batch = calloc(1, sizeof(*batch));
    for (int i = 0; i < KEYS; i++)
        cr_assert_eq(rsa_key_generate(&batch->key[i], bits[i], NULL, &random->source), RSA_OK);
    for (size_t i = 0; i < JOBS; i++) {
        const struct rsa_key *key = batch->key[i % KEYS];
        cr_assert_eq(rsa_random_bytes(batch->in[i], rsa_key_bytes(key), &random->source), RSA_OK);
        batch->in[i][0] = 0;
        batch->jobs[i] = (struct rsa_private_job){batch->out[i], key, batch->in[i],
                                                  rsa_key_bytes(key), RSA_ERR_RANDOM};
    }
    return batch;
}

static void free_batch(struct batch *batch)
{
    for (int i = 0; i < KEYS; i++)
        rsa_key_free(batch->key[i]);
    free(batch);
}

/* c^d mod n, as the definition says. */
static void by_definition(uint8_t *out, const struct rsa_private_job *job)
{
    const size_t bytes = rsa_key_bytes(job->key);
    size_t written;
    mpz_t m;
    mpz_init(m);
    mpz_import(m, bytes, 1, 1, 1, 0, job->in);
    mpz_powm(m, m, job->key->number[RSA_D], job->key->number[RSA_N]);
    memset(out, 0, bytes);
    const size_t size = mpz_sgn(m) ? (mpz_sizeinbase(m, 2) + 7) / 8 : 0;
    mpz_export(out + bytes - size, &written, 1, 1, 1, 0, m);
    mpz_clear(m);
}

/* One, several, and more than a pass takes; keys of one size, then of different ones. */
static void batches(void)
{
    static const unsigned sizes[2][KEYS] = {{1024, 1024, 1024}, {512, 1024, 768}};
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed());
    for (int kind = 0; kind < 2; kind++) {
        struct batch *batch = make_batch(sizes[kind], &random);
        for (size_t count = 0; count <= JOBS; count++) {
            rsa_private_batch(batch->jobs, count, NULL);
            for (size_t i = 0; i < count; i++) {
                uint8_t want[RSA_MAX_BYTES];
                const struct rsa_private_job *job = &batch->jobs[i];
                cr_assert_eq(job->error, RSA_OK);
                by_definition(want, job);
                cr_assert_arr_eq(job->out, want, rsa_key_bytes(job->key), "job %zu of %zu", i,
                                 count);
                cr_assert_eq(rsa_private(job->out, job->key, job->in, job->in_bytes, NULL), RSA_OK);
                cr_assert_arr_eq(job->out, want, rsa_key_bytes(job->key), "job %zu alone", i);
            }
        }
        free_batch(batch);
    }
}

Test(rsa_lanes, batches_as_the_environment_chooses)
{
    batches();
}

Test(rsa_lanes, batches_in_lanes)
{
    allow_lanes();
    batches();
}

/* A number that is too large, a public key, a fault in one half: theirs alone. */
static void faults(void)
{
    static const unsigned sizes[KEYS] = {512, 512, 512};
    static const uint8_t zeros[RSA_MAX_BYTES];
    static const enum rsa_error want[4] = {RSA_ERR_RANGE, RSA_OK, RSA_ERR_NO_PRIVATE,
                                           RSA_ERR_FAULT};
    struct fed_random random;
    struct rsa_key *public;
    fed_random_init(&random, NULL, 0, test_seed());
    struct batch *batch = make_batch(sizes, &random);
    cr_assert_eq(rsa_key_public_copy(&public, batch->key[2]), RSA_OK);
    memset(batch->in[0], 0xff, RSA_MAX_BYTES);
    batch->jobs[2].key = public;
    batch->jobs[3].key = batch->key[0];
    mpz_combit(batch->key[0]->number[RSA_DP], 7);
    rsa_private_batch(batch->jobs, 4, NULL);
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(batch->jobs[i].error, want[i], "job %d: %d", i, batch->jobs[i].error);
        cr_expect_eq(memcmp(batch->out[i], zeros, 64) == 0, want[i] != RSA_OK, "job %d", i);
    }
    rsa_key_free(public);
    free_batch(batch);
}

Test(rsa_lanes, what_fails_in_a_batch_fails_alone)
{
    faults();
}

Test(rsa_lanes, what_fails_in_lanes_fails_alone)
{
    allow_lanes();
    faults();
}

/* --- primes ------------------------------------------------------------------------------------- */

/* (6 k + 1)(12 k + 1)(18 k + 1), all prime: a Carmichael number, prime to Fermat's test. */
static void carmichael(mpz_t n, gmp_randstate_t random)
{
    mpz_t k, factor[3];
    mpz_inits(k, factor[0], factor[1], factor[2], NULL);
    mpz_urandomb(k, random, 95);
    mpz_setbit(k, 95);
    for (bool good = false; !good; mpz_add_ui(k, k, 1)) {
        good = true;
        for (unsigned i = 0; i < 3 && good; i++) {
            mpz_mul_ui(factor[i], k, 6 * (i + 1));
            mpz_add_ui(factor[i], factor[i], 1);
            good = mpz_probab_prime_p(factor[i], 20) > 0;
        }
    }
    mpz_mul(n, factor[0], factor[1]);
    mpz_mul(n, n, factor[2]);
    mpz_clears(k, factor[0], factor[1], factor[2], NULL);
}

Test(rsa_lanes, miller_rabin_tells_primes_from_others)
{
    gmp_randstate_t random;
    mpz_t w;
    bool prime;
    allow_lanes();
    gmp_randinit_default(random);
    gmp_randseed_ui(random, test_seed());
    mpz_init(w);
    for (unsigned bits = 256; bits <= 1024; bits += 96) {
        mpz_urandomb(w, random, bits - 1);
        mpz_setbit(w, bits - 1);
        mpz_nextprime(w, w);
        for (unsigned rounds = 1; rounds <= 17; rounds += 8) {
            cr_assert_eq(rsa_miller_rabin(&prime, w, rounds, NULL), RSA_OK);
            cr_expect(prime, "a prime of %u bits fell in %u rounds", bits, rounds);
        }
        mpz_add_ui(w, w, 2);
        if (mpz_probab_prime_p(w, 25) == 0) {
            cr_assert_eq(rsa_miller_rabin(&prime, w, 1, NULL), RSA_OK);
            cr_expect_not(prime, "a composite of %u bits passed", bits);
        }
    }
    for (int i = 0; i < 3; i++) {
        carmichael(w, random);
        cr_assert_eq(rsa_miller_rabin(&prime, w, 32, NULL), RSA_OK);
        cr_expect_not(prime, "a Carmichael number passed");
    }
    mpz_clear(w);
    gmp_randclear(random);
}

/* What is drawn through the sift is what one by one passes with base 2: all of it, nothing else. */
Test(rsa_lanes, a_sift_lets_through_what_passes)
{
    gmp_randstate_t random;
    struct rsa_sieve *sieve;
    struct rsa_sift *sift;
    mpz_t start, number, sum, want, two;
    bool found = true;
    allow_lanes();
    gmp_randinit_default(random);
    gmp_randseed_ui(random, test_seed());
    mpz_inits(start, number, sum, want, two, NULL);
    mpz_set_ui(two, 2);
    mpz_urandomb(start, random, 254);
    mpz_setbit(start, 255);
    mpz_setbit(start, 0);
    cr_assert_eq(rsa_sieve_new(&sieve, 256), RSA_OK);
    for (int lanes = 0; lanes < 2; lanes++) {
        rsa_sieve_run(sieve, start, 1003);
        cr_assert_eq(rsa_sift_new(&sift, sieve), RSA_OK);
        for (found = true; found;) {
            cr_assert_eq(lanes ? rsa_sift_draw(sift, number, &found)
                               : rsa_sieve_draw(sieve, number, &found, NULL),
                         RSA_OK);
            if (found && lanes)
                mpz_add(sum, sum, number);
            else if (found && rsa_miller_rabin_base(number, two))
                mpz_add(want, want, number);
        }
        rsa_sift_free(sift);
    }
    cr_expect_gt(mpz_sgn(want), 0, "no prime in the stretch: another seed");
    cr_expect_eq(mpz_cmp(sum, want), 0);
    rsa_sieve_free(sieve);
    mpz_clears(start, number, sum, want, two, NULL);
    gmp_randclear(random);
}

Test(rsa_lanes, keys_made_in_lanes_are_good)
{
    struct rsa_key *key;
    enum rsa_number bad;
    allow_lanes();
    for (unsigned bits = 512; bits <= 1024; bits += 256) {
        cr_assert_eq(rsa_key_generate(&key, bits, NULL, NULL), RSA_OK);
        cr_expect_eq(rsa_key_bits(key), bits);
        cr_expect_eq(rsa_key_check(key, &bad), RSA_OK);
        rsa_key_free(key);
    }
}

/* A seed gives the same key, lanes or not. */
Test(rsa_lanes, a_source_is_drawn_from_one_by_one)
{
    struct fed_random random;
    allow_lanes();
    fed_random_init(&random, NULL, 0, test_seed());
    cr_expect_not(rsa_prime_lanes_serve(512, &random.source));
    cr_expect_not(rsa_prime_lanes_serve(128, NULL));
    cr_expect_not(rsa_prime_lanes_serve(4096, NULL));
}

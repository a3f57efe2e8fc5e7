/*
 * Powers in eight lanes, by each implementation that this machine can run, against GMP; and batches
 * of private operations against single ones.
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

#define COUNT RSA_LANES_MAX_COUNT

/* What each lane is given, and has to give. */
struct powers {
    mp_limb_t out[RSA_LANES][COUNT], base[RSA_LANES][COUNT], exponent[RSA_LANES][COUNT];
    mp_limb_t modulus[RSA_LANES][COUNT], want[RSA_LANES][COUNT];
};

static void put(mp_limb_t *limbs, const mpz_t number, size_t count)
{
    for (size_t i = 0; i < count; i++)
        limbs[i] = mpz_getlimbn(number, (mp_size_t)i);
}

/* Lane by lane another kind of input; `turn` moves the kinds through the lanes. */
static void draw(struct powers *powers, size_t lane, size_t count, unsigned turn,
                 gmp_randstate_t random)
{
    const unsigned kind = ((unsigned)lane + turn) % 8;
    const mp_bitcnt_t bits = count * 64;
    mpz_t m, b, e;
    mpz_inits(m, b, e, NULL);
    mpz_urandomb(m, random, bits);
    mpz_setbit(m,
               bits - 1 - kind % 3); /* primes of a key may be a little shorter than their limbs */
    mpz_setbit(m, 0);
    if (kind == 1) { /* all ones */
        mpz_set_ui(m, 0);
        mpz_setbit(m, bits);
        mpz_sub_ui(m, m, 1);
    } else if (kind == 2) { /* the least with this highest limb, as few ones as can be */
        mpz_set_ui(m, 1);
        mpz_setbit(m, bits - 64);
        mpz_add_ui(m, m, count == 1 ? 2 : 0);
    }
    mpz_urandomm(b, random, m);
    mpz_urandomb(e, random, bits);
    if (kind == 3)
        mpz_sub_ui(b, m, 1); /* -1 */
    if (kind == 4)
        mpz_set_ui(b, turn % 2); /* 0 and 1 */
    if (kind == 5)
        mpz_set_ui(e, turn % 3);
    if (kind == 6) { /* an exponent of all ones */
        mpz_set_ui(e, 0);
        mpz_setbit(e, bits);
        mpz_sub_ui(e, e, 1);
    }
    put(powers->modulus[lane], m, count);
    put(powers->base[lane], b, count);
    put(powers->exponent[lane], e, count);
    mpz_powm(b, b, e, m);
    put(powers->want[lane], b, count);
    mpz_clears(m, b, e, NULL);
}

static void compare(const struct rsa_lanes_implementation *with, struct powers *powers, size_t used,
                    size_t count, unsigned turn)
{
    struct rsa_lane lanes[RSA_LANES];
    memset(powers->out, 0xaa, sizeof(powers->out));
    for (size_t i = 0; i < used; i++)
        lanes[i] = (struct rsa_lane){powers->out[i], powers->base[i], powers->exponent[i],
                                     powers->modulus[i]};
    cr_assert(rsa_lanes_power(with, lanes, used, count, count * 64));
    for (size_t i = 0; i < used; i++)
        cr_assert_arr_eq(powers->out[i], powers->want[i], count * sizeof(mp_limb_t),
                         "%s: %zu limbs, lane %zu, turn %u", with->name, count, i, turn);
    for (size_t i = used; i < RSA_LANES; i++)
        cr_assert_eq(powers->out[i][0], (mp_limb_t)0xaaaaaaaaaaaaaaaa, "a lane that was not used");
}

/* Sizes of a prime of every key up to 4096 bits, in steps that cross limbs of 52 and 64 bits. */
Test(rsa_lanes, powers_are_those_of_gmp)
{
    const struct rsa_lanes_implementation *with;
    gmp_randstate_t random;
    struct powers *powers = malloc(sizeof(*powers));
    gmp_randinit_default(random);
    gmp_randseed_ui(random, test_seed());
    for (size_t count = 1; count <= COUNT; count++) {
#ifdef GLASSBOX_SANITIZED
        if (count > 5 && count % 16 != 0)
            continue;
#endif
        for (unsigned turn = 0; turn < (count <= 16 ? 4 : 1); turn++) {
            for (size_t lane = 0; lane < RSA_LANES; lane++)
                draw(powers, lane, count, turn, random);
            for (size_t i = 0; (with = rsa_lanes_implementation(i)); i++)
                if (with->supported())
                    compare(with, powers, 1 + (turn + count) % RSA_LANES, count, turn);
        }
    }
    gmp_randclear(random);
    free(powers);
}

/* Products alone: an exponent of one to nine bits, so that many thousands of them are cheap. */
Test(rsa_lanes, many_short_powers)
{
    const struct rsa_lanes_implementation *with;
    struct fed_random random;
    mp_limb_t m[RSA_LANES][2], b[RSA_LANES][2], e[RSA_LANES][2], out[RSA_LANES][2];
    struct rsa_lane lanes[RSA_LANES];
    mpz_t modulus, want;
    mpz_inits(modulus, want, NULL);
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 2000; round++) {
        cr_assert_eq(rsa_random_bytes((uint8_t *)m, sizeof(m), &random.source), RSA_OK);
        cr_assert_eq(rsa_random_bytes((uint8_t *)b, sizeof(b), &random.source), RSA_OK);
        cr_assert_eq(rsa_random_bytes((uint8_t *)e, sizeof(e), &random.source), RSA_OK);
        for (size_t i = 0; i < RSA_LANES; i++) {
            m[i][0] |= 1;
            m[i][1] |= (mp_limb_t)1 << 63;
            b[i][1] %= m[i][1];
            e[i][0] &= 511;
            e[i][1] = 0;
            lanes[i] = (struct rsa_lane){out[i], b[i], e[i], m[i]};
        }
        for (size_t with_number = 0; (with = rsa_lanes_implementation(with_number));
             with_number++) {
            if (!with->supported())
                continue;
            cr_assert(rsa_lanes_power(with, lanes, RSA_LANES, 2, 9));
            for (size_t i = 0; i < RSA_LANES; i++) {
                mpz_import(modulus, 2, -1, sizeof(mp_limb_t), 0, 0, m[i]);
                mpz_import(want, 2, -1, sizeof(mp_limb_t), 0, 0, b[i]);
                mpz_powm_ui(want, want, e[i][0], modulus);
                cr_assert_eq(out[i][0], mpz_getlimbn(want, 0), "%s, round %d", with->name, round);
                cr_assert_eq(out[i][1], mpz_getlimbn(want, 1), "%s, round %d", with->name, round);
            }
        }
    }
    mpz_clears(modulus, want, NULL);
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

/* As the environment chooses: in lanes, or one by one. Keys of one size, then of different ones. */
Test(rsa_lanes, a_batch_gives_what_single_operations_give)
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
                cr_assert_eq(rsa_private(want, job->key, job->in, job->in_bytes, NULL), RSA_OK);
                cr_assert_arr_eq(job->out, want, rsa_key_bytes(job->key), "job %zu of %zu", i,
                                 count);
            }
        }
        free_batch(batch);
    }
}

/* A number that is too large, a public key, a fault in one half: theirs alone. */
Test(rsa_lanes, what_fails_in_a_batch_fails_alone)
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

/* --- primes ------------------------------------------------------------------------------------- */

/* The first call in a process finds what is allowed: each test is one. */
static void allow_lanes(void)
{
    setenv("GLASSBOX_IMPLEMENTATIONS", "portable lanes,lanes (AVX-512 IFMA)", 1);
    cr_assert(rsa_prime_lanes_serve(512, NULL), "no lanes in this build");
}

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
            cr_assert_eq(rsa_miller_rabin_in_lanes(&prime, w, rounds), RSA_OK);
            cr_expect(prime, "a prime of %u bits fell in %u rounds", bits, rounds);
        }
        mpz_add_ui(w, w, 2);
        if (mpz_probab_prime_p(w, 25) == 0) {
            cr_assert_eq(rsa_miller_rabin_in_lanes(&prime, w, 1), RSA_OK);
            cr_expect_not(prime, "a composite of %u bits passed", bits);
        }
    }
    for (int i = 0; i < 3; i++) {
        carmichael(w, random);
        cr_assert_eq(rsa_miller_rabin_in_lanes(&prime, w, 32), RSA_OK);
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

/*
 * Primes: Miller-Rabin against numbers made to fool it and against GMP, and what is generated.
 */
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_montgomery.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool passes_base(const mpz_t w, unsigned long base)
{
    mpz_t b;

    mpz_init_set_ui(b, base);
    bool passes = rsa_miller_rabin_base(w, b);
    mpz_clear(b);
    return passes;
}

static bool is_prime(const mpz_t w, unsigned rounds)
{
    bool prime = false;

    cr_assert_eq(rsa_miller_rabin(&prime, w, rounds, NULL), RSA_OK);
    return prime;
}

static void expect_prime(bool want, const mpz_t w)
{
    char *text = mpz_get_str(NULL, 10, w);

    cr_expect_eq(is_prime(w, RSA_ROUNDS_ANY), want, "Miller-Rabin, %s", text);
    cr_expect_eq(rsa_baillie_psw(w), want, "Baillie-PSW, %s", text);
    free(text);
}

static void expect_prime_text(bool want, const char *text)
{
    mpz_t w;

    mpz_init_set_str(w, text, 10);
    expect_prime(want, w);
    mpz_clear(w);
}

/* The first primes, as bases: psi_k below is the least composite that passes k of them. */
static const unsigned long bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41};

/* OEIS A014233 (Pomerance, Selfridge, Wagstaff, Jaeschke, Jiang, Deng, Sorenson, Webster). */
static const char *const psi[] = {"2047",
                                  "1373653",
                                  "25326001",
                                  "3215031751",
                                  "2152302898747",
                                  "3474749660383",
                                  "341550071728321",
                                  "341550071728321",
                                  "3825123056546413051",
                                  "3825123056546413051",
                                  "3825123056546413051",
                                  "318665857834031151167461",
                                  "3317044064679887385961981"};

Test(rsa_prime, strong_pseudoprimes_fool_fixed_bases_only)
{
    for (size_t k = 0; k < sizeof(psi) / sizeof(*psi); k++) {
        mpz_t w;

        mpz_init_set_str(w, psi[k], 10);
        for (size_t i = 0; i <= k; i++)
            cr_expect(passes_base(w, bases[i]), "%s fools base %lu", psi[k], bases[i]);
        expect_prime(false, w);
        mpz_clear(w);
    }
}

/* Arnault, Constructing Carmichael Numbers which are Strong Pseudoprimes to Several Bases (1995): a
 * number of 397 digits that passes every prime base below 307. */
Test(rsa_prime, arnault)
{
    mpz_t p, w, factor;
    unsigned long tested = 0;

    mpz_inits(w, factor, NULL);
    mpz_init_set_str(p,
                     "29674495668685510550154174642905332730771991799853043350995075531276838753"
                     "171770199594238596428121188033664754218345562493168782883",
                     10);
    expect_prime(true, p);
    mpz_set(w, p);
    for (unsigned long k = 313; k <= 353; k += 40) { /* n = p (313 (p-1) + 1) (353 (p-1) + 1) */
        mpz_sub_ui(factor, p, 1);
        mpz_mul_ui(factor, factor, k);
        mpz_add_ui(factor, factor, 1);
        mpz_mul(w, w, factor);
    }
    cr_expect_eq(mpz_sizeinbase(w, 10), 397);
    for (unsigned long base = 2; base < 307; base++) {
        mpz_set_ui(factor, base);
        if (is_prime(factor, RSA_ROUNDS_ANY)) {
            cr_expect(passes_base(w, base), "base %lu", base);
            tested++;
        }
    }
    cr_expect_eq(tested, 62);
    expect_prime(false, w);
    mpz_clears(p, w, factor, NULL);
}

Test(rsa_prime, carmichael_numbers_are_composite)
{
    /* OEIS A002997, and two of Chernick's (6k+1)(12k+1)(18k+1). */
    static const char *const numbers[] = {"561",   "1105",  "1729",  "2465",     "2821",
                                          "6601",  "8911",  "10585", "15841",    "29341",
                                          "41041", "46657", "52633", "56052361", "118901521"};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        expect_prime_text(false, numbers[i]);
}

Test(rsa_prime, famous_primes)
{
    static const char *const mersenne[] = {"7",
                                           "31",
                                           "127",
                                           "8191",
                                           "524287",
                                           "2147483647",
                                           "170141183460469231731687303715884105727"};

    for (size_t i = 0; i < sizeof(mersenne) / sizeof(*mersenne); i++)
        expect_prime_text(true, mersenne[i]);
}

/* Of squares the Lucas test finds no parameter. Those of 1093 and 3511, the Wieferich primes, are
 * strong pseudoprimes to base 2. */
Test(rsa_prime, squares)
{
    static const unsigned long roots[] = {3, 5, 7, 9, 1093, 3511, 4294967291};
    mpz_t w;

    mpz_init(w);
    for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++) {
        mpz_ui_pow_ui(w, roots[i], 2);
        cr_expect(i < 4 || i > 5 || passes_base(w, 2), "the premise");
        expect_prime(false, w);
    }
    mpz_clear(w);
}

/* OEIS A217719: all composites below 100,000 that the Lucas test takes for primes. */
Test(rsa_prime, lucas_pseudoprimes)
{
    static const unsigned long known[] = {989,   3239,  5777,  10877, 27971, 29681,
                                          30739, 31631, 39059, 72389, 73919, 75077};
    const size_t count = sizeof(known) / sizeof(*known);
    size_t next = 0;
    mpz_t w;

    mpz_init(w);
    for (unsigned long i = 0; i < 100000; i++) {
        bool is_known = next < count && i == known[next];
        mpz_set_ui(w, i);
        cr_expect_eq(rsa_lucas(w), is_known || mpz_probab_prime_p(w, 30) != 0, "%lu", i);
        next += is_known;
    }
    cr_expect_eq(next, count);
    mpz_clear(w);
}

static void compare_with_gmp(const mpz_t w, unsigned rounds)
{
    char *text = mpz_get_str(NULL, 10, w);

    bool want = mpz_probab_prime_p(w, 30) != 0 && mpz_sgn(w) > 0;
    cr_expect_eq(is_prime(w, rounds), want, "%s", text);
    cr_expect_eq(rsa_baillie_psw(w), want, "%s", text);
    free(text);
}

Test(rsa_prime, agrees_with_gmp)
{
    uint64_t seed = test_seed();
    struct fed_random random;
    mpz_t w;

    mpz_init(w);
    for (long i = -10; i < 20000; i++) {
        mpz_set_si(w, i);
        compare_with_gmp(w, 16);
    }
    fed_random_init(&random, NULL, 0, seed);
    for (size_t limbs = 1; limbs <= 4; limbs++) {
        for (int i = 0; i < 1000; i++) {
            mpz_set_ui(w, fed_random_next(&random));
            for (size_t j = 1; j < limbs; j++) {
                mpz_mul_2exp(w, w, 64);
                mpz_add_ui(w, w, fed_random_next(&random));
            }
            compare_with_gmp(w, 16);
        }
    }
    mpz_clear(w);
}

/* 2^exponent mod m, by Montgomery's reduction and by GMP: moduli of all sizes up to 20 limbs, random
 * ones, and those whose limbs are nearly all ones or zeros. */
Test(rsa_prime, powers_of_two)
{
    struct fed_random random;
    gmp_randstate_t state;
    mpz_t m, two, exponent, got, want;

    fed_random_init(&random, NULL, 0, test_seed());
    gmp_randinit_default(state);
    gmp_randseed_ui(state, fed_random_next(&random));
    mpz_inits(m, exponent, got, want, NULL);
    mpz_init_set_ui(two, 2);
    for (mp_bitcnt_t bits = 2; bits <= 1280; bits++) {
        for (int kind = 0; kind < 3; kind++) {
            kind == 0 ? mpz_urandomb(m, state, bits) : mpz_rrandomb(m, state, bits);
            mpz_setbit(m, bits - 1);
            mpz_setbit(m, 0);
            mpz_urandomb(exponent, state, kind == 2 ? 7 : bits);
            rsa_power_of_two(got, exponent, m);
            mpz_powm(want, two, exponent, m);
            char *text = mpz_get_str(NULL, 16, m);
            cr_expect_eq(mpz_cmp(got, want), 0, "%s", text);
            free(text);
        }
    }
    gmp_randclear(state);
    mpz_clears(m, two, exponent, got, want, NULL);
}

static int broken_fill(void *context, uint8_t *out, size_t bytes)
{
    (void)context;
    (void)out;
    (void)bytes;
    return -1;
}

Test(rsa_prime, random_source_fails)
{
    const struct rsa_random broken = {broken_fill, NULL};
    bool prime = true;
    mpz_t w, e;

    mpz_init_set_ui(w, 1000003);
    mpz_init_set_ui(e, 3);
    cr_expect_eq(rsa_miller_rabin(&prime, w, 5, &broken), RSA_ERR_RANDOM);
    cr_expect_not(prime);
    cr_expect_eq(rsa_prime_generate(w, 64, e, NULL, &broken), RSA_ERR_RANDOM);
    cr_expect_eq(mpz_sgn(w), 0);
    mpz_clears(w, e, NULL);
}

static int constant_fill(void *context, uint8_t *out, size_t bytes)
{
    memset(out, *(const uint8_t *)context, bytes);
    return 0;
}

/* A source that says the same for ever makes no pair, and does not hang. */
Test(rsa_prime, random_source_is_stuck)
{
    for (unsigned byte = 0; byte < 256; byte += 51) {
        uint8_t value = (uint8_t)byte;
        const struct rsa_random stuck = {constant_fill, &value};
        struct rsa_key *key;

        cr_expect_neq(rsa_key_generate(&key, 256, NULL, &stuck), RSA_OK, "%02x", byte);
        cr_expect_null(key);
    }
}

/* FIPS 186-5 table B.1. */
Test(rsa_prime, rounds)
{
    static const unsigned want[][2] = {{2, RSA_ROUNDS_ANY},
                                       {1023, RSA_ROUNDS_ANY},
                                       {1024, 5},
                                       {1535, 5},
                                       {1536, 4},
                                       {2048, 4},
                                       {8192, 4}};

    for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
        cr_expect_eq(rsa_prime_rounds(want[i][0]), want[i][1], "%u bits", want[i][0]);
}

/* A.1.3 steps 4.4, 4.5, 5.4 to 5.6 of what comes out. */
static void expect_as_wanted(const mpz_t p, unsigned bits, const mpz_t e, const mpz_t other)
{
    mpz_t t, bound;

    mpz_inits(t, bound, NULL);
    cr_expect_eq(mpz_sizeinbase(p, 2), bits);
    mpz_mul(t, p, p); /* p >= sqrt(2) 2^(bits-1): p^2 >= 2^(2 bits - 1) */
    cr_expect_geq(mpz_sizeinbase(t, 2), 2 * bits, "%u bits: below sqrt(2) 2^(bits-1)", bits);
    mpz_sub_ui(t, p, 1);
    mpz_gcd(t, t, e);
    cr_expect_eq(mpz_cmp_ui(t, 1), 0, "%u bits: gcd(p - 1, e)", bits);
    cr_expect_neq(mpz_probab_prime_p(p, 30), 0, "%u bits: prime", bits);
    if (other) {
        mpz_sub(t, p, other);
        mpz_setbit(bound, bits > 100 ? bits - 100 : 0);
        cr_expect_geq(mpz_cmpabs(t, bound), bits > 100 ? 1 : 0, "%u bits: distance", bits);
    }
    mpz_clears(t, bound, NULL);
}

Test(rsa_prime, generated_primes_are_as_wanted)
{
    static const unsigned long exponents[] = {3, 17, 65537};
    mpz_t p, q, e;

    mpz_inits(p, q, e, NULL);
    for (unsigned bits = 8; bits <= 200; bits += bits < 40 ? 1 : 23) {
        for (size_t i = 0; i < 3; i++) {
            mpz_set_ui(e, exponents[i]);
            cr_assert_eq(rsa_prime_generate(p, bits, e, NULL, NULL), RSA_OK, "%u bits", bits);
            expect_as_wanted(p, bits, e, NULL);
            cr_assert_eq(rsa_prime_generate(q, bits, e, p, NULL), RSA_OK, "%u bits", bits);
            expect_as_wanted(q, bits, e, p);
        }
    }
    mpz_clears(p, q, e, NULL);
}

/* Eight bits have 12 primes from 182 to 255: each comes, about equally often. */
Test(rsa_prime, small_primes_are_uniform)
{
    enum { DRAWS = 2400, PRIMES = 12, EACH = DRAWS / PRIMES };
    unsigned seen[256] = {0}, kinds = 0;
    mpz_t p, e;

    mpz_init(p);
    mpz_init_set_ui(e, 65537);
    for (int i = 0; i < DRAWS; i++) {
        cr_assert_eq(rsa_prime_generate(p, 8, e, NULL, NULL), RSA_OK);
        seen[mpz_get_ui(p)]++;
    }
    for (unsigned i = 0; i < 256; i++) {
        if (seen[i]) {
            kinds++;
            /* A standard deviation is 13.5: seven of them are never seen by chance. */
            cr_expect(seen[i] > EACH - 95 && seen[i] < EACH + 95, "%u came %u times", i, seen[i]);
        }
    }
    cr_expect_eq(kinds, PRIMES);
    mpz_clears(p, e, NULL);
}

/* Where the sieve covers a stretch only: primes fall evenly into ten classes by their top bits. */
Test(rsa_prime, larger_primes_are_spread)
{
    enum { DRAWS = 600, CLASSES = 10 };
    unsigned seen[CLASSES] = {0};
    mpz_t p, e, low;

    mpz_inits(p, low, NULL);
    mpz_init_set_ui(e, 65537);
    mpz_setbit(low, 2 * 40 - 1);
    mpz_sqrt(low, low);
    unsigned long first = mpz_get_ui(low), width = ((1UL << 40) - first) / CLASSES + 1;
    for (int i = 0; i < DRAWS; i++) {
        cr_assert_eq(rsa_prime_generate(p, 40, e, NULL, NULL), RSA_OK);
        seen[(mpz_get_ui(p) - first) / width]++;
    }
    for (unsigned i = 0; i < CLASSES; i++) {
        /* 60 on average, with a standard deviation of 7.3. */
        cr_expect(seen[i] > 10 && seen[i] < 110, "class %u: %u", i, seen[i]);
    }
    mpz_clears(p, e, low, NULL);
}

Test(rsa_prime, no_prime_fits)
{
    mpz_t p, e, other;

    /* The 12 primes of 8 bits less one:
     * 3 | 192, 198, ..., 5 | 190, 250, 7 | 196, 238, 29 | 232, 113 | 226. */
    mpz_inits(p, other, NULL);
    mpz_init_set_ui(e, 3 * 5 * 7 * 29);
    cr_assert_eq(rsa_prime_generate(p, 8, e, NULL, NULL), RSA_OK);
    cr_expect_eq(mpz_cmp_ui(p, 227), 0);
    mpz_set(other, p);
    cr_expect_eq(rsa_prime_generate(p, 8, e, other, NULL), RSA_ERR_EXPONENT);
    mpz_mul_ui(e, e, 113);
    cr_expect_eq(rsa_prime_generate(p, 8, e, NULL, NULL), RSA_ERR_EXPONENT);
    cr_expect_eq(mpz_sgn(p), 0);
    cr_expect_eq(rsa_prime_generate(p, 1, e, NULL, NULL), RSA_ERR_BITS);
    cr_expect_eq(rsa_prime_generate(p, RSA_MAX_BITS + 1, e, NULL, NULL), RSA_ERR_BITS);
    mpz_clears(p, e, other, NULL);
}

/* From 2 bits up: 3, then 7, then 13, ... */
Test(rsa_prime, tiniest)
{
    mpz_t p, e;

    mpz_init(p);
    mpz_init_set_ui(e, 17);
    for (unsigned bits = 2; bits < 8; bits++) {
        cr_assert_eq(rsa_prime_generate(p, bits, e, NULL, NULL), RSA_OK, "%u bits", bits);
        expect_as_wanted(p, bits, e, NULL);
    }
    mpz_clears(p, e, NULL);
}

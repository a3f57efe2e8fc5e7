/*
 * Keys that are weak on purpose: each has its flaw and no other, works, and is found by what looks
 * for weak keys.
 */
#include "rsa_flaw.h"
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_weakness.h"

#include <criterion/criterion.h>
#include <string.h>

static int fill(void *context, uint8_t *out, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (uint8_t)(fed_random_next(context) >> 32);
    return 0;
}

static struct rsa_key *make(struct fed_random *random, enum rsa_flaw flaw, unsigned bits,
                            const struct rsa_key *other)
{
    const struct rsa_random source = {fill, random};
    struct rsa_key *key;
    enum rsa_error error = rsa_flaw_make(&key, flaw, bits, other, &source);
    cr_assert_eq(error, RSA_OK, "%s: %s", rsa_flaw_name(flaw), rsa_strerror(error));
    return key;
}

/* m^e^d = m: also with a composite for p, since it is a Carmichael number. */
static void expect_round_trip(const struct rsa_key *key)
{
    uint8_t m[RSA_MAX_BYTES] = {0}, c[RSA_MAX_BYTES], back[RSA_MAX_BYTES];
    size_t bytes = rsa_key_bytes(key);
    m[bytes - 1] = 42;
    cr_expect_eq(rsa_public(c, key, m, bytes), RSA_OK);
    cr_expect_eq(rsa_private(back, key, c, bytes, NULL), RSA_OK);
    cr_expect_arr_eq(back, m, bytes);
}

Test(rsa_flaw, each_is_found)
{
    static const enum rsa_weakness expected[RSA_FLAWS] = {
        [RSA_FLAW_CLOSE] = RSA_WEAK_CLOSE,
        [RSA_FLAW_SHARED] = RSA_WEAKNESSES, /* not to be seen in one key */
        [RSA_FLAW_SMOOTH] = RSA_WEAK_SMOOTH,
        [RSA_FLAW_SMALL_D] = RSA_WEAK_SMALL_D,
        [RSA_FLAW_PATTERN] = RSA_WEAK_PATTERN_PRIMES,
        [RSA_FLAW_FIXED_BASES] = RSA_WEAK_COMPOSITE,
    };
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    struct rsa_key *other = make(&random, RSA_FLAW_CLOSE, 1024, NULL);
    for (int i = 0; i < RSA_FLAWS; i++) {
        enum rsa_flaw flaw = (enum rsa_flaw)i;
        struct rsa_weakness_report report;
        struct rsa_key *key = make(&random, flaw, 768, flaw == RSA_FLAW_SHARED ? other : NULL);
        cr_expect_eq(rsa_key_bits(key), flaw == RSA_FLAW_SHARED ? 1024u : 768u);
        expect_round_trip(key);
        rsa_weakness_of_key(&report, key, 4096);
        enum rsa_weakness first = rsa_weakness_first(&report);
        cr_expect_eq(first, expected[i], "%s: %s", rsa_flaw_name(flaw),
                     first == RSA_WEAKNESSES ? "nothing" : rsa_weakness_info(first)->name);
        rsa_weakness_report_free(&report);
        rsa_key_free(key);
    }
    rsa_key_free(other);
}

/* What the quick check of a stored key finds of itself: it would not be loaded without its mark. */
Test(rsa_flaw, shared_primes)
{
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    struct rsa_key *one = make(&random, RSA_FLAW_SMOOTH, 512, NULL);
    struct rsa_key *two = make(&random, RSA_FLAW_SHARED, 0, one);
    char *p = rsa_key_number_text(one, RSA_P, 10), *p2 = rsa_key_number_text(two, RSA_P, 10);
    char *q2 = rsa_key_number_text(two, RSA_Q, 10);
    cr_expect(strcmp(p, p2) == 0 || strcmp(p, q2) == 0);
    rsa_text_free(p);
    rsa_text_free(p2);
    rsa_text_free(q2);
    rsa_key_free(one);
    rsa_key_free(two);
}

/* It fools the fixed bases 2 to 37 and no more: 41, 43, ... and Baillie-PSW see through it, and
 * random bases do in three of four. */
Test(rsa_flaw, pseudoprime)
{
    struct fed_random random;
    const struct rsa_random source = {fill, &random};
    mpz_t p, base;
    mpz_inits(p, base, NULL);
    fed_random_init(&random, NULL, 0, test_seed_of_figures());
    for (unsigned bits = 256; bits <= 512; bits *= 2) {
        unsigned seen = 0;
        cr_assert_eq(rsa_flaw_pseudoprime(p, bits, &source), RSA_OK);
        cr_expect_eq(mpz_sizeinbase(p, 2), bits);
        for (unsigned long i = 2; i <= 37; i++) {
            mpz_set_ui(base, i);
            if (mpz_probab_prime_p(base, 10))
                cr_expect(rsa_miller_rabin_base(p, base), "%u bits, base %lu", bits, i);
        }
        for (mpz_nextprime(base, base); mpz_cmp_ui(base, 238) < 0; mpz_nextprime(base, base))
            seen += !rsa_miller_rabin_base(p, base);
        cr_expect_gt(seen, 8u, "%u bits: of 39 bases %u see it", bits, seen);
        cr_expect_not(rsa_baillie_psw(p));
    }
    cr_expect_eq(rsa_flaw_pseudoprime(p, 255, &source), RSA_ERR_BITS);
    mpz_clears(p, base, NULL);
}

Test(rsa_flaw, sizes)
{
    static const unsigned wrong[] = {511, 384, 513, 4224};
    struct rsa_key *key;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        cr_expect_eq(rsa_flaw_make(&key, RSA_FLAW_CLOSE, wrong[i], NULL, NULL), RSA_ERR_BITS);
        cr_expect_null(key);
    }
}

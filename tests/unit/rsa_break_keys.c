/*
 * The key itself, from a fault and from d; and what "private then public" loses.
 */
#include "bignum_rsa.h"
#include "rsa_block.h"
#include "rsa_garble.h"
#include "rsa_hashes.h"
#include "rsa_instance.h"
#include "rsa_key_breaks.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdlib.h>

static struct fed_random chance;
static struct rsa_finding finding;

static void begin(void)
{
    fed_random_init(&chance, NULL, 0, test_seed_of_figures());
    rsa_finding_init(&finding);
}

static void end(void)
{
    rsa_finding_clear(&finding);
}

TestSuite(rsa_break_keys, .init = begin, .fini = end);

static void expect_primes(const struct rsa_instance *key, bool of_q)
{
    cr_assert_eq(finding.verdict, RSA_BROKEN, "%s", finding.text);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "p"), of_q ? key->q : key->p), 0);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "q"), of_q ? key->p : key->q), 0);
}

/* --- faults ------------------------------------------------------------------------------------ */

/* Every bit of either half: the fault names the other prime. */
Test(rsa_break_keys, each_bit_of_each_half)
{
    struct rsa_instance key;
    mpz_t m, s, good;
    rsa_instance_make(&key, &chance, 256, 17);
    mpz_inits(m, s, good, NULL);
    random_below(m, &chance, key.n);
    rsa_unchecked_power(good, m, key.d, key.p, key.q, NULL);
    mpz_powm(s, m, key.d, key.n);
    cr_expect_eq(mpz_cmp(s, good), 0);
    for (unsigned bit = 0; bit < 128; bit++) {
        for (int in_q = 0; in_q < 2; in_q++) {
            const struct rsa_glitch glitch = {.in_q = in_q, .bit = bit};
            rsa_unchecked_power(s, m, key.d, key.p, key.q, &glitch);
            rsa_finding_clear(&finding);
            rsa_break_fault(&finding, key.n, key.e, m, s, NULL);
            expect_primes(&key, !in_q);
            rsa_finding_clear(&finding);
            rsa_break_fault_pair(&finding, key.n, good, s, NULL);
            expect_primes(&key, !in_q);
        }
    }
    mpz_clears(m, s, good, NULL);
    rsa_instance_clear(&key);
}

/* The block of PKCS #1 v1.5 is known to everybody; a right signature and a fault of both halves give
 * nothing away. */
Test(rsa_break_keys, padded_and_not_faulty)
{
    struct rsa_instance key;
    uint8_t digest[RSA_MAX_HASH_BYTES];
    mpz_t m, s;
    rsa_instance_make(&key, &chance, 1024, 65537);
    mpz_inits(m, s, NULL);
    test_digest(digest, &test_sha256, "pay 1 euro", 10);
    cr_assert(rsa_block_whole(m, key.n, &test_sha256, digest));
    rsa_unchecked_power(s, m, key.d, key.p, key.q, &(struct rsa_glitch){.in_q = true, .bit = 7});
    rsa_break_fault(&finding, key.n, key.e, m, s, NULL);
    expect_primes(&key, false);
    mpz_add_ui(s, s, 1); /* now both are wrong */
    rsa_finding_clear(&finding);
    rsa_break_fault(&finding, key.n, key.e, m, s, NULL);
    cr_expect_eq(finding.verdict, RSA_RESISTED, "%s", finding.text);
    mpz_powm(s, m, key.d, key.n);
    rsa_finding_clear(&finding);
    rsa_break_fault(&finding, key.n, key.e, m, s, NULL);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    mpz_clears(m, s, NULL);
    rsa_instance_clear(&key);
}

/* The block that we take a signer to make is the one that ours makes. */
Test(rsa_break_keys, block_is_that_of_the_signer)
{
    uint8_t digest[RSA_MAX_HASH_BYTES], signature[RSA_MAX_BYTES], opened[RSA_MAX_BYTES];
    struct rsa_key *pair;
    mpz_t n, block, number;
    cr_assert_eq(rsa_key_generate(&pair, 1031, NULL, &chance.source), RSA_OK);
    mpz_inits(n, block, number, NULL);
    size_t bytes = rsa_key_number_bytes(pair, RSA_N, opened, sizeof(opened));
    mpz_import(n, bytes, 1, 1, 1, 0, opened);
    test_digest(digest, &test_sha1, "abc", 3);
    cr_assert_eq(rsa_pkcs1_sign(signature, pair, &test_sha1, digest, &chance.source), RSA_OK);
    cr_assert_eq(rsa_public(opened, pair, signature, bytes), RSA_OK);
    mpz_import(number, bytes, 1, 1, 1, 0, opened);
    cr_assert(rsa_block_whole(block, n, &test_sha1, digest));
    cr_expect_eq(mpz_cmp(number, block), 0);
    mpz_set_ui(n, 1);
    mpz_mul_2exp(n, n, 8 * (3 + 8 + 35) - 1);
    cr_expect(rsa_block_whole(block, n, &test_sha1, digest)); /* just fits, */
    mpz_fdiv_q_2exp(n, n, 8);
    cr_expect_not(rsa_block_whole(block, n, &test_sha1, digest)); /* just does not */
    mpz_clears(n, block, number, NULL);
    rsa_key_free(pair);
}

/* Ours checks what it has computed. A key whose dp has one wrong bit makes a fault in one half at
 * every signature, and none of them comes out. */
Test(rsa_break_keys, ours_keeps_a_fault_to_itself)
{
    struct rsa_key *pair, *bad;
    const char *numbers[RSA_NUMBERS];
    char *texts[RSA_NUMBERS];
    uint8_t in[8] = {1, 2, 3}, out[RSA_MAX_BYTES], zeros[RSA_MAX_BYTES] = {0};
    mpz_t dp;
    cr_assert_eq(rsa_key_generate(&pair, 512, NULL, &chance.source), RSA_OK);
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++)
        numbers[i] = texts[i] = rsa_key_number_text(pair, i, 16);
    mpz_init(dp);
    mpz_set_str(dp, texts[RSA_DP], 0);
    mpz_combit(dp, 1);
    char *spoilt = malloc(mpz_sizeinbase(dp, 16) + 3);
    gmp_sprintf(spoilt, "0x%Zx", dp);
    numbers[RSA_DP] = spoilt;
    cr_assert_eq(rsa_key_from_text(&bad, numbers, NULL), RSA_OK);
    cr_expect_eq(rsa_private(out, bad, in, sizeof(in), &chance.source), RSA_ERR_FAULT);
    cr_expect_arr_eq(out, zeros, rsa_key_bytes(bad));
    cr_expect_eq(rsa_private(out, pair, in, sizeof(in), &chance.source), RSA_OK);
    for (enum rsa_number i = RSA_N; i < RSA_NUMBERS; i++)
        rsa_text_free(texts[i]);
    free(spoilt);
    mpz_clear(dp);
    rsa_key_free(bad);
    rsa_key_free(pair);
}

/* --- from d ------------------------------------------------------------------------------------ */

static void from_d(const char *n, const char *e, const char *d)
{
    mpz_t numbers[3];
    mpz_init_set_str(numbers[0], n, 10);
    mpz_init_set_str(numbers[1], e, 10);
    mpz_init_set_str(numbers[2], d, 10);
    rsa_finding_clear(&finding);
    rsa_break_from_d(&finding, numbers[0], numbers[1], numbers[2], NULL);
    mpz_clears(numbers[0], numbers[1], numbers[2], NULL);
}

/* d modulo phi and modulo lambda; 2773 is the paper's. */
Test(rsa_break_keys, from_d_of_famous_keys)
{
    static const struct {
        const char *n, *e, *d;
        unsigned long p, q;
    } keys[] = {
        {"2773", "17", "157", 59, 47},     {"3233", "17", "413", 61, 53},
        {"3233", "17", "2753", 61, 53},    {"1927", "17", "433", 47, 41},
        {"90581", "17993", "5", 379, 239}, {"33", "3", "7", 11, 3},
    };
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        from_d(keys[i].n, keys[i].e, keys[i].d);
        cr_assert_eq(finding.verdict, RSA_BROKEN, "%s: %s", keys[i].n, finding.text);
        cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "p"), keys[i].p), 0, "%s", keys[i].n);
        cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "q"), keys[i].q), 0, "%s", keys[i].n);
    }
    from_d("3233", "17", "414");
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    from_d("3233", "1", "1"); /* e d - 1 = 0 */
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    from_d("65537", "3", "43691"); /* a prime n: 3 43691 = 1 mod 65536 */
    cr_expect_eq(finding.verdict, RSA_RESISTED, "%s", finding.text);
    cr_expect_eq(finding.work, RSA_FROM_D_TRIES);
}

/* Each base helps with a chance of a half at least: 40 keys need some 50 bases, and never 64 each. */
Test(rsa_break_keys, from_d_of_any_key)
{
    uint64_t bases = 0;
    for (int i = 0; i < 40; i++) {
        struct rsa_instance key;
        rsa_instance_make(&key, &chance, i < 38 ? 128 : 1024, 65537);
        rsa_finding_clear(&finding);
        rsa_break_from_d(&finding, key.n, key.e, key.d, NULL);
        expect_primes(&key, mpz_cmp(key.p, key.q) < 0);
        bases += finding.work;
        rsa_instance_clear(&key);
    }
    cr_expect_lt(bases, 200, "%llu bases", (unsigned long long)bases);
}

/* --- private then public ------------------------------------------------------------------------ */

static void garble(unsigned long n1, unsigned long e1, unsigned long n2)
{
    mpz_t a, b, e;
    mpz_init_set_ui(a, n1);
    mpz_init_set_ui(b, n2);
    mpz_init_set_ui(e, e1);
    rsa_finding_clear(&finding);
    rsa_break_garble(&finding, a, e, b, NULL);
    mpz_clears(a, b, e, NULL);
}

static unsigned long power(unsigned long base, unsigned long exponent, unsigned long n)
{
    unsigned long result = 1;
    for (; exponent > 0; exponent /= 2, base = base * base % n)
        if (exponent % 2)
            result = result * base % n;
    return result;
}

/* Lesson 04's keys: counted one by one. */
Test(rsa_break_keys, garbled_as_often_as_said)
{
    unsigned long lost = 0;
    mpz_t n1, d1, n2, number;
    mpz_init_set_ui(n1, 3233);
    mpz_init_set_ui(d1, 413);
    mpz_init_set_ui(n2, 2773);
    mpz_init(number);
    for (unsigned long K = 0; K < 3233; K++) {
        bool is_lost = power(power(K, 413, 3233) % 2773, 17, 3233) != K;
        mpz_set_ui(number, K);
        cr_expect_eq(rsa_is_garbled(n1, d1, n2, number), is_lost, "%lu", K);
        lost += is_lost;
    }
    mpz_clears(n1, d1, n2, number, NULL);
    garble(3233, 17, 2773);
    cr_assert_eq(finding.verdict, RSA_BROKEN);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "lost"), lost), 0, "%lu", lost);
    garble(2773, 17, 3233);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE);
    garble(3233, 17, 3233);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE);
    garble(3234, 17, 3233);
    cr_expect_eq(finding.verdict, RSA_BROKEN);
}

/* A K of 64 bits comes back from under 512, whatever k it takes; of 508, any may be meant. */
Test(rsa_break_keys, garbled_and_back)
{
    struct rsa_instance own, peer;
    mpz_t K, inner, b;
    rsa_instance_make(&own, &chance, 520, 17);
    rsa_instance_make(&peer, &chance, 512, 17);
    mpz_inits(K, inner, b, NULL);
    random_of_bits(K, &chance, 64);
    mpz_powm(inner, K, own.d, own.n);
    mpz_mod(b, inner, peer.n);
    rsa_break_ungarble(&finding, own.n, own.e, peer.n, b, 64, NULL);
    cr_assert_eq(finding.verdict, RSA_BROKEN, "%s", finding.text);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "K"), K), 0);
    cr_expect_geq(finding.work, 128);
    rsa_finding_clear(&finding);
    rsa_break_ungarble(&finding, own.n, own.e, peer.n, b, 63, NULL);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    rsa_finding_clear(&finding);
    rsa_break_ungarble(&finding, own.n, own.e, peer.n, b, 520, NULL);
    cr_expect_eq(finding.verdict, RSA_RESISTED, "%s", finding.text);
    rsa_finding_clear(&finding);
    rsa_break_ungarble(&finding, own.n, own.e, peer.n, peer.n, 64, NULL);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE, "%s", finding.text);
    mpz_clears(K, inner, b, NULL);
    rsa_instance_clear(&own);
    rsa_instance_clear(&peer);
}

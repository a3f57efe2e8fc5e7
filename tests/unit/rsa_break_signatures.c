/*
 * A signature without the key: products, blinding, and the verifier that does not look at the end.
 */
#include "bignum_rsa.h"
#include "rsa_block.h"
#include "rsa_hashes.h"
#include "rsa_instance.h"
#include "rsa_signature_breaks.h"

#include <criterion/criterion.h>
#include <gmp.h>
#include <stdio.h>
#include <string.h>

static struct fed_random chance;
static struct rsa_finding finding;
static struct rsa_instance key;

static void begin(void)
{
    fed_random_init(&chance, NULL, 0, test_seed_of_figures());
    rsa_finding_init(&finding);
    rsa_instance_make(&key, &chance, 512, 17);
}

static void end(void)
{
    rsa_finding_clear(&finding);
    rsa_instance_clear(&key);
}

TestSuite(rsa_break_signatures, .init = begin, .fini = end);

/* Broken, and s is what the owner of d would have signed for m. */
static void expect_signature(const mpz_t m)
{
    mpz_t s;
    mpz_init(s);
    cr_assert_eq(finding.verdict, RSA_BROKEN, "%s", finding.text);
    mpz_powm(s, m, key.d, key.n);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "s"), s), 0);
    cr_expect_eq(mpz_cmp(rsa_finding_get(&finding, "m"), m), 0);
    mpz_clear(s);
}

/* --- products ---------------------------------------------------------------------------------- */

/* The target is m1^x m2^y; beyond 2 and -2 it is not looked for. */
static void multiply(int x, int y)
{
    mpz_t m[2], s[2], target, power;
    mpz_inits(target, power, NULL);
    for (int i = 0; i < 2; i++) {
        mpz_inits(m[i], s[i], NULL);
        random_below(m[i], &chance, key.n);
        mpz_powm(s[i], m[i], key.d, key.n);
    }
    mpz_set_si(power, x);
    mpz_powm(target, m[0], power, key.n);
    mpz_set_si(power, y);
    mpz_powm(power, m[1], power, key.n);
    mpz_mul(target, target, power);
    mpz_mod(target, target, key.n);
    rsa_finding_clear(&finding);
    rsa_break_multiply(&finding, key.n, key.e, (const mpz_srcptr[]){s[0], s[1]}, 2, target, NULL);
    if (x >= -2 && x <= 2 && y >= -2 && y <= 2)
        expect_signature(target);
    else
        cr_expect_eq(finding.verdict, RSA_RESISTED, "%d %d: %s", x, y, finding.text);
    mpz_clears(m[0], m[1], s[0], s[1], target, power, NULL);
}

Test(rsa_break_signatures, products)
{
    multiply(1, 1);
    multiply(2, -2);
    multiply(-1, 0);
    multiply(-2, 2);
    multiply(3, 0);
    multiply(1, -3);
}

Test(rsa_break_signatures, product_of_all)
{
    mpz_t m, s[3];
    mpz_init_set_ui(m, 2 * 3 * 5);
    for (int i = 0; i < 3; i++) {
        mpz_init_set_ui(s[i], i == 0 ? 2 : i == 1 ? 3 : 5);
        mpz_powm(s[i], s[i], key.d, key.n);
    }
    rsa_break_multiply(&finding, key.n, key.e, (const mpz_srcptr[]){s[0], s[1], s[2]}, 3, NULL,
                       NULL);
    expect_signature(m);
    mpz_set_ui(m, 3);
    rsa_finding_clear(&finding);
    rsa_break_multiply(&finding, key.n, key.e, (const mpz_srcptr[]){s[0], s[1], s[2]}, 3, m, NULL);
    cr_expect_eq(finding.verdict, RSA_NOT_APPLICABLE);
    mpz_clears(m, s[0], s[1], s[2], NULL);
}

/* --- blinding ---------------------------------------------------------------------------------- */

enum manner { RAW, REFUSES, PADS };
struct signer {
    enum manner manner;
    mpz_t forbidden;
    bool asked_for_it;
};

static bool sign(void *context, mpz_t answer, const mpz_t question)
{
    struct signer *signer = context;
    signer->asked_for_it = mpz_cmp(question, signer->forbidden) == 0;
    mpz_add_ui(answer, question, signer->manner == PADS ? 1 : 0);
    mpz_powm(answer, answer, key.d, key.n);
    return signer->manner != REFUSES;
}

static void blind(enum manner manner, enum rsa_verdict want)
{
    struct signer signer = {.manner = manner};
    mpz_init(signer.forbidden);
    random_below(signer.forbidden, &chance, key.n);
    rsa_finding_clear(&finding);
    rsa_break_blind(&finding, key.n, key.e, signer.forbidden, NULL,
                    &(struct rsa_oracle){sign, &signer}, &chance.source, NULL);
    cr_expect_not(signer.asked_for_it);
    cr_expect_eq(finding.verdict, want, "%s", finding.text);
    if (want == RSA_BROKEN)
        expect_signature(signer.forbidden);
    mpz_clear(signer.forbidden);
}

Test(rsa_break_signatures, blinding)
{
    for (int i = 0; i < 20; i++)
        blind(RAW, RSA_BROKEN);
    blind(REFUSES, RSA_RESISTED);
    blind(PADS, RSA_RESISTED);
}

/* --- raising ----------------------------------------------------------------------------------- */

/* Every K of 128 bits with a private power that anybody knows: the cubes, and for e = 65537 0 and 1. */
Test(rsa_break_signatures, raise)
{
    mpz_t e;
    mpz_init_set_ui(e, 65537);
    rsa_break_raise(&finding, key.n, e, 128, NULL);
    cr_expect_eq(finding.verdict, RSA_BROKEN);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "K"), 1), 0);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "count"), 2), 0);
    rsa_finding_clear(&finding);
    mpz_set_ui(e, 127); /* 2^127 just fits */
    rsa_break_raise(&finding, key.n, e, 128, NULL);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "s"), 2), 0);
    rsa_finding_clear(&finding);
    mpz_set_ui(e, 128); /* 2^128 just does not */
    rsa_break_raise(&finding, key.n, e, 128, NULL);
    cr_expect_eq(mpz_cmp_ui(rsa_finding_get(&finding, "s"), 1), 0);
    mpz_clear(e);
}

/* --- the verifier that does not look at the end --------------------------------------------------- */

/* A public key of so many bits: any odd number is a modulus here, as nobody uses its primes. */
static struct rsa_key *public_key(unsigned bits, unsigned long e)
{
    uint8_t n[RSA_MAX_BYTES], small[8];
    size_t n_bytes, e_bytes;
    struct rsa_key *made;
    mpz_t number;
    mpz_init(number);
    random_of_bits(number, &chance, bits);
    mpz_setbit(number, 0);
    mpz_export(n, &n_bytes, 1, 1, 1, 0, number);
    mpz_set_ui(number, e);
    mpz_export(small, &e_bytes, 1, 1, 1, 0, number);
    mpz_clear(number);
    cr_assert_eq(rsa_key_from_public_bytes(&made, n, n_bytes, small, e_bytes), RSA_OK);
    return made;
}

static void number_of(mpz_t number, const struct rsa_key *made, enum rsa_number which)
{
    uint8_t bytes[RSA_MAX_BYTES];
    mpz_import(number, rsa_key_number_bytes(made, which, bytes, sizeof(bytes)), 1, 1, 1, 0, bytes);
}

/* One forgery of a random digest. The lax verifier takes it, and ours does not. */
static bool forge(const struct rsa_key *made, const struct rsa_hash *hash)
{
    uint8_t digest[RSA_MAX_HASH_BYTES], signature[RSA_MAX_BYTES] = {0};
    size_t bytes = rsa_key_bytes(made), count = 0;
    mpz_t n, e;
    mpz_inits(n, e, NULL);
    number_of(n, made, RSA_N);
    number_of(e, made, RSA_E);
    cr_assert_eq(chance.source.fill(&chance, digest, hash->bytes), 0);
    rsa_finding_clear(&finding);
    rsa_break_forge(&finding, n, e, hash, digest, NULL);
    mpz_clears(n, e, NULL);
    if (finding.verdict != RSA_BROKEN)
        return false;
    mpz_srcptr s = rsa_finding_get(&finding, "s");
    mpz_export(signature + bytes - (mpz_sizeinbase(s, 2) + 7) / 8, &count, 1, 1, 1, 0, s);
    cr_expect(rsa_lax_verify(signature, bytes, made, hash, digest));
    cr_expect_eq(rsa_pkcs1_verify(signature, bytes, made, hash, digest), RSA_ERR_VERIFY);
    digest[0] ^= 1; /* and it does read what stands in front */
    cr_expect_not(rsa_lax_verify(signature, bytes, made, hash, digest));
    return true;
}

static unsigned successes(unsigned bits, unsigned long e, const struct rsa_hash *hash,
                          unsigned tries)
{
    unsigned good = 0;
    for (unsigned i = 0; i < tries; i++) {
        struct rsa_key *made = public_key(bits, e);
        good += forge(made, hash);
        rsa_key_free(made);
    }
    return good;
}

/* At the size that is said to be always enough, always; 16 bits below for some digests only; 64 bits
 * below for none, or nearly. */
Test(rsa_break_signatures, forgery_and_its_least_size)
{
    static const struct {
        const struct rsa_hash *hash;
        unsigned long e;
    } cases[] = {{&test_sha256, 3}, {&test_sha1, 3}, {&test_sha1, 5}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct rsa_hash *hash = cases[i].hash;
        unsigned bits = rsa_forge_bits(cases[i].e, hash->digest_info_bytes + hash->bytes);
        cr_expect_eq(successes(bits, cases[i].e, hash, 30), 30, "%u bits", bits);
        cr_expect_lt(successes(bits - 32, cases[i].e, hash, 30), 15, "%u bits", bits - 32);
        cr_expect_leq(successes(bits - 96, cases[i].e, hash, 30), 1, "%u bits", bits - 96);
        cr_expect_eq(finding.verdict, RSA_RESISTED, "%s", finding.text);
    }
    cr_expect_eq(rsa_forge_bits(65537, 51), 0);
}

/* Whether the lax verifier takes a block with so many bytes ff and zeros behind the hash, which the
 * owner of the key has signed. */
static bool takes_padding(const struct rsa_key *pair, const uint8_t *digest, size_t padding)
{
    uint8_t block[RSA_MAX_BYTES] = {0};
    size_t bytes = rsa_key_bytes(pair), count;
    mpz_t beginning;
    mpz_init(beginning);
    size_t begun = rsa_block_begin(beginning, padding, &test_sha256, digest);
    mpz_export(block + 1, &count, 1, 1, 1, 0, beginning); /* the first byte is 00 */
    cr_assert_eq(count, begun - 1);
    cr_assert_eq(rsa_private(block, pair, block, bytes, &chance.source), RSA_OK);
    mpz_clear(beginning);
    return rsa_lax_verify(block, bytes, pair, &test_sha256, digest);
}

/* A true signature passes both. */
Test(rsa_break_signatures, lax_verifier_takes_true_ones)
{
    uint8_t digest[RSA_MAX_HASH_BYTES], signature[RSA_MAX_BYTES];
    struct rsa_key *pair;
    cr_assert_eq(rsa_key_generate(&pair, 1024, "3", &chance.source), RSA_OK);
    test_digest(digest, &test_sha256, "true", 4);
    cr_assert_eq(rsa_pkcs1_sign(signature, pair, &test_sha256, digest, &chance.source), RSA_OK);
    cr_expect(rsa_lax_verify(signature, rsa_key_bytes(pair), pair, &test_sha256, digest));
    signature[100] ^= 1;
    cr_expect_not(rsa_lax_verify(signature, rsa_key_bytes(pair), pair, &test_sha256, digest));
    cr_expect(takes_padding(pair, digest, 8));
    cr_expect_not(takes_padding(pair, digest, 7));
    rsa_key_free(pair);
}

/*
 * RSASSA-PSS: published answers, and what must fail.
 */
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_answers.h"
#include "rsa_hashes.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* The published salt makes the published signature. */
Test(rsa_pss, pkcs1_vectors_sha1)
{
    struct answers *answers = answers_open("pkcs-1v2-1d2-vec/pss-vect.txt");
    int count = 0;

    for (; answers_until(answers, "Signature"); count++) {
        struct rsa_key *key = answers_pair(answers);
        size_t message_bytes, salt_bytes, want_bytes;
        uint8_t *message = answers_bytes(answers, "Message to be signed", &message_bytes);
        uint8_t *salt = answers_bytes(answers, "Salt", &salt_bytes);
        uint8_t *want = answers_bytes(answers, "Signature", &want_bytes);
        uint8_t digest[RSA_MAX_HASH_BYTES], got[RSA_MAX_BYTES];
        struct fed_random random;

        fed_random_init(&random, salt, salt_bytes, 1);
        test_digest(digest, &test_sha1, message, message_bytes);
        cr_expect_eq(rsa_pss_sign(got, key, &test_sha1, digest, NULL, &random.source), RSA_OK);
        cr_expect_arr_eq(got, want, want_bytes, "%s: the salt drawn", answers_where(answers));
        cr_expect_eq(rsa_pss_sign(got, key, &test_sha1, digest, salt, NULL), RSA_OK);
        cr_expect_eq(want_bytes, rsa_key_bytes(key));
        cr_expect_arr_eq(got, want, want_bytes, "%s: signature", answers_where(answers));
        cr_expect_eq(rsa_pss_verify(want, want_bytes, key, &test_sha1, digest, salt_bytes), RSA_OK,
                     "%s: verify", answers_where(answers));
        free(message);
        free(salt);
        free(want);
        rsa_key_free(key);
    }
    cr_expect_eq(count, 60);
    answers_close(answers);
}

/* NIST's files hold five hashes; ours are two. NULL for the others. */
static const struct rsa_hash *hash_of(const struct answers *answers)
{
    const char *name = answers_text(answers, "SHAAlg");

    if (strcmp(name, "SHA1") == 0)
        return &test_sha1;
    return strcmp(name, "SHA256") == 0 ? &test_sha256 : NULL;
}

static enum rsa_error verify(const struct answers *answers, const struct rsa_hash *hash,
                             size_t salt_bytes)
{
    struct rsa_key *key = answers_public(answers);
    size_t message_bytes, signature_bytes;
    uint8_t *message = answers_bytes(answers, "Msg", &message_bytes);
    uint8_t *signature = answers_bytes(answers, "S", &signature_bytes);
    uint8_t digest[RSA_MAX_HASH_BYTES];

    test_digest(digest, hash, message, message_bytes);
    enum rsa_error error = rsa_pss_verify(signature, signature_bytes, key, hash, digest,
                                          salt_bytes);
    free(message);
    free(signature);
    rsa_key_free(key);
    return error;
}

static void signatures(const char *file, size_t salt_bytes)
{
    struct answers *answers = answers_open(file);
    int count = 0;

    while (answers_until(answers, "S")) {
        const struct rsa_hash *hash = hash_of(answers);
        if (!hash)
            continue;
        count++;
        cr_expect_eq(verify(answers, hash, salt_bytes), RSA_OK, "%s", answers_where(answers));
        cr_expect_eq(verify(answers, hash, RSA_PSS_ANY_SALT), RSA_OK, "%s, any salt",
                     answers_where(answers));
        cr_expect_eq(verify(answers, hash, salt_bytes + 1), RSA_ERR_VERIFY, "%s, longer salt",
                     answers_where(answers));
    }
    cr_expect_eq(count, 100, "%s: %d signatures", file, count);
    answers_close(answers);
}

Test(rsa_pss, nist_186_2_signatures)
{
    signatures("FIPS_186-2/SigGenPSS_186-2.txt", 20);
}

Test(rsa_pss, nist_186_3_signatures)
{
    signatures("FIPS_186-2/SigGenPSS_186-3.rsp", 0);
}

/* Of each six, one is good; the others have something changed that must be noticed. */
Test(rsa_pss, nist_186_3_verdicts)
{
    struct answers *answers = answers_open("FIPS_186-2/SigVerPSS_186-3.rsp");
    int good = 0, bad = 0;

    while (answers_until(answers, "Result")) {
        const struct rsa_hash *hash = hash_of(answers);
        const char *result = answers_text(answers, "Result");
        if (!hash)
            continue;
        enum rsa_error want = result[0] == 'P' ? RSA_OK : RSA_ERR_VERIFY;
        *(want ? &bad : &good) += 1;
        cr_expect_eq(verify(answers, hash, 10), want, "%s: want %s", answers_where(answers),
                     result);
    }
    cr_expect_eq(good, 30);
    cr_expect_eq(bad, 150);
    answers_close(answers);
}

static struct rsa_key *new_key(unsigned bits, const struct rsa_random *source)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, bits, NULL, source), RSA_OK);
    return key;
}

/* Sizes around a byte boundary: EM is one bit shorter than n, and at 8 k + 1 bits a byte. */
Test(rsa_pss, properties)
{
    uint64_t seed = test_seed();
    struct fed_random random;

    fed_random_init(&random, NULL, 0, seed);
    for (unsigned bits = 528; bits <= 540; bits++) {
        struct rsa_key *key = new_key(bits, &random.source);
        size_t bytes = rsa_key_bytes(key);
        uint8_t digest[32], signature[RSA_MAX_BYTES], again[RSA_MAX_BYTES];

        cr_assert_eq(rsa_random_bytes(digest, 32, &random.source), RSA_OK);
        cr_assert_eq(rsa_pss_sign(signature, key, &test_sha256, digest, NULL, &random.source),
                     RSA_OK, "%u bits, TEST_SEED=%" PRIu64, bits, seed);
        cr_expect_eq(rsa_pss_verify(signature, bytes, key, &test_sha256, digest, 32), RSA_OK,
                     "%u bits, TEST_SEED=%" PRIu64, bits, seed);
        cr_assert_eq(rsa_pss_sign(again, key, &test_sha256, digest, NULL, &random.source), RSA_OK);
        cr_expect_neq(memcmp(again, signature, bytes), 0, "the salt is random");
        for (size_t bit = 0; bit < 8 * bytes; bit += 7) {
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
            cr_expect_eq(rsa_pss_verify(signature, bytes, key, &test_sha256, digest, 32),
                         RSA_ERR_VERIFY, "bit %zu of %u, TEST_SEED=%" PRIu64, bit, bits, seed);
            signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        digest[31] ^= 1;
        cr_expect_eq(rsa_pss_verify(signature, bytes, key, &test_sha256, digest, 32),
                     RSA_ERR_VERIFY, "another digest");
        cr_expect_eq(rsa_pss_verify(signature, bytes - 1, key, &test_sha256, digest, 32),
                     RSA_ERR_VERIFY, "short");
        memset(signature, 0xff, bytes);
        cr_expect_eq(rsa_pss_verify(signature, bytes, key, &test_sha256, digest, 32),
                     RSA_ERR_VERIFY, "not below n");
        rsa_key_free(key);
    }
}

/* EM written out by hand: 128 bytes, all zeros but DB's 01, hash and salt, so that masking and what
 * is bent lie open. */
static void encode(uint8_t em[128], const uint8_t *digest, const uint8_t *salt)
{
    static const uint8_t zeros[8];
    uint8_t *hash = em + 95, block[32], counter[4] = {0};

    memset(em, 0, 128);
    em[95 - 33] = 1;
    memcpy(em + 95 - 32, salt, 32);
    test_sha256.digest(hash, (struct rsa_part[]){{zeros, 8}, {digest, 32}, {salt, 32}}, 3);
    for (uint8_t n = 0; n < 3; n++) {
        counter[3] = n;
        test_sha256.digest(block, (struct rsa_part[]){{hash, 32}, {counter, 4}}, 2);
        for (size_t j = 0; j < 32 && n * 32 + j < 95; j++)
            em[n * 32 + j] ^= block[j];
    }
    em[127] = 0xbc;
}

/* Each part of EM wrong alone, under a valid signature of it. At 1024 bits EM's top bit must be 0;
 * at 1025 bits EM is a byte shorter than the signature. A salt serves if the integer is below n. */
static void malformed(unsigned bits, const char *what, size_t at, uint8_t flip, enum rsa_error want)
{
    struct rsa_key *key = new_key(bits, NULL);
    uint8_t in[129] = {0}, digest[32] = "digest", salt[32], signature[129];
    size_t bytes = rsa_key_bytes(key);
    uint8_t *em = in + bytes - 128;
    enum rsa_error error = RSA_ERR_RANGE;

    for (int draw = 0; draw < 1000 && error == RSA_ERR_RANGE; draw++) {
        cr_assert_eq(rsa_random_bytes(salt, 32, NULL), RSA_OK);
        encode(em, digest, salt);
        in[0] = bits % 8 == 1 ? 0 : in[0] & 0x7f;
        in[at] ^= flip;
        error = rsa_private(signature, key, in, bytes, NULL);
        if (draw % 20 == 19) { /* n is hardly above 2^(bits-1): another key */
            rsa_key_free(key);
            key = new_key(bits, NULL);
            error = RSA_ERR_RANGE;
        }
    }
    cr_assert_eq(error, RSA_OK);
    cr_expect_eq(rsa_pss_verify(signature, bytes, key, &test_sha256, digest, 32), want, "%s", what);
    rsa_key_free(key);
}

Test(rsa_pss, malformed_encodings)
{
    malformed(1024, "well formed", 0, 0, RSA_OK);
    malformed(1025, "well formed, a byte shorter than n", 0, 0, RSA_OK);
    malformed(1024, "trailer", 127, 0x01, RSA_ERR_VERIFY);
    malformed(1024, "top bit", 0, 0x80, RSA_ERR_VERIFY);
    malformed(1025, "byte above EM", 0, 0x01, RSA_ERR_VERIFY);
    malformed(1024, "padding, first byte", 0, 0x01, RSA_ERR_VERIFY);
    malformed(1024, "padding, last byte", 95 - 34, 0x02, RSA_ERR_VERIFY);
    malformed(1024, "separator", 95 - 33, 0x02, RSA_ERR_VERIFY);
    malformed(1024, "salt", 94, 0x10, RSA_ERR_VERIFY);
    malformed(1024, "hash", 126, 0x80, RSA_ERR_VERIFY);
}

Test(rsa_pss, key_too_small)
{
    struct rsa_key *key = new_key(521, NULL);
    uint8_t digest[32] = {0}, signature[66], zeros[66] = {0};

    cr_expect_eq(rsa_pss_sign(signature, key, &test_sha256, digest, NULL, NULL), RSA_ERR_TOO_LONG);
    cr_expect_arr_eq(signature, zeros, 66);
    cr_expect_eq(rsa_pss_verify(signature, 66, key, &test_sha256, digest, 32), RSA_ERR_VERIFY);
    rsa_key_free(key);
    key = new_key(522, NULL);
    cr_expect_eq(rsa_pss_sign(signature, key, &test_sha256, digest, NULL, NULL), RSA_OK);
    rsa_key_free(key);
}

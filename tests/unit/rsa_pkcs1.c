/*
 * PKCS#1 v1.5, encryption and signatures: published answers, and what must fail.
 */
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_answers.h"
#include "rsa_hashes.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* PKCS #1's files have hundreds of examples; every third is plenty. */
enum { STRIDE = 3, EXAMPLES = 300 };

Test(rsa_pkcs1, encryption_vectors)
{
    struct answers *answers = answers_open("pkcs1v15crypt-vectors.txt");
    int count = 0;

    for (; answers_until(answers, "Encryption"); count++) {
        if (count % STRIDE)
            continue;
        struct rsa_key *key = answers_pair(answers);
        size_t message_bytes, seed_bytes, want_bytes, got_bytes;
        uint8_t *message = answers_bytes(answers, "Message", &message_bytes);
        uint8_t *seed = answers_bytes(answers, "Seed", &seed_bytes);
        uint8_t *want = answers_bytes(answers, "Encryption", &want_bytes);
        uint8_t got[RSA_MAX_BYTES];
        struct fed_random random;

        fed_random_init(&random, seed, seed_bytes, 1);
        cr_expect_eq(rsa_pkcs1_encrypt(got, key, message, message_bytes, &random.source), RSA_OK);
        cr_expect_arr_eq(got, want, want_bytes, "%s: ciphertext", answers_where(answers));
        cr_expect_eq(rsa_pkcs1_decrypt(got, &got_bytes, key, want, want_bytes, NULL), RSA_OK,
                     "%s: decrypt", answers_where(answers));
        cr_expect_eq(got_bytes, message_bytes);
        cr_expect_arr_eq(got, message, message_bytes, "%s: message", answers_where(answers));
        free(message);
        free(seed);
        free(want);
        rsa_key_free(key);
    }
    cr_expect_eq(count, EXAMPLES);
    answers_close(answers);
}

Test(rsa_pkcs1, signature_vectors)
{
    struct answers *answers = answers_open("pkcs1v15sign-vectors.txt");
    int count = 0;

    for (; answers_until(answers, "Signature"); count++) {
        if (count % STRIDE)
            continue;
        struct rsa_key *key = answers_pair(answers);
        size_t message_bytes, want_bytes;
        uint8_t *message = answers_bytes(answers, "Message to be signed", &message_bytes);
        uint8_t *want = answers_bytes(answers, "Signature", &want_bytes);
        uint8_t digest[RSA_MAX_HASH_BYTES], got[RSA_MAX_BYTES];

        test_digest(digest, &test_sha1, message, message_bytes);
        cr_expect_eq(rsa_pkcs1_sign(got, key, &test_sha1, digest, NULL), RSA_OK);
        cr_expect_arr_eq(got, want, want_bytes, "%s: signature", answers_where(answers));
        cr_expect_eq(rsa_pkcs1_verify(want, want_bytes, key, &test_sha1, digest), RSA_OK,
                     "%s: verify", answers_where(answers));
        free(message);
        free(want);
        rsa_key_free(key);
    }
    cr_expect_eq(count, EXAMPLES);
    answers_close(answers);
}

static const struct rsa_hash *hash_of(const struct answers *answers)
{
    const char *name = answers_text(answers, "SHAAlg");

    if (strcmp(name, "SHA1") == 0)
        return &test_sha1;
    return strcmp(name, "SHA256") == 0 ? &test_sha256 : NULL;
}

static enum rsa_error verify(const struct answers *answers, const struct rsa_hash *hash)
{
    struct rsa_key *key = answers_public(answers);
    size_t message_bytes, signature_bytes;
    uint8_t *message = answers_bytes(answers, "Msg", &message_bytes);
    uint8_t *signature = answers_bytes(answers, "S", &signature_bytes);
    uint8_t digest[RSA_MAX_HASH_BYTES];

    test_digest(digest, hash, message, message_bytes);
    enum rsa_error error = rsa_pkcs1_verify(signature, signature_bytes, key, hash, digest);
    free(message);
    free(signature);
    rsa_key_free(key);
    return error;
}

static void nist_signatures(const char *file)
{
    struct answers *answers = answers_open(file);
    int count = 0;

    while (answers_until(answers, "S")) {
        const struct rsa_hash *hash = hash_of(answers);
        if (hash) {
            count++;
            cr_expect_eq(verify(answers, hash), RSA_OK, "%s", answers_where(answers));
        }
    }
    cr_expect_eq(count, 100, "%s: %d signatures", file, count);
    answers_close(answers);
}

Test(rsa_pkcs1, nist_signatures)
{
    nist_signatures("FIPS_186-2/SigGen15_186-2.rsp");
    nist_signatures("FIPS_186-2/SigGen15_186-3.rsp");
}

Test(rsa_pkcs1, nist_verdicts)
{
    struct answers *answers = answers_open("FIPS_186-2/SigVer15_186-3.rsp");
    int good = 0, bad = 0;

    while (answers_until(answers, "Result")) {
        const struct rsa_hash *hash = hash_of(answers);
        const char *result = answers_text(answers, "Result");
        if (!hash)
            continue;
        enum rsa_error want = result[0] == 'P' ? RSA_OK : RSA_ERR_VERIFY;
        *(want ? &bad : &good) += 1;
        cr_expect_eq(verify(answers, hash), want, "%s: want %s", answers_where(answers), result);
    }
    cr_expect_eq(good, 30);
    cr_expect_eq(bad, 150);
    answers_close(answers);
}

static struct rsa_key *new_key(unsigned bits)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, bits, NULL, NULL), RSA_OK);
    return key;
}

/* Each way in which EM can be wrong. 512 bits: EM is 64 bytes, M at most 53. */
Test(rsa_pkcs1, malformed_encodings)
{
    static const struct {
        const char *what;
        size_t at;
        uint8_t value;
        size_t zero; /* where the first 00 after the padding is */
        enum rsa_error want;
    } cases[] = {
        {"well formed", 2, 9, 20, RSA_OK},
        {"shortest padding", 2, 9, 10, RSA_OK},
        {"empty message", 2, 9, 63, RSA_OK},
        {"first byte", 0, 1, 20, RSA_ERR_DECRYPT},
        {"block type", 1, 1, 20, RSA_ERR_DECRYPT},
        {"padding of seven", 2, 9, 9, RSA_ERR_DECRYPT},
        {"padding of none", 2, 9, 2, RSA_ERR_DECRYPT},
        {"no end of padding", 2, 9, 64, RSA_ERR_DECRYPT},
    };
    struct rsa_key *key = new_key(512);

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint8_t em[65], in[64], out[64], zeros[64] = {0};
        size_t out_bytes;

        memset(em, 0x5a, sizeof(em));
        em[0] = 0;
        em[1] = 2;
        em[cases[i].at] = cases[i].value;
        em[cases[i].zero] = 0;
        cr_assert_eq(rsa_public(in, key, em, 64), RSA_OK);
        cr_expect_eq(rsa_pkcs1_decrypt(out, &out_bytes, key, in, 64, NULL), cases[i].want, "%s",
                     cases[i].what);
        cr_expect_eq(out_bytes, cases[i].want ? 0 : 63 - cases[i].zero, "%s", cases[i].what);
        if (cases[i].want)
            cr_expect_arr_eq(out, zeros, rsa_pkcs1_max_bytes(key), "%s: released", cases[i].what);
    }
    rsa_key_free(key);
}

Test(rsa_pkcs1, properties)
{
    struct rsa_key *key = new_key(512);
    uint64_t seed = test_seed();
    struct fed_random random;
    uint8_t message[64], in[64], out[64];
    size_t most = rsa_pkcs1_max_bytes(key), out_bytes;

    cr_assert_eq(most, 53);
    fed_random_init(&random, NULL, 0, seed);
    for (size_t length = 0; length <= most; length++) {
        cr_assert_eq(rsa_random_bytes(message, length, &random.source), RSA_OK);
        cr_assert_eq(rsa_pkcs1_encrypt(in, key, message, length, &random.source), RSA_OK);
        cr_expect_eq(rsa_pkcs1_decrypt(out, &out_bytes, key, in, 64, NULL), RSA_OK,
                     "length %zu, TEST_SEED=%" PRIu64, length, seed);
        cr_expect_eq(out_bytes, length);
        cr_expect_arr_eq(out, message, length, "length %zu, TEST_SEED=%" PRIu64, length, seed);
    }
    cr_expect_eq(rsa_pkcs1_encrypt(in, key, message, most + 1, NULL), RSA_ERR_TOO_LONG);
    cr_expect_eq(rsa_pkcs1_decrypt(out, &out_bytes, key, in, 63, NULL), RSA_ERR_DECRYPT, "short");
    memset(in, 0xff, sizeof(in));
    cr_expect_eq(rsa_pkcs1_decrypt(out, &out_bytes, key, in, 64, NULL), RSA_ERR_DECRYPT,
                 "not below n");
    rsa_key_free(key);
}

Test(rsa_pkcs1, flipped_signatures)
{
    struct rsa_key *key = new_key(512);
    uint8_t digest[32] = "any digest of thirty-two bytes.", signature[64];

    cr_assert_eq(rsa_pkcs1_sign(signature, key, &test_sha256, digest, NULL), RSA_OK);
    cr_expect_eq(rsa_pkcs1_verify(signature, 64, key, &test_sha256, digest), RSA_OK);
    for (size_t bit = 0; bit < 512; bit++) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_expect_eq(rsa_pkcs1_verify(signature, 64, key, &test_sha256, digest), RSA_ERR_VERIFY,
                     "bit %zu", bit);
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    cr_expect_eq(rsa_pkcs1_verify(signature, 63, key, &test_sha256, digest), RSA_ERR_VERIFY);
    digest[0] ^= 1;
    cr_expect_eq(rsa_pkcs1_verify(signature, 64, key, &test_sha256, digest), RSA_ERR_VERIFY);
    rsa_key_free(key);
}

/* 19 bytes of DigestInfo, 32 of digest, 11 of padding: 62 bytes are the least. */
Test(rsa_pkcs1, key_too_small_to_sign)
{
    struct rsa_key *least = new_key(489), *small = new_key(488), *tiny = new_key(80);
    uint8_t digest[32] = {0}, out[64];

    cr_expect_eq(rsa_pkcs1_sign(out, least, &test_sha256, digest, NULL), RSA_OK);
    cr_expect_eq(rsa_pkcs1_sign(out, small, &test_sha256, digest, NULL), RSA_ERR_TOO_LONG);
    cr_expect_eq(rsa_pkcs1_verify(out, 61, small, &test_sha256, digest), RSA_ERR_TOO_LONG);
    cr_expect_eq(rsa_pkcs1_encrypt(out, tiny, NULL, 0, NULL), RSA_ERR_TOO_LONG);
    cr_expect_eq(rsa_pkcs1_max_bytes(tiny), 0);
    rsa_key_free(least);
    rsa_key_free(small);
    rsa_key_free(tiny);
}

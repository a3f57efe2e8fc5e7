/*
 * RSAES-OAEP: published answers, and what must fail.
 */
#include "bignum_rsa.h"
#include "fed_random.h"
#include "rsa_answers.h"
#include "rsa_hashes.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void expect_decrypts(const struct rsa_key *key, const struct rsa_hash *hash,
                            const struct answers *answers)
{
    uint8_t out[RSA_MAX_BYTES];
    size_t in_bytes, want_bytes, got_bytes;
    uint8_t *in = answers_bytes(answers, "Encryption", &in_bytes);
    uint8_t *want = answers_bytes(answers, "Message", &want_bytes);

    cr_expect_eq(rsa_oaep_decrypt(out, &got_bytes, key, hash, NULL, 0, in, in_bytes, NULL), RSA_OK,
                 "%s: decrypt", answers_where(answers));
    cr_expect_eq(got_bytes, want_bytes, "%s: %zu bytes, want %zu", answers_where(answers),
                 got_bytes, want_bytes);
    cr_expect_arr_eq(out, want, want_bytes, "%s: message", answers_where(answers));
    free(in);
    free(want);
}

/* The published seed makes the published ciphertext. */
static void expect_encrypts(const struct rsa_key *key, const struct rsa_hash *hash,
                            const struct answers *answers)
{
    uint8_t out[RSA_MAX_BYTES];
    size_t want_bytes, message_bytes, seed_bytes;
    uint8_t *want = answers_bytes(answers, "Encryption", &want_bytes);
    uint8_t *message = answers_bytes(answers, "Message", &message_bytes);
    uint8_t *seed = answers_bytes(answers, "Seed", &seed_bytes);
    struct fed_random random;

    fed_random_init(&random, seed, seed_bytes, 1);
    cr_expect_eq(rsa_oaep_encrypt(out, key, hash, NULL, 0, message, message_bytes, &random.source),
                 RSA_OK, "%s: encrypt", answers_where(answers));
    cr_expect_eq(want_bytes, rsa_key_bytes(key));
    cr_expect_arr_eq(out, want, want_bytes, "%s: ciphertext", answers_where(answers));
    free(want);
    free(message);
    free(seed);
}

static void run(const char *file, const struct rsa_hash *hash, bool seeded)
{
    struct answers *answers = answers_open(file);
    int count = 0;

    for (; answers_until(answers, "Encryption"); count++) {
        struct rsa_key *key = answers_pair(answers);
        expect_decrypts(key, hash, answers);
        if (seeded)
            expect_encrypts(key, hash, answers);
        rsa_key_free(key);
    }
    cr_expect_eq(count, 60, "%s: %d examples", file, count);
    answers_close(answers);
}

Test(rsa_oaep, pkcs1_vectors_sha1)
{
    run("pkcs-1v2-1d2-vec/oaep-vect.txt", &test_sha1, true);
}

Test(rsa_oaep, vectors_sha256)
{
    run("oaep-custom/oaep-sha256-sha256.txt", &test_sha256, false);
}

static struct rsa_key *new_key(unsigned bits)
{
    struct rsa_key *key;

    cr_assert_eq(rsa_key_generate(&key, bits, NULL, NULL), RSA_OK);
    return key;
}

static enum rsa_error decrypt(const struct rsa_key *key, const char *label, const uint8_t *in,
                              size_t bytes)
{
    uint8_t out[RSA_MAX_BYTES];
    uint8_t zeros[RSA_MAX_BYTES] = {0};
    size_t out_bytes = 99;
    enum rsa_error error = rsa_oaep_decrypt(out, &out_bytes, key, &test_sha256, label,
                                            strlen(label), in, bytes, NULL);

    if (error) {
        cr_expect_eq(out_bytes, 0);
        cr_expect_arr_eq(out, zeros, rsa_oaep_max_bytes(key, &test_sha256), "output released");
    }
    return error;
}

/* Every length with its label comes back; another label, length or any flipped bit does not. */
Test(rsa_oaep, properties)
{
    struct rsa_key *key = new_key(1024);
    uint64_t seed = test_seed();
    struct fed_random random;
    uint8_t in[128], message[128], out[128];
    size_t most = rsa_oaep_max_bytes(key, &test_sha256), out_bytes;

    cr_assert_eq(most, 62);
    fed_random_init(&random, NULL, 0, seed);
    for (size_t length = 0; length <= most; length++) {
        cr_assert_eq(rsa_random_bytes(message, length, &random.source), RSA_OK);
        cr_assert_eq(
            rsa_oaep_encrypt(in, key, &test_sha256, "label", 5, message, length, &random.source),
            RSA_OK);
        cr_expect_eq(rsa_oaep_decrypt(out, &out_bytes, key, &test_sha256, "label", 5, in, 128,
                                      &random.source),
                     RSA_OK, "length %zu, TEST_SEED=%" PRIu64, length, seed);
        cr_expect_eq(out_bytes, length);
        cr_expect_arr_eq(out, message, length, "length %zu, TEST_SEED=%" PRIu64, length, seed);
        cr_expect_eq(decrypt(key, "Label", in, 128), RSA_ERR_DECRYPT, "wrong label");
        in[127 - length] ^= (uint8_t)(1 << length % 8);
        cr_expect_eq(decrypt(key, "label", in, 128), RSA_ERR_DECRYPT, "flipped, TEST_SEED=%" PRIu64,
                     seed);
    }
    cr_expect_eq(decrypt(key, "label", in, 127), RSA_ERR_DECRYPT, "short");
    memset(in, 0xff, sizeof(in));
    cr_expect_eq(decrypt(key, "label", in, 128), RSA_ERR_DECRYPT, "not below n");
    rsa_key_free(key);
}

/* Each part of EM that is wrong alone: the decoder must refuse all of them, with one code. */
Test(rsa_oaep, malformed_encodings)
{
    enum { LENGTH = 128, HASH = 32, DB = 1 + HASH };
    static const struct {
        const char *what;
        size_t at; /* in EM before masking */
        uint8_t value;
        enum rsa_error want;
    } cases[] = {
        {"well formed", LENGTH - 1, 'x', RSA_OK},
        {"first byte", 0, 1, RSA_ERR_DECRYPT},
        {"label hash, first byte", DB, 0x5a, RSA_ERR_DECRYPT},
        {"label hash, last byte", DB + HASH - 1, 0x5a, RSA_ERR_DECRYPT},
        {"padding, first byte", DB + HASH, 2, RSA_ERR_DECRYPT},
        {"padding, last byte", LENGTH - 3, 0xff, RSA_ERR_DECRYPT},
        {"no separator", LENGTH - 2, 0, RSA_ERR_DECRYPT},
        {"another separator", LENGTH - 2, 3, RSA_ERR_DECRYPT},
    };
    struct rsa_key *key = new_key(1024);

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint8_t em[LENGTH] = {0}, in[LENGTH], block[HASH], counter[4] = {0};
        uint8_t *seed = em + 1, *db = em + DB;

        test_digest(db, &test_sha256, "", 0);
        em[LENGTH - 2] = 1;
        /* A message of 00 in the last place: "no separator" must not be saved by its value. */
        em[cases[i].at] = cases[i].value;
        for (uint8_t n = 0; n < 3; n++) { /* MGF1, written out: three blocks of 32 cover 95 */
            counter[3] = n;
            test_sha256.digest(block, (struct rsa_part[]){{seed, HASH}, {counter, 4}}, 2);
            for (size_t j = 0; j < HASH && n * HASH + j < LENGTH - DB; j++)
                db[n * HASH + j] ^= block[j];
        }
        counter[3] = 0;
        test_sha256.digest(block, (struct rsa_part[]){{db, LENGTH - DB}, {counter, 4}}, 2);
        for (size_t j = 0; j < HASH; j++)
            seed[j] ^= block[j];
        cr_assert_eq(rsa_public(in, key, em, LENGTH), RSA_OK);
        cr_expect_eq(decrypt(key, "", in, LENGTH), cases[i].want, "%s", cases[i].what);
    }
    rsa_key_free(key);
}

Test(rsa_oaep, limits)
{
    struct rsa_key *key = new_key(528), *small = new_key(520);
    uint8_t out[RSA_MAX_BYTES], message[2] = "x";
    size_t out_bytes;

    cr_expect_eq(rsa_oaep_max_bytes(key, &test_sha256), 0);
    cr_expect_eq(rsa_oaep_encrypt(out, key, &test_sha256, NULL, 0, NULL, 0, NULL), RSA_OK);
    cr_expect_eq(rsa_oaep_decrypt(out, &out_bytes, key, &test_sha256, NULL, 0, out, 66, NULL),
                 RSA_OK, "an empty message fits exactly");
    cr_expect_eq(rsa_oaep_encrypt(out, key, &test_sha256, NULL, 0, message, 1, NULL),
                 RSA_ERR_TOO_LONG);
    cr_expect_eq(rsa_oaep_max_bytes(small, &test_sha256), 0);
    cr_expect_eq(rsa_oaep_encrypt(out, small, &test_sha256, NULL, 0, NULL, 0, NULL),
                 RSA_ERR_TOO_LONG);
    cr_expect_eq(rsa_oaep_decrypt(out, &out_bytes, small, &test_sha256, NULL, 0, out, 65, NULL),
                 RSA_ERR_DECRYPT);
    rsa_key_free(key);
    rsa_key_free(small);
}

Test(rsa_oaep, public_key_does_not_decrypt)
{
    struct rsa_key *key = new_key(1024), *public;
    uint8_t in[128] = {0}, out[128];
    size_t out_bytes;

    cr_assert_eq(rsa_key_public_copy(&public, key), RSA_OK);
    cr_expect_eq(rsa_oaep_decrypt(out, &out_bytes, public, &test_sha256, NULL, 0, in, 128, NULL),
                 RSA_ERR_NO_PRIVATE);
    rsa_key_free(public);
    rsa_key_free(key);
}

static int broken_fill(void *context, uint8_t *out, size_t bytes)
{
    (void)context;
    memset(out, 7, bytes);
    return -1;
}

Test(rsa_oaep, random_source_fails)
{
    struct rsa_key *key = new_key(1024);
    const struct rsa_random broken = {broken_fill, NULL};
    uint8_t out[128], zeros[128] = {0};

    cr_expect_eq(rsa_oaep_encrypt(out, key, &test_sha256, NULL, 0, "x", 1, &broken),
                 RSA_ERR_RANDOM);
    cr_expect_arr_eq(out, zeros, 128, "output released");
    rsa_key_free(key);
}

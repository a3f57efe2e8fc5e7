/* AEAD_CHACHA20_POLY1305 (RFC 8439 2.8): published answers, forgeries, and every pair of
 * implementations that this machine can run. */
#include "sym_aead.h"

#include "fed_random.h"
#include "sym_implementations.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#define TAG SYM_AEAD_TAG_BYTES

/* One message with all that belongs to it. */
struct message {
    const uint8_t *key, *nonce, *ad, *plain;
    size_t ad_bytes, plain_bytes;
};

/* Pair number n of implementations; false past the last. For an unsupported one: the reference. */
static bool pair(size_t number, struct sym_aead_implementation *with)
{
    size_t ciphers = 0;
    while (sym_chacha20_implementation(ciphers))
        ciphers++;
    with->chacha20 = sym_chacha20_implementation(number % ciphers);
    with->poly1305 = sym_poly1305_implementation(number / ciphers);
    if (with->poly1305 && !with->poly1305->supported())
        with->poly1305 = sym_poly1305_implementation(0);
    if (!with->chacha20->supported())
        with->chacha20 = sym_chacha20_implementation(0);
    return with->poly1305;
}

static uint8_t *sealed(const struct sym_aead_implementation *with, const struct message *message)
{
    uint8_t *out = malloc(message->plain_bytes + TAG);
    cr_assert_eq(sym_aead_seal_with(with, out, message->key, message->nonce, message->ad,
                                    message->ad_bytes, message->plain, message->plain_bytes),
                 SYM_OK);
    return out;
}

static void check_seal(struct vectors *file, const struct message *message, const char *text_field,
                       const char *tag_field)
{
    struct sym_aead_implementation with;
    for (size_t i = 0; pair(i, &with); i++) {
        uint8_t *out = sealed(&with, message);
        vectors_expect(file, with.chacha20->name, out, message->plain_bytes, text_field);
        vectors_expect(file, with.poly1305->name, out + message->plain_bytes, TAG, tag_field);
        free(out);
    }
}

static void check_open(struct vectors *file, const struct message *message, const char *text_field,
                       const char *tag_field, bool valid)
{
    struct sym_aead_implementation with;
    size_t text_bytes, tag_bytes;
    const uint8_t *text = vectors_bytes(file, text_field, &text_bytes);
    const uint8_t *tag = vectors_bytes(file, tag_field, &tag_bytes);
    uint8_t *in = malloc(text_bytes + tag_bytes), *out = malloc(text_bytes + 1);
    memcpy(in, text, text_bytes);
    memcpy(in + text_bytes, tag, tag_bytes);
    for (size_t i = 0; pair(i, &with); i++) {
        enum sym_error error = sym_aead_open_with(&with, out, message->key, message->nonce,
                                                  message->ad, message->ad_bytes, in,
                                                  text_bytes + tag_bytes);
        cr_assert_eq(error, valid ? SYM_OK : SYM_ERR_AUTH, "%s: %s", vectors_where(file),
                     sym_strerror(error));
        if (valid)
            cr_assert_arr_eq(out, message->plain, text_bytes, "%s", vectors_where(file));
    }
    free(in);
    free(out);
}

Test(sym_aead, rfc_8439)
{
    struct vectors *file = vectors_open("aead.txt");
    while (vectors_next(file)) {
        size_t bytes;
        bool valid = strcmp(vectors_text(file, "result"), "valid") == 0;
        struct message message = {vectors_bytes(file, "key", &bytes),
                                  vectors_bytes(file, "nonce", &bytes),
                                  NULL,
                                  NULL,
                                  0,
                                  0};
        message.ad = vectors_bytes(file, "ad", &message.ad_bytes);
        message.plain = vectors_bytes(file, "plain", &message.plain_bytes);
        if (valid)
            check_seal(file, &message, "sealed", "tag");
        check_open(file, &message, "sealed", "tag", valid);
    }
    vectors_close(file);
}

/* The same of two other projects; nonces of other lengths than ours are none of ours. */
static void installed(const char *name, const char *const fields[6], unsigned at_least)
{
    struct vectors *file = vectors_open_installed(name);
    unsigned count = 0;
    while (vectors_next(file)) {
        size_t nonce_bytes, bytes;
        bool valid = !vectors_has(file, "Result");
        struct message message = {vectors_bytes(file, fields[0], &bytes),
                                  vectors_bytes(file, fields[1], &nonce_bytes),
                                  NULL,
                                  NULL,
                                  0,
                                  0};
        if (nonce_bytes != SYM_AEAD_NONCE_BYTES)
            continue;
        message.ad = vectors_bytes(file, fields[2], &message.ad_bytes);
        message.plain = vectors_bytes(file, fields[3], &message.plain_bytes);
        if (valid)
            check_seal(file, &message, fields[4], fields[5]);
        check_open(file, &message, fields[4], fields[5], valid);
        count++;
    }
    vectors_close(file);
    cr_assert_geq(count, at_least, "%s: %u vectors", name, count);
}

Test(sym_aead, installed_set_of_boringssl)
{
    static const char *const fields[6] = {"KEY", "NONCE", "AD", "IN", "CT", "TAG"};
    installed("ciphers/ChaCha20Poly1305/boringssl.txt", fields, 60);
}

Test(sym_aead, installed_set_of_openssl)
{
    static const char *const fields[6] = {"Key", "IV", "AAD", "Plaintext", "Ciphertext", "Tag"};
    installed("ciphers/ChaCha20Poly1305/openssl.txt", fields, 2);
}

/* --- properties ------------------------------------------------------------------------------- */

static struct fed_random source;

static const uint8_t *random_bytes(uint8_t *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
    return out;
}

static void seeded(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
}

Test(sym_aead, implementations_agree_and_open_in_place_and_not, .init = seeded)
{
    static const size_t lengths[] = {0,   1,   16,  63,  64,  100, 191,  192,  193,  447,
                                     448, 449, 511, 512, 513, 960, 1024, 1472, 1473, 5000};
    static uint8_t key[SYM_AEAD_KEY_BYTES], nonce[SYM_AEAD_NONCE_BYTES], ad[40], plain[5000];
    struct sym_aead_implementation reference, with;
    struct message message = {key, nonce, ad, plain, 0, 0};
    pair(0, &reference);
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
        size_t bytes = lengths[i];
        uint8_t *want;
        message.plain_bytes = bytes;
        message.ad_bytes = bytes % (sizeof(ad) + 1);
        random_bytes(key, sizeof(key));
        random_bytes(nonce, sizeof(nonce));
        random_bytes(ad, sizeof(ad));
        random_bytes(plain, sizeof(plain));
        want = sealed(&reference, &message);
        for (size_t j = 0; pair(j, &with); j++) {
            uint8_t *data = malloc(bytes + TAG + 1);
            memcpy(data, plain, bytes);
            data[bytes + TAG] = 0xee;
            cr_assert_eq(
                sym_aead_seal_with(&with, data, key, nonce, ad, message.ad_bytes, data, bytes),
                SYM_OK);
            cr_assert_arr_eq(data, want, bytes + TAG, "%s, %s: %zu bytes", with.chacha20->name,
                             with.poly1305->name, bytes);
            cr_assert_eq(data[bytes + TAG], 0xee);
            cr_assert_eq(sym_aead_open_with(&with, data, key, nonce, ad, message.ad_bytes, data,
                                            bytes + TAG),
                         SYM_OK);
            cr_assert_arr_eq(data, plain, bytes, "%zu bytes opened in place", bytes);
            free(data);
        }
        free(want);
    }
}

Test(sym_aead, every_length_goes_there_and_back, .init = seeded)
{
    uint8_t key[SYM_AEAD_KEY_BYTES], nonce[SYM_AEAD_NONCE_BYTES], plain[300];
    uint8_t out[sizeof(plain) + TAG], back[sizeof(plain)];
    random_bytes(key, sizeof(key));
    for (size_t bytes = 0; bytes <= sizeof(plain); bytes++) {
        random_bytes(nonce, sizeof(nonce));
        random_bytes(plain, bytes);
        cr_assert_eq(sym_aead_seal(out, key, nonce, "ad", 2, plain, bytes), SYM_OK);
        cr_assert_eq(sym_aead_open(back, key, nonce, "ad", 2, out, bytes + TAG), SYM_OK);
        cr_assert_arr_eq(back, plain, bytes, "%zu bytes", bytes);
    }
}

/* Flips each bit of `part` in turn; opening must fail and leave the output alone. */
static void expect_every_bit_matters(const char *name, uint8_t *part, size_t part_bytes,
                                     const struct message *message, const uint8_t *in)
{
    size_t bytes = message->plain_bytes;
    uint8_t *out = malloc(bytes), *untouched = malloc(bytes);
    memset(out, 0xee, bytes);
    memset(untouched, 0xee, bytes);
    for (size_t bit = 0; bit < 8 * part_bytes; bit++) {
        enum sym_error error;
        part[bit / 8] ^= (uint8_t)(1 << bit % 8);
        error = sym_aead_open(out, message->key, message->nonce, message->ad, message->ad_bytes, in,
                              bytes + TAG);
        part[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_eq(error, SYM_ERR_AUTH, "%s, bit %zu: %s", name, bit, sym_strerror(error));
        cr_assert_arr_eq(out, untouched, bytes, "%s, bit %zu: something was written", name, bit);
    }
    cr_assert_eq(sym_aead_open(out, message->key, message->nonce, message->ad, message->ad_bytes,
                               in, bytes + TAG),
                 SYM_OK, "%s: unchanged", name);
    free(out);
    free(untouched);
}

Test(sym_aead, one_flipped_bit_anywhere_fails_and_writes_nothing, .init = seeded)
{
    static uint8_t key[SYM_AEAD_KEY_BYTES], nonce[SYM_AEAD_NONCE_BYTES], ad[20], plain[700];
    static uint8_t in[sizeof(plain) + TAG];
    struct message message = {key, nonce, ad, plain, sizeof(ad), sizeof(plain)};
    random_bytes(key, sizeof(key));
    random_bytes(nonce, sizeof(nonce));
    random_bytes(ad, sizeof(ad));
    random_bytes(plain, sizeof(plain));
    cr_assert_eq(sym_aead_seal(in, key, nonce, ad, sizeof(ad), plain, sizeof(plain)), SYM_OK);
    expect_every_bit_matters("text", in, sizeof(plain), &message, in);
    expect_every_bit_matters("tag", in + sizeof(plain), TAG, &message, in);
    expect_every_bit_matters("ad", ad, sizeof(ad), &message, in);
    expect_every_bit_matters("nonce", nonce, sizeof(nonce), &message, in);
    expect_every_bit_matters("key", key, sizeof(key), &message, in);
}

Test(sym_aead, every_truncation_fails)
{
    uint8_t key[SYM_AEAD_KEY_BYTES] = {1}, nonce[SYM_AEAD_NONCE_BYTES] = {2}, plain[40] = {3};
    uint8_t in[sizeof(plain) + TAG], out[sizeof(plain)];
    cr_assert_eq(sym_aead_seal(in, key, nonce, NULL, 0, plain, sizeof(plain)), SYM_OK);
    for (size_t bytes = 0; bytes < sizeof(in); bytes++)
        cr_assert_eq(sym_aead_open(out, key, nonce, NULL, 0, in, bytes), SYM_ERR_AUTH,
                     "%zu bytes of %zu", bytes, sizeof(in));
    cr_assert_eq(sym_aead_open(out, key, nonce, NULL, 0, NULL, 0), SYM_ERR_AUTH);
}

/* Moving the border between associated data and text must not go unnoticed. */
Test(sym_aead, text_is_not_associated_data)
{
    uint8_t key[SYM_AEAD_KEY_BYTES] = {1}, nonce[SYM_AEAD_NONCE_BYTES] = {2};
    uint8_t one[32 + TAG] = {0}, out[32];
    cr_assert_eq(sym_aead_seal(one, key, nonce, "0123456789abcdef", 16, NULL, 0), SYM_OK);
    memmove(one + 16, one, TAG);
    memcpy(one, "0123456789abcdef", 16);
    cr_assert_eq(sym_aead_open(out, key, nonce, NULL, 0, one, 16 + TAG), SYM_ERR_AUTH);
}

#if SIZE_MAX > UINT32_MAX
/* RFC 8439 2.8: 2^32 - 1 blocks are the most. */
Test(sym_aead, too_long_is_refused_before_anything_is_touched)
{
    uint8_t key[SYM_AEAD_KEY_BYTES] = {1}, nonce[SYM_AEAD_NONCE_BYTES] = {2};
    size_t most = (size_t)UINT32_MAX * SYM_CHACHA20_BLOCK_BYTES;
    cr_assert_eq(sym_aead_seal(NULL, key, nonce, NULL, 0, NULL, most + 1), SYM_ERR_LENGTH);
    cr_assert_eq(sym_aead_open(NULL, key, nonce, NULL, 0, NULL, most + TAG + 1), SYM_ERR_AUTH);
}
#endif

/* HMAC-SHA-256 (RFC 2104) against RFC 4231 and its own properties. */
#include "sym_hmac.h"

#include "fed_random.h"
#include "vectors.h"

#include <criterion/criterion.h>

static void check(struct vectors *file, const char *key_field, const char *msg_field,
                  const char *tag_field)
{
    uint8_t tag[SYM_HMAC_BYTES];
    size_t key_bytes, msg_bytes, tag_bytes;
    const uint8_t *key = vectors_bytes(file, key_field, &key_bytes);
    const uint8_t *msg = vectors_bytes(file, msg_field, &msg_bytes);
    sym_hmac(tag, key, key_bytes, msg, msg_bytes);
    vectors_bytes(file, tag_field, &tag_bytes); /* shorter in test case 5 */
    vectors_expect(file, "tag", tag, tag_bytes < sizeof(tag) ? tag_bytes : sizeof(tag), tag_field);
}

Test(sym_hmac, rfc_4231)
{
    struct vectors *file = vectors_open("hmac.txt");
    while (vectors_next(file))
        check(file, "key", "msg", "tag");
    vectors_close(file);
}

Test(sym_hmac, installed_set)
{
    struct vectors *file = vectors_open_installed("HMAC/rfc-4231-sha256.txt");
    unsigned count = 0;
    for (; vectors_next(file); count++)
        check(file, "Key", "Msg", "MD");
    vectors_close(file);
    cr_assert_eq(count, 6);
}

Test(sym_hmac, every_split_into_two)
{
    struct fed_random random;
    uint8_t data[150], key[100], whole[SYM_HMAC_BYTES], pieces[SYM_HMAC_BYTES];
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(data, sizeof(data), &random.source), 0);
    for (size_t split = 0; split <= sizeof(data); split++) {
        struct sym_hmac state;
        size_t key_bytes = split % (sizeof(key) + 1);
        cr_assert_eq(rsa_random_bytes(key, sizeof(key), &random.source), 0);
        sym_hmac(whole, key, key_bytes, data, sizeof(data));
        sym_hmac_init(&state, key, key_bytes);
        sym_hmac_update(&state, data, split);
        sym_hmac_update(&state, data + split, sizeof(data) - split);
        sym_hmac_final(pieces, &state);
        cr_assert_arr_eq(pieces, whole, sizeof(whole), "split at %zu", split);
    }
}

/* RFC 2104 2: a key of one block is taken as it is, one byte more is hashed. */
Test(sym_hmac, keys_around_the_size_of_a_block)
{
    uint8_t key[SYM_SHA256_BLOCK_BYTES + 1] = {1, 2, 3}, hashed[SYM_SHA256_BYTES];
    uint8_t tag[SYM_HMAC_BYTES], other[SYM_HMAC_BYTES];
    sym_hmac(tag, key, SYM_SHA256_BLOCK_BYTES, "text", 4);
    sym_hmac(other, key, 3, "text", 4);
    cr_assert_arr_eq(tag, other, sizeof(tag), "zeros behind a short key change nothing");
    sym_hmac(tag, key, sizeof(key), "text", 4);
    sym_sha256(hashed, key, sizeof(key));
    sym_hmac(other, hashed, sizeof(hashed), "text", 4);
    cr_assert_arr_eq(tag, other, sizeof(tag), "a longer key stands for its hash");
}

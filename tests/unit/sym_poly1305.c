/* Poly1305 (RFC 8439 2.5): published answers, its edge cases, and every implementation that this
 * machine can run against the readable one. */
#include "sym_poly1305.h"

#include "fed_random.h"
#include "sym_implementations.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static void tag_with(const struct sym_poly1305_implementation *with,
                     uint8_t tag[SYM_POLY1305_TAG_BYTES], const uint8_t *key, const uint8_t *data,
                     size_t bytes)
{
    struct sym_poly1305 state;
    sym_poly1305_init_with(&state, with, key);
    sym_poly1305_update(&state, data, bytes);
    sym_poly1305_final(tag, &state);
}

static void check(struct vectors *file, const char *key_field, const char *msg_field,
                  const char *tag_field)
{
    const struct sym_poly1305_implementation *with;
    uint8_t tag[SYM_POLY1305_TAG_BYTES];
    size_t key_bytes, bytes;
    const uint8_t *key = vectors_bytes(file, key_field, &key_bytes);
    const uint8_t *msg = vectors_bytes(file, msg_field, &bytes);
    cr_assert_eq(key_bytes, SYM_POLY1305_KEY_BYTES, "%s", vectors_where(file));
    sym_poly1305(tag, key, msg, bytes);
    vectors_expect(file, "sym_poly1305", tag, sizeof(tag), tag_field);
    for (size_t i = 0; (with = sym_poly1305_implementation(i)); i++) {
        if (!with->supported())
            continue;
        tag_with(with, tag, key, msg, bytes);
        vectors_expect(file, with->name, tag, sizeof(tag), tag_field);
    }
}

Test(sym_poly1305, rfc_8439)
{
    struct vectors *file = vectors_open("poly1305.txt");
    while (vectors_next(file))
        check(file, "key", "msg", "tag");
    vectors_close(file);
}

Test(sym_poly1305, installed_set)
{
    struct vectors *file = vectors_open_installed("poly1305/rfc7539.txt");
    unsigned count = 0;
    for (; vectors_next(file); count++)
        check(file, "KEY", "MSG", "TAG");
    vectors_close(file);
    cr_assert_geq(count, 11u);
}

static void expect_agreement(const uint8_t *key, const uint8_t *data, size_t bytes)
{
    const struct sym_poly1305_implementation *with;
    uint8_t want[SYM_POLY1305_TAG_BYTES], got[SYM_POLY1305_TAG_BYTES];
    tag_with(sym_poly1305_implementation(0), want, key, data, bytes);
    for (size_t i = 1; (with = sym_poly1305_implementation(i)); i++) {
        if (!with->supported())
            continue;
        tag_with(with, got, key, data, bytes);
        cr_assert_arr_eq(got, want, sizeof(want), "%s: %zu bytes", with->name, bytes);
    }
}

Test(sym_poly1305, implementations_agree_at_every_length)
{
    uint8_t key[SYM_POLY1305_KEY_BYTES], data[1500];
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(data, sizeof(data), &random.source), 0);
    for (size_t bytes = 0; bytes <= sizeof(data); bytes++) {
        cr_assert_eq(rsa_random_bytes(key, sizeof(key), &random.source), 0);
        expect_agreement(key, data, bytes);
    }
}

/* Carries at their worst: r and the blocks all ones, all zeros, and ones here and there. */
Test(sym_poly1305, implementations_agree_at_the_limits)
{
    static const uint8_t pattern[] = {0xff, 0x00, 0xfe, 0x01, 0xfb, 0x80};
    uint8_t key[SYM_POLY1305_KEY_BYTES], data[640];
    for (size_t k = 0; k < sizeof(pattern); k++) {
        for (size_t d = 0; d < sizeof(pattern); d++) {
            memset(key, pattern[k], sizeof(key));
            memset(data, pattern[d], sizeof(data));
            for (size_t changed = 0; changed < sizeof(data); changed += 7) {
                data[changed] ^= 0xff;
                expect_agreement(key, data, sizeof(data) - changed % 23);
            }
        }
    }
}

Test(sym_poly1305, every_split_into_two)
{
    const struct sym_poly1305_implementation *with;
    uint8_t key[SYM_POLY1305_KEY_BYTES], data[500];
    uint8_t whole[SYM_POLY1305_TAG_BYTES], pieces[SYM_POLY1305_TAG_BYTES];
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(key, sizeof(key), &random.source), 0);
    cr_assert_eq(rsa_random_bytes(data, sizeof(data), &random.source), 0);
    tag_with(sym_poly1305_implementation(0), whole, key, data, sizeof(data));
    for (size_t i = 0; (with = sym_poly1305_implementation(i)); i++) {
        for (size_t split = 0; with->supported() && split <= sizeof(data); split++) {
            struct sym_poly1305 state;
            sym_poly1305_init_with(&state, with, key);
            sym_poly1305_update(&state, data, split);
            sym_poly1305_update(&state, NULL, 0);
            sym_poly1305_update(&state, data + split, sizeof(data) - split);
            sym_poly1305_final(pieces, &state);
            cr_assert_arr_eq(pieces, whole, sizeof(whole), "%s: split at %zu", with->name, split);
        }
    }
}

/* r = 1 makes the accumulator the sum of the blocks: 2^130 + 2^88 - 1 after these three, which is
 * 2^88 + 4. Its carry ends in the middle limb of three, and must not get lost on the way into the
 * five limbs of the vectors, which the second update is long enough for. */
Test(sym_poly1305, a_carry_into_the_middle_limb)
{
    const struct sym_poly1305_implementation *with;
    uint8_t key[SYM_POLY1305_KEY_BYTES] = {1}, data[48 + 1024] = {[15] = 0x80, [31] = 0x80};
    uint8_t want[SYM_POLY1305_TAG_BYTES], got[SYM_POLY1305_TAG_BYTES];
    memset(data + 32, 0xff, 11);
    tag_with(sym_poly1305_implementation(0), want, key, data, sizeof(data));
    for (size_t i = 1; (with = sym_poly1305_implementation(i)); i++) {
        struct sym_poly1305 state;
        if (!with->supported())
            continue;
        sym_poly1305_init_with(&state, with, key);
        sym_poly1305_update(&state, data, 48);
        sym_poly1305_update(&state, data + 48, sizeof(data) - 48);
        sym_poly1305_final(got, &state);
        cr_assert_arr_eq(got, want, sizeof(want), "%s", with->name);
    }
}

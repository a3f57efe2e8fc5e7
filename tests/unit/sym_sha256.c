/* SHA-256 (FIPS 180-4) against published digests and its own properties, and
 * every implementation that this machine can run against the readable one. */
#include "sym_sha256.h"

#include "fed_random.h"
#include "sym_implementations.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

Test(sym_sha256, published_digests)
{
    struct vectors *file = vectors_open("sha256.txt");
    while (vectors_next(file)) {
        uint8_t digest[SYM_SHA256_BYTES];
        size_t bytes;
        const uint8_t *msg = vectors_bytes(file, "msg", &bytes);
        sym_sha256(digest, msg, bytes);
        vectors_expect(file, "digest", digest, sizeof(digest), "digest");
    }
    vectors_close(file);
}

/* NIST CAVP: Len is in bits; Msg is 00 where Len is 0. */
static void cavp_messages(const char *name, unsigned at_least)
{
    struct vectors *file = vectors_open_installed(name);
    unsigned count = 0;
    while (vectors_next(file)) {
        uint8_t digest[SYM_SHA256_BYTES];
        size_t bytes;
        const uint8_t *msg;
        if (!vectors_has(file, "Msg"))
            continue;
        msg = vectors_bytes(file, "Msg", &bytes);
        cr_assert_leq(vectors_number(file, "Len") / 8, bytes, "%s", vectors_where(file));
        sym_sha256(digest, msg, vectors_number(file, "Len") / 8);
        vectors_expect(file, "digest", digest, sizeof(digest), "MD");
        count++;
    }
    vectors_close(file);
    cr_assert_geq(count, at_least, "%s: %u vectors, %u or more were known", name, count, at_least);
}

Test(sym_sha256, nist_short_messages)
{
    cavp_messages("hashes/SHA2/SHA256ShortMsg.rsp", 65);
}

Test(sym_sha256, nist_long_messages)
{
    cavp_messages("hashes/SHA2/SHA256LongMsg.rsp", 64);
}

/* NIST's SHAVS 6.4: a thousand hashes of the last three digests, a hundred times over. */
Test(sym_sha256, nist_monte_carlo)
{
    struct vectors *file = vectors_open_installed("hashes/SHA2/SHA256Monte.rsp");
    uint8_t last[4][SYM_SHA256_BYTES];
    unsigned count = 0;
    while (vectors_next(file)) {
        size_t bytes;
        if (vectors_has(file, "Seed"))
            memcpy(last[3], vectors_bytes(file, "Seed", &bytes), sizeof(last[3]));
        if (!vectors_has(file, "MD"))
            continue;
        memcpy(last[0], last[3], sizeof(last[0]));
        memcpy(last[1], last[3], sizeof(last[1]));
        memcpy(last[2], last[3], sizeof(last[2]));
        for (int i = 0; i < 1000; i++) {
            sym_sha256(last[3], last, 3 * SYM_SHA256_BYTES);
            memmove(last[0], last[1], 3 * SYM_SHA256_BYTES);
        }
        vectors_expect(file, "digest", last[3], sizeof(last[3]), "MD");
        count++;
    }
    vectors_close(file);
    cr_assert_eq(count, 100);
}

Test(sym_sha256, every_split_into_two)
{
    struct fed_random random;
    uint8_t data[200], whole[SYM_SHA256_BYTES], pieces[SYM_SHA256_BYTES];
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(data, sizeof(data), &random.source), 0);
    for (size_t bytes = 0; bytes <= sizeof(data); bytes++) {
        sym_sha256(whole, data, bytes);
        for (size_t split = 0; split <= bytes; split++) {
            struct sym_sha256 state;
            sym_sha256_init(&state);
            sym_sha256_update(&state, data, split);
            sym_sha256_update(&state, NULL, 0);
            sym_sha256_update(&state, data + split, bytes - split);
            sym_sha256_final(pieces, &state);
            cr_assert_arr_eq(pieces, whole, sizeof(whole), "%zu of %zu bytes", split, bytes);
        }
    }
}

Test(sym_sha256, final_wipes_the_state)
{
    struct sym_sha256 state;
    uint8_t digest[SYM_SHA256_BYTES];
    static const struct sym_sha256 wiped;
    sym_sha256_init(&state);
    sym_sha256_update(&state, "secret", 6);
    sym_sha256_final(digest, &state);
    cr_assert_arr_eq((uint8_t *)&state, (const uint8_t *)&wiped, sizeof(state));
}

/* From any state, any blocks at any address, none to nine of them. */
Test(sym_sha256, implementations_agree)
{
    struct fed_random random;
    const struct sym_sha256_implementation *with;
    uint8_t data[9 * SYM_SHA256_BLOCK_BYTES + 3];
    uint32_t start[8], want[8], got[8];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 2000; round++) {
        const size_t count = (size_t)round % 10;
        const uint8_t *blocks = data + round % 4;
        cr_assert_eq(rsa_random_bytes((uint8_t *)start, sizeof(start), &random.source), 0);
        cr_assert_eq(rsa_random_bytes(data, sizeof(data), &random.source), 0);
        memcpy(want, start, sizeof(want));
        sym_sha256_implementation(0)->absorb(want, blocks, count);
        for (size_t i = 1; (with = sym_sha256_implementation(i)); i++) {
            if (!with->supported())
                continue;
            memcpy(got, start, sizeof(got));
            with->absorb(got, blocks, count);
            cr_assert_arr_eq(got, want, sizeof(want), "%s, %zu blocks", with->name, count);
        }
    }
}

/* NIST's messages through each implementation by hand: padded here, absorbed at once. */
Test(sym_sha256, implementations_meet_the_standard)
{
    const struct sym_sha256_implementation *with;
    struct vectors *file = vectors_open_installed("hashes/SHA2/SHA256ShortMsg.rsp");
    while (vectors_next(file)) {
        if (!vectors_has(file, "Msg"))
            continue;
        size_t bytes;
        const uint8_t *msg = vectors_bytes(file, "Msg", &bytes);
        bytes = vectors_number(file, "Len") / 8;
        uint8_t padded[2 * SYM_SHA256_BLOCK_BYTES] = {0}, digest[SYM_SHA256_BYTES];
        const size_t blocks = bytes < 56 ? 1 : 2;
        memcpy(padded, msg, bytes);
        padded[bytes] = 0x80;
        padded[blocks * 64 - 1] = (uint8_t)(8 * bytes);
        padded[blocks * 64 - 2] = (uint8_t)(8 * bytes >> 8);
        for (size_t i = 0; (with = sym_sha256_implementation(i)); i++) {
            struct sym_sha256 state;
            if (!with->supported())
                continue;
            sym_sha256_init(&state);
            with->absorb(state.h, padded, blocks);
            for (size_t j = 0; j < sizeof(digest); j++)
                digest[j] = (uint8_t)(state.h[j / 4] >> (24 - 8 * (j % 4)));
            vectors_expect(file, with->name, digest, sizeof(digest), "MD");
        }
    }
    vectors_close(file);
}

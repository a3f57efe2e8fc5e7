/* SHA-3 and SHAKE (FIPS 202) against NIST's answers, in pieces, and each implementation of Keccak
 * against the readable one. */
#include "sym_sha3.h"

#include "fed_random.h"
#include "sym_implementations.h"
#include "sym_shake_each.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

#define MAX_OUTPUT 512

/* NIST CAVP: Len is in bits; Msg is 00 where Len is 0. A SHAKE's output is as long as the
 * answer. */
static void messages(const char *name, enum sym_sha3 function, const char *field, unsigned at_least)
{
    struct vectors *file = vectors_open_installed(name);
    unsigned count = 0;
    while (vectors_next(file)) {
        struct sym_sponge sponge;
        uint8_t out[MAX_OUTPUT];
        size_t bytes, out_bytes;
        if (!vectors_has(file, "Msg"))
            continue;
        const uint8_t *msg = vectors_bytes(file, "Msg", &bytes);
        if (vectors_has(file, "Len"))
            bytes = vectors_number(file, "Len") / 8;
        vectors_bytes(file, field, &out_bytes);
        cr_assert_leq(out_bytes, sizeof(out));
        sym_sponge_init(&sponge, function);
        sym_sponge_absorb(&sponge, msg, bytes);
        sym_sponge_squeeze(out, out_bytes, &sponge);
        vectors_expect(file, "output", out, out_bytes, field);
        count++;
    }
    vectors_close(file);
    cr_assert_geq(count, at_least, "%s: %u vectors, %u or more were known", name, count, at_least);
}

Test(sym_sha3, nist_sha3)
{
    messages("hashes/SHA3/SHA3_256ShortMsg.rsp", SYM_SHA3_256, "MD", 137);
    messages("hashes/SHA3/SHA3_256LongMsg.rsp", SYM_SHA3_256, "MD", 100);
    messages("hashes/SHA3/SHA3_512ShortMsg.rsp", SYM_SHA3_512, "MD", 73);
    messages("hashes/SHA3/SHA3_512LongMsg.rsp", SYM_SHA3_512, "MD", 100);
}

Test(sym_sha3, nist_shake)
{
    messages("hashes/SHAKE/SHAKE128ShortMsg.rsp", SYM_SHAKE128, "Output", 100);
    messages("hashes/SHAKE/SHAKE128VariableOut.rsp", SYM_SHAKE128, "Output", 1000);
    messages("hashes/SHAKE/SHAKE256ShortMsg.rsp", SYM_SHAKE256, "Output", 100);
    messages("hashes/SHAKE/SHAKE256VariableOut.rsp", SYM_SHAKE256, "Output", 1000);
}

/* In and out in two pieces at every place, around the ends of blocks. */
Test(sym_sha3, every_split)
{
    struct fed_random random;
    uint8_t data[400], whole[400], pieces[400];
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(data, sizeof(data), &random.source), 0);
    sym_shake128(whole, sizeof(whole), data, sizeof(data));
    for (size_t split = 0; split <= sizeof(data); split++) {
        struct sym_sponge sponge;
        sym_sponge_init(&sponge, SYM_SHAKE128);
        sym_sponge_absorb(&sponge, data, split);
        sym_sponge_absorb(&sponge, data + split, sizeof(data) - split);
        sym_sponge_squeeze(pieces, sizeof(pieces) - split, &sponge);
        sym_sponge_squeeze(pieces + sizeof(pieces) - split, split, &sponge);
        cr_assert_arr_eq(pieces, whole, sizeof(whole), "split at %zu", split);
    }
}

Test(sym_sha3, one_call_is_init_absorb_squeeze)
{
    uint8_t digest[SYM_SHA3_512_BYTES], longer[SYM_SHA3_512_BYTES];
    struct sym_sponge sponge;
    sym_sponge_init(&sponge, SYM_SHA3_512);
    sym_sponge_absorb(&sponge, "abc", 3);
    sym_sponge_squeeze(longer, sizeof(longer), &sponge);
    sym_sha3_512(digest, "abc", 3);
    cr_expect_arr_eq(digest, longer, sizeof(digest));
    sym_sponge_init(&sponge, SYM_SHA3_256);
    sym_sponge_absorb(&sponge, "abc", 3);
    sym_sponge_squeeze(longer, SYM_SHA3_256_BYTES, &sponge);
    sym_sha3_256(digest, "abc", 3);
    cr_expect_arr_eq(digest, longer, SYM_SHA3_256_BYTES);
    sym_shake256(digest, 20, "abc", 3);
    sym_shake256(longer, 40, "abc", 3);
    cr_expect_arr_eq(digest, longer, 20, "a longer output begins with the shorter one");
}

/* Of all counts and around the ends of blocks, against one by one. */
Test(sym_sha3, each_is_as_alone)
{
    struct fed_random random;
    uint8_t in[7 * 200], out[7 * 400], want[400];
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(in, sizeof(in), &random.source), 0);
    for (size_t bytes = 0; bytes < 200; bytes++) {
        const size_t count = bytes % 8, out_bytes = 2 * bytes + 1;
        for (int function = 0; function < 2; function++) {
            (function ? sym_shake256_each : sym_shake128_each)(out, out_bytes, in, bytes, count);
            for (size_t i = 0; i < count; i++) {
                (function ? sym_shake256 : sym_shake128)(want, out_bytes, in + i * bytes, bytes);
                cr_assert_arr_eq(out + i * out_bytes, want, out_bytes, "%zu bytes, %zu of %zu",
                                 bytes, i, count);
            }
        }
    }
}

Test(sym_sha3, implementations_agree)
{
    struct fed_random random;
    const struct sym_keccak_implementation *with;
    uint64_t start[SYM_KECCAK_LANES], want[SYM_KECCAK_LANES], got[SYM_KECCAK_LANES];
    fed_random_init(&random, NULL, 0, test_seed());
    for (int round = 0; round < 1000; round++) {
        cr_assert_eq(rsa_random_bytes((uint8_t *)start, sizeof(start), &random.source), 0);
        memcpy(want, start, sizeof(want));
        sym_keccak_implementation(0)->permute(want);
        for (size_t i = 1; (with = sym_keccak_implementation(i)); i++) {
            if (!with->supported())
                continue;
            memcpy(got, start, sizeof(got));
            with->permute(got);
            cr_assert_arr_eq(got, want, sizeof(want), "%s", with->name);
        }
    }
}

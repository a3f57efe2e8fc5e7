/* ChaCha20 (RFC 8439 2.1 to 2.4): published answers, and every implementation that this machine can
 * run against the readable one. */
#include "sym_chacha20.h"

#include "fed_random.h"
#include "sym_implementations.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

#define MAX_BYTES 5000

struct answer {
    const uint8_t *key, *nonce, *in;
    uint32_t counter;
    size_t bytes;
};

/* Through the public call, then through each implementation. */
static void check(struct vectors *file, const struct answer *answer, const char *field)
{
    const struct sym_chacha20_implementation *with;
    uint32_t state[SYM_CHACHA20_STATE_WORDS];
    uint8_t out[MAX_BYTES];
    cr_assert_leq(answer->bytes, sizeof(out));
    cr_assert_eq(sym_chacha20_xor(out, answer->in, answer->bytes, answer->key, answer->nonce,
                                  answer->counter),
                 SYM_OK);
    vectors_expect(file, "sym_chacha20_xor", out, answer->bytes, field);
    sym_chacha20_state(state, answer->key, answer->nonce, answer->counter);
    for (size_t i = 0; (with = sym_chacha20_implementation(i)); i++) {
        if (!with->supported())
            continue;
        with->apply(out, answer->in, answer->bytes, state);
        vectors_expect(file, with->name, out, answer->bytes, field);
    }
}

Test(sym_chacha20, rfc_8439)
{
    static const uint8_t zeros[SYM_CHACHA20_BLOCK_BYTES];
    struct vectors *file = vectors_open("chacha20.txt");
    while (vectors_next(file)) {
        size_t bytes;
        struct answer answer = {.key = vectors_bytes(file, "key", &bytes),
                                .nonce = vectors_bytes(file, "nonce", &bytes),
                                .counter = (uint32_t)vectors_number(file, "counter"),
                                .in = zeros,
                                .bytes = sizeof(zeros)};
        if (vectors_has(file, "block")) {
            uint8_t block[SYM_CHACHA20_BLOCK_BYTES];
            sym_chacha20_block(block, answer.key, answer.nonce, answer.counter);
            vectors_expect(file, "sym_chacha20_block", block, sizeof(block), "block");
            check(file, &answer, "block");
        } else {
            answer.in = vectors_bytes(file, "plain", &answer.bytes);
            check(file, &answer, "sealed");
        }
    }
    vectors_close(file);
}

Test(sym_chacha20, installed_set)
{
    struct vectors *file = vectors_open_installed("ciphers/ChaCha20/rfc7539.txt");
    unsigned count = 0;
    for (; vectors_next(file); count++) {
        size_t bytes, nonce_bytes;
        uint8_t nonce[SYM_CHACHA20_NONCE_BYTES] = {0};
        struct answer answer = {.key = vectors_bytes(file, "KEY", &bytes),
                                .nonce = nonce,
                                .counter = (uint32_t)vectors_number(file, "INITIAL_BLOCK_COUNTER")};
        const uint8_t *given = vectors_bytes(file, "NONCE", &nonce_bytes);
        /* Newer editions of the set have a nonce of 8 bytes behind a counter of 8. */
        cr_assert(nonce_bytes == 8 || nonce_bytes == sizeof(nonce));
        memcpy(nonce + sizeof(nonce) - nonce_bytes, given, nonce_bytes);
        answer.in = vectors_bytes(file, "PLAINTEXT", &answer.bytes);
        check(file, &answer, "CIPHERTEXT");
    }
    vectors_close(file);
    cr_assert_geq(count, 3u);
}

/* Every length up to where the widest implementation has been through all its paths. */
Test(sym_chacha20, implementations_agree_at_every_length_in_place_and_not)
{
    static uint8_t in[MAX_BYTES], want[MAX_BYTES], got[MAX_BYTES + 1];
    const struct sym_chacha20_implementation *with;
    uint32_t state[SYM_CHACHA20_STATE_WORDS];
    struct fed_random random;
    fed_random_init(&random, NULL, 0, test_seed());
    cr_assert_eq(rsa_random_bytes(in, sizeof(in), &random.source), 0);
    cr_assert_eq(rsa_random_bytes((uint8_t *)state, sizeof(state), &random.source), 0);
    state[12] &= 0xffffff;
    sym_chacha20_implementation(0)->apply(want, in, sizeof(want), state);
    for (size_t i = 1; (with = sym_chacha20_implementation(i)); i++) {
        for (size_t bytes = 0; with->supported() && bytes <= MAX_BYTES; bytes++) {
            memset(got, 0xee, sizeof(got));
            with->apply(got, in, bytes, state);
            cr_assert_arr_eq(got, want, bytes, "%s: %zu bytes", with->name, bytes);
            cr_assert_eq(got[bytes], 0xee, "%s: more than %zu bytes", with->name, bytes);
            memcpy(got, in, bytes);
            with->apply(got, got, bytes, state);
            cr_assert_arr_eq(got, want, bytes, "%s: %zu bytes in place", with->name, bytes);
        }
    }
}

/* RFC 8439 2.4: going on from a later block is the same as having come from the first. */
Test(sym_chacha20, every_block_can_be_the_first)
{
    uint8_t key[SYM_CHACHA20_KEY_BYTES] = {1}, nonce[SYM_CHACHA20_NONCE_BYTES] = {2};
    uint8_t whole[20 * SYM_CHACHA20_BLOCK_BYTES] = {0}, part[sizeof(whole)];
    cr_assert_eq(sym_chacha20_xor(whole, whole, sizeof(whole), key, nonce, 7), SYM_OK);
    for (uint32_t block = 0; block < 20; block++) {
        size_t before = block * SYM_CHACHA20_BLOCK_BYTES, bytes = sizeof(whole) - before;
        memset(part, 0, bytes);
        cr_assert_eq(sym_chacha20_xor(part, part, bytes, key, nonce, 7 + block), SYM_OK);
        cr_assert_arr_eq(part, whole + before, bytes, "block %u", block);
        sym_chacha20_block(part, key, nonce, 7 + block);
        cr_assert_arr_eq(part, whole + before, SYM_CHACHA20_BLOCK_BYTES, "block %u alone", block);
    }
}

/* The counter may reach its last value and not wrap. */
Test(sym_chacha20, the_counter_does_not_wrap)
{
    uint8_t key[SYM_CHACHA20_KEY_BYTES] = {1}, nonce[SYM_CHACHA20_NONCE_BYTES] = {2};
    uint8_t data[3 * SYM_CHACHA20_BLOCK_BYTES] = {0}, want[SYM_CHACHA20_BLOCK_BYTES];
    static const uint8_t zeros[sizeof(data)];
    cr_assert_eq(sym_chacha20_xor(data, data, 129, key, nonce, UINT32_MAX - 1), SYM_ERR_LENGTH);
    cr_assert_arr_eq(data, zeros, sizeof(data), "nothing may be written");
    cr_assert_eq(sym_chacha20_xor(data, data, 128, key, nonce, UINT32_MAX - 1), SYM_OK);
    sym_chacha20_block(want, key, nonce, UINT32_MAX);
    cr_assert_arr_eq(data + SYM_CHACHA20_BLOCK_BYTES, want, sizeof(want));
    cr_assert_eq(sym_chacha20_xor(data, data, ((size_t)1 << 38) + 1, key, nonce, 0),
                 SYM_ERR_LENGTH);
    cr_assert_eq(sym_chacha20_xor(NULL, NULL, 0, key, nonce, UINT32_MAX), SYM_OK);
}

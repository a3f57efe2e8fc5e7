/* The Feistel cipher against its second implementation (tests/vectors/feistel.py), and the
 * properties that every Feistel cipher has. */
#include "sym_feistel.h"

#include "fed_random.h"
#include "sym_cbc.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <string.h>

#define BLOCK SYM_FEISTEL_BLOCK_BYTES

static void big_endian(uint8_t out[8], uint64_t word)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(word >> (56 - 8 * i));
}

static void check_block(struct vectors *file, const uint8_t *key, const uint8_t *plain)
{
    struct sym_feistel cipher;
    uint8_t block[BLOCK], round_keys[8 * SYM_FEISTEL_ROUNDS];
    sym_feistel_init(&cipher, key);
    for (int i = 0; i < SYM_FEISTEL_ROUNDS; i++)
        big_endian(round_keys + 8 * i, cipher.round_keys[i]);
    vectors_expect(file, "round keys", round_keys, sizeof(round_keys), "round_keys");
    sym_feistel_encrypt(block, &cipher, plain);
    vectors_expect(file, "encrypted", block, sizeof(block), "sealed");
    sym_feistel_decrypt(block, &cipher, block);
    vectors_expect(file, "decrypted in place", block, sizeof(block), "plain");
}

static void check_cbc(struct vectors *file, const uint8_t *key, const uint8_t *plain, size_t bytes)
{
    struct sym_cbc cbc;
    uint8_t out[80];
    size_t iv_bytes, written;
    const uint8_t *iv = vectors_bytes(file, "iv", &iv_bytes);
    memcpy(out, iv, BLOCK);
    sym_cbc_init(&cbc, &sym_block_feistel, key, iv);
    written = sym_cbc_encrypt(&cbc, out + BLOCK, plain, bytes);
    sym_cbc_encrypt_final(&cbc, out + BLOCK + written);
    vectors_expect(file, "cbc", out, written + 2 * BLOCK, "sealed");
}

Test(sym_feistel, second_implementation)
{
    struct vectors *file = vectors_open("feistel.txt");
    while (vectors_next(file)) {
        size_t key_bytes, bytes;
        const uint8_t *key = vectors_bytes(file, "key", &key_bytes);
        const uint8_t *plain = vectors_bytes(file, "plain", &bytes);
        if (vectors_has(file, "iv"))
            check_cbc(file, key, plain, bytes);
        else
            check_block(file, key, plain);
    }
    vectors_close(file);
}

static struct fed_random source;

static void random_bytes(uint8_t *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
}

static void seeded(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
}

/* The lesson of Feistel: the way back is the way there with the round keys in reverse. */
Test(sym_feistel, decryption_is_encryption_with_reversed_round_keys, .init = seeded)
{
    for (int i = 0; i < 200; i++) {
        struct sym_feistel there, back;
        uint8_t key[SYM_FEISTEL_KEY_BYTES], plain[BLOCK], out[BLOCK], other[BLOCK];
        random_bytes(key, sizeof(key));
        random_bytes(plain, sizeof(plain));
        sym_feistel_init(&there, key);
        for (int r = 0; r < SYM_FEISTEL_ROUNDS; r++)
            back.round_keys[r] = there.round_keys[SYM_FEISTEL_ROUNDS - 1 - r];
        sym_feistel_encrypt(out, &there, plain);
        sym_feistel_decrypt(other, &there, out);
        sym_feistel_encrypt(out, &back, out);
        cr_assert_arr_eq(out, plain, BLOCK);
        cr_assert_arr_eq(other, plain, BLOCK);
    }
}

/* Bits that differ between the encryptions of two blocks under two keys. */
static unsigned distance(const uint8_t *key, const uint8_t *plain, const uint8_t *other_key,
                         const uint8_t *other_plain)
{
    struct sym_feistel cipher;
    uint8_t a[BLOCK], b[BLOCK];
    unsigned bits = 0;
    sym_feistel_init(&cipher, key);
    sym_feistel_encrypt(a, &cipher, plain);
    sym_feistel_init(&cipher, other_key);
    sym_feistel_encrypt(b, &cipher, other_plain);
    for (int i = 0; i < BLOCK; i++)
        bits += (unsigned)__builtin_popcount(a[i] ^ b[i]);
    return bits;
}

/* One bit of the block or of the key changes about half of all bits: 64 of 128, where the mean of
 * 128 trials strays by 0.5 (one sigma). A single one strays by 5.7; by 32 once in 10^8. */
Test(sym_feistel, avalanche, .init = seeded)
{
    uint8_t key[SYM_FEISTEL_KEY_BYTES], plain[BLOCK], changed[BLOCK];
    unsigned of_block = 0, of_key = 0, bits;
    random_bytes(key, sizeof(key));
    random_bytes(plain, sizeof(plain));
    for (int bit = 0; bit < 128; bit++) {
        memcpy(changed, plain, BLOCK);
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        of_block += bits = distance(key, plain, key, changed);
        cr_assert(bits > 32 && bits < 96, "bit %d of the block changes %u bits", bit, bits);
        memcpy(changed, key, BLOCK);
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        of_key += bits = distance(key, plain, changed, plain);
        cr_assert(bits > 32 && bits < 96, "bit %d of the key changes %u bits", bit, bits);
    }
    cr_assert(of_block > 60 * 128 && of_block < 68 * 128, "block: %u bits of 8192", of_block);
    cr_assert(of_key > 60 * 128 && of_key < 68 * 128, "key: %u bits of 8192", of_key);
}

struct watched {
    unsigned calls;
    uint64_t left, right;
    const struct sym_feistel *cipher;
};

/* Each step must follow from the one before, by the formula in the header. */
static void watch(void *context, unsigned round, uint64_t round_key, uint64_t left, uint64_t right)
{
    struct watched *watched = context;
    cr_assert_eq(round, watched->calls);
    if (round > 0) {
        cr_assert_eq(round_key, watched->cipher->round_keys[round - 1]);
        cr_assert_eq(left, watched->right, "round %u", round);
        cr_assert_eq(right, watched->left ^ sym_feistel_round_function(watched->right, round_key),
                     "round %u", round);
    }
    watched->left = left;
    watched->right = right;
    watched->calls++;
}

Test(sym_feistel, a_watcher_sees_every_round_and_changes_nothing, .init = seeded)
{
    struct sym_feistel cipher, back;
    struct watched watched = {.cipher = &cipher}, watched_back = {.cipher = &back};
    uint8_t key[SYM_FEISTEL_KEY_BYTES], plain[BLOCK], out[BLOCK], want[BLOCK], last[BLOCK];
    random_bytes(key, sizeof(key));
    random_bytes(plain, sizeof(plain));
    sym_feistel_init(&cipher, key);
    for (int r = 0; r < SYM_FEISTEL_ROUNDS; r++)
        back.round_keys[r] = cipher.round_keys[SYM_FEISTEL_ROUNDS - 1 - r];
    sym_feistel_encrypt(want, &cipher, plain);
    sym_feistel_encrypt_watched(out, &cipher, plain, watch, &watched);
    cr_assert_arr_eq(out, want, BLOCK);
    cr_assert_eq(watched.calls, SYM_FEISTEL_ROUNDS + 1);
    big_endian(last, watched.right);
    big_endian(last + 8, watched.left);
    cr_assert_arr_eq(out, last, BLOCK, "the halves leave without the last swap");
    sym_feistel_decrypt_watched(out, &cipher, out, watch, &watched_back);
    cr_assert_arr_eq(out, plain, BLOCK);
    cr_assert_eq(watched_back.calls, SYM_FEISTEL_ROUNDS + 1);
}

/* AES (FIPS 197) against its appendix, SP 800-38A, and NIST's AESVS sets. */
#include "sym_aes.h"

#include "sym_cbc.h"
#include "sym_implementations.h"
#include "vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK SYM_AES_BLOCK_BYTES

static const struct sym_block_cipher *cipher_of(size_t key_bytes)
{
    return key_bytes == SYM_AES128_KEY_BYTES   ? &sym_block_aes128
           : key_bytes == SYM_AES192_KEY_BYTES ? &sym_block_aes192
                                               : &sym_block_aes256;
}

struct names {
    const char *key, *iv, *plain, *sealed;
};

static void check_block(struct vectors *file, const struct names *names)
{
    struct sym_aes aes;
    uint8_t block[BLOCK];
    size_t key_bytes, bytes;
    const uint8_t *key = vectors_bytes(file, names->key, &key_bytes);
    const uint8_t *plain = vectors_bytes(file, names->plain, &bytes);
    cr_assert_eq(bytes, BLOCK, "%s", vectors_where(file));
    sym_aes_init(&aes, key, key_bytes);
    sym_aes_encrypt(block, &aes, plain);
    vectors_expect(file, "encrypted", block, BLOCK, names->sealed);
    sym_aes_decrypt(block, &aes, block);
    vectors_expect(file, "decrypted in place", block, BLOCK, names->plain);
    const struct sym_aes_implementation *with;
    for (size_t i = 0; (with = sym_aes_implementation(i)); i++) {
        if (!with->supported())
            continue;
        with->encrypt(block, &aes, plain);
        vectors_expect(file, with->name, block, BLOCK, names->sealed);
        with->decrypt(block, &aes, block);
        vectors_expect(file, with->name, block, BLOCK, names->plain);
    }
}

/* Without its padding, which the standard's examples do not have. */
static void check_cbc(struct vectors *file, const struct names *names)
{
    struct sym_cbc cbc;
    size_t key_bytes, iv_bytes, bytes, last;
    const uint8_t *key = vectors_bytes(file, names->key, &key_bytes);
    const uint8_t *iv = vectors_bytes(file, names->iv, &iv_bytes);
    const uint8_t *plain = vectors_bytes(file, names->plain, &bytes);
    uint8_t *sealed = malloc(bytes + BLOCK), *again = malloc(bytes + BLOCK);
    sym_cbc_init(&cbc, cipher_of(key_bytes), key, iv);
    cr_expect_eq(sym_cbc_encrypt(&cbc, sealed, plain, bytes), bytes);
    sym_cbc_encrypt_final(&cbc, sealed + bytes);
    vectors_expect(file, "encrypted", sealed, bytes, names->sealed);
    sym_cbc_init(&cbc, cipher_of(key_bytes), key, iv);
    cr_expect_eq(sym_cbc_decrypt(&cbc, again, sealed, bytes + BLOCK), bytes);
    cr_expect_eq(sym_cbc_decrypt_final(&cbc, again + bytes, &last), SYM_OK);
    cr_expect_eq(last, 0);
    vectors_expect(file, "decrypted", again, bytes, names->plain);
    free(sealed);
    free(again);
}

Test(sym_aes, fips_197_and_sp_800_38a)
{
    static const struct names names = {"key", "iv", "plain", "sealed"};
    struct vectors *file = vectors_open("aes.txt");
    while (vectors_next(file))
        if (vectors_has(file, "iv"))
            check_cbc(file, &names);
        else
            check_block(file, &names);
    vectors_close(file);
}

/* NIST's AESVS answers: every bit of keys and texts, the S-box, several blocks. */
static void check_set(const char *mode, const char *kind, unsigned bits)
{
    static const struct names names = {"KEY", "IV", "PLAINTEXT", "CIPHERTEXT"};
    char name[80];
    snprintf(name, sizeof(name), "ciphers/AES/%s/%s%s%u.rsp", mode, mode, kind, bits);
    struct vectors *file = vectors_open_installed(name);
    unsigned count = 0;
    while (vectors_next(file)) {
        if (strcmp(mode, "CBC") == 0)
            check_cbc(file, &names);
        else
            check_block(file, &names);
        count++;
    }
    vectors_close(file);
    cr_expect_geq(count, 10, "%s: %u", name, count);
}

Test(sym_aes, installed_sets)
{
    static const char *const kinds[] = {"GFSbox", "KeySbox", "VarKey", "VarTxt"};
    for (unsigned bits = 128; bits <= 256; bits += 64) {
        for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
            check_set("ECB", kinds[i], bits);
            check_set("CBC", kinds[i], bits);
        }
        check_set("CBC", "MMT", bits);
    }
}

/* FIPS 197 5.2: no bit of the key is left out of the schedule. */
Test(sym_aes, every_flipped_bit_of_the_key_counts)
{
    uint8_t key[SYM_AES256_KEY_BYTES] = {0}, first[BLOCK], other[BLOCK], zeros[BLOCK] = {0};
    struct sym_aes aes;
    sym_aes_init(&aes, key, sizeof(key));
    sym_aes_encrypt(first, &aes, zeros);
    for (size_t bit = 0; bit < 8 * sizeof(key); bit++) {
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
        sym_aes_init(&aes, key, sizeof(key));
        sym_aes_encrypt(other, &aes, zeros);
        cr_expect_neq(memcmp(first, other, BLOCK), 0, "bit %zu", bit);
        key[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

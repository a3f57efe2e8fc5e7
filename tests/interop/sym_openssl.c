/*
 * The modern shelf against the openssl command, on random inputs of many lengths: SHA-256, SHA-3 and
 * SHAKE, HMAC, HKDF, ChaCha20, Poly1305. (The command has no AEAD; the AEAD's published answers are in
 * tests/vectors and in the installed sets.)
 */
#include "symcipher.h"

#include "fed_random.h"
#include "hex.h"
#include "scratch.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 3000

static const size_t lengths[] = {0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, LONGEST};
#define LENGTHS (sizeof(lengths) / sizeof(*lengths))

static struct fed_random source;
static char *folder, *path;
static size_t input_bytes;
static uint8_t data[LONGEST], key[SYM_CHACHA20_KEY_BYTES], nonce[SYM_CHACHA20_NONCE_BYTES];

static void setup(void)
{
    fed_random_init(&source, NULL, 0, test_seed());
    folder = scratch_new();
    path = scratch_path(folder, "input");
}

static void teardown(void)
{
    free(path);
    scratch_remove(folder);
}

static void random_bytes(uint8_t *out, size_t bytes)
{
    cr_assert_eq(rsa_random_bytes(out, bytes, &source.source), 0);
}

/* New random data of this many bytes in the input file, and a new key and nonce. */
static void random_input(size_t bytes)
{
    FILE *file = fopen(path, "w");
    input_bytes = bytes;
    random_bytes(data, sizeof(data));
    random_bytes(key, sizeof(key));
    random_bytes(nonce, sizeof(nonce));
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(data, 1, bytes, file), bytes);
    cr_assert_eq(fclose(file), 0);
}

/* The command's output, and its size: at most LONGEST bytes. */
static size_t output_of(char said[LONGEST + 1], const char *format, va_list arguments)
{
    char command[1000];
    size_t count;
    FILE *pipe;
    vsnprintf(command, sizeof(command), format, arguments);
    pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    count = fread(said, 1, LONGEST, pipe);
    said[count] = 0;
    cr_assert_eq(pclose(pipe), 0, "failed: %s", command);
    return count;
}

/* Asserts that the command prints these bytes in hex first, with or without colons. */
static void expect_hex(const void *got, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void expect_hex(const void *got, size_t bytes, const char *format, ...)
{
    char said[LONGEST + 1], want[LONGEST + 1], *have = hex_encode(got, bytes);
    size_t digits = 0;
    va_list arguments;
    va_start(arguments, format);
    output_of(said, format, arguments);
    va_end(arguments);
    for (const char *c = said; isxdigit((unsigned char)*c) || *c == ':'; c++)
        if (*c != ':')
            want[digits++] = (char)tolower((unsigned char)*c);
    want[digits] = 0;
    cr_assert_str_eq(have, want, "%zu bytes of input\n    got  %s\n    want %s", input_bytes, have,
                     want);
    free(have);
}

/* Asserts that the command prints these bytes as they are. */
static void expect_bytes(const void *got, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void expect_bytes(const void *got, size_t bytes, const char *format, ...)
{
    char said[LONGEST + 1];
    va_list arguments;
    va_start(arguments, format);
    cr_assert_eq(output_of(said, format, arguments), bytes);
    va_end(arguments);
    cr_assert_arr_eq((const char *)got, said, bytes, "%zu bytes of input", input_bytes);
}

TestSuite(sym_openssl, .init = setup, .fini = teardown);

Test(sym_openssl, sha256)
{
    uint8_t digest[SYM_SHA256_BYTES];
    for (size_t i = 0; i < LENGTHS; i++) {
        random_input(lengths[i]);
        sym_sha256(digest, data, lengths[i]);
        expect_hex(digest, sizeof(digest), "openssl dgst -sha256 -r %s", path);
    }
}

Test(sym_openssl, sha3)
{
    uint8_t out[500];
    for (size_t i = 0; i < LENGTHS; i++) {
        random_input(lengths[i]);
        sym_sha3_256(out, data, lengths[i]);
        expect_hex(out, SYM_SHA3_256_BYTES, "openssl dgst -sha3-256 -r %s", path);
        sym_sha3_512(out, data, lengths[i]);
        expect_hex(out, SYM_SHA3_512_BYTES, "openssl dgst -sha3-512 -r %s", path);
        sym_shake128(out, sizeof(out), data, lengths[i]);
        expect_hex(out, sizeof(out), "openssl dgst -shake128 -xoflen 500 -r %s", path);
        sym_shake256(out, sizeof(out), data, lengths[i]);
        expect_hex(out, sizeof(out), "openssl dgst -shake256 -xoflen 500 -r %s", path);
    }
}

Test(sym_openssl, hmac)
{
    uint8_t tag[SYM_HMAC_BYTES], long_key[130];
    for (size_t i = 0; i < LENGTHS; i++) {
        size_t key_bytes = 1 + (i * 13) % sizeof(long_key);
        char *hex;
        random_input(lengths[i]);
        random_bytes(long_key, sizeof(long_key));
        hex = hex_encode(long_key, key_bytes);
        sym_hmac(tag, long_key, key_bytes, data, lengths[i]);
        expect_hex(tag, sizeof(tag), "openssl mac -digest SHA256 -macopt hexkey:%s -in %s HMAC",
                   hex, path);
        free(hex);
    }
}

Test(sym_openssl, hkdf)
{
    static const size_t okm_lengths[] = {1, 31, 32, 33, 64, 100, 500};
    for (size_t i = 0; i < sizeof(okm_lengths) / sizeof(*okm_lengths); i++) {
        uint8_t prk[SYM_HKDF_PRK_BYTES], okm[500], salt[20], info[30];
        char *ikm_hex, *salt_hex, *info_hex;
        random_input(0);
        random_bytes(salt, sizeof(salt));
        random_bytes(info, sizeof(info));
        ikm_hex = hex_encode(key, sizeof(key));
        salt_hex = hex_encode(salt, sizeof(salt));
        info_hex = hex_encode(info, sizeof(info));
        sym_hkdf_extract(prk, salt, sizeof(salt), key, sizeof(key));
        cr_assert_eq(sym_hkdf_expand(okm, okm_lengths[i], prk, sizeof(prk), info, sizeof(info)),
                     SYM_OK);
        expect_hex(okm, okm_lengths[i],
                   "openssl kdf -keylen %zu -kdfopt digest:SHA256 -kdfopt hexkey:%s "
                   "-kdfopt hexsalt:%s -kdfopt hexinfo:%s HKDF",
                   okm_lengths[i], ikm_hex, salt_hex, info_hex);
        free(ikm_hex);
        free(salt_hex);
        free(info_hex);
    }
}

/* openssl's iv is the block counter, little-endian, then the nonce. */
Test(sym_openssl, chacha20)
{
    uint8_t out[LONGEST];
    for (size_t i = 0; i < LENGTHS; i++) {
        char *key_hex, *nonce_hex;
        random_input(lengths[i]);
        key_hex = hex_encode(key, sizeof(key));
        nonce_hex = hex_encode(nonce, sizeof(nonce));
        cr_assert_eq(sym_chacha20_xor(out, data, lengths[i], key, nonce, 0x0201), SYM_OK);
        expect_bytes(out, lengths[i], "openssl enc -chacha20 -K %s -iv 01020000%s -in %s", key_hex,
                     nonce_hex, path);
        free(key_hex);
        free(nonce_hex);
    }
}

Test(sym_openssl, poly1305)
{
    uint8_t tag[SYM_POLY1305_TAG_BYTES];
    for (size_t i = 0; i < LENGTHS; i++) {
        char *hex;
        random_input(lengths[i]);
        hex = hex_encode(key, sizeof(key));
        sym_poly1305(tag, key, data, lengths[i]);
        expect_hex(tag, sizeof(tag), "openssl mac -macopt hexkey:%s -in %s Poly1305", hex, path);
        free(hex);
    }
}

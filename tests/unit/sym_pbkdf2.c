/* PBKDF2-HMAC-SHA-256 (RFC 8018) against RFC 7914 and Python's. */
#include "sym_pbkdf2.h"

#include "vectors.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(sym_pbkdf2, vectors)
{
    struct vectors *file = vectors_open("pbkdf2.txt");
    while (vectors_next(file)) {
        size_t passphrase_bytes, salt_bytes, bytes;
        const uint8_t *passphrase = vectors_bytes(file, "passphrase", &passphrase_bytes);
        const uint8_t *salt = vectors_bytes(file, "salt", &salt_bytes);
        vectors_bytes(file, "key", &bytes);
        uint8_t *key = malloc(bytes);
        sym_pbkdf2(key, bytes, passphrase, passphrase_bytes, salt, salt_bytes,
                   (uint32_t)vectors_number(file, "iterations"));
        vectors_expect(file, "key", key, bytes, "key");
        free(key);
    }
    vectors_close(file);
}

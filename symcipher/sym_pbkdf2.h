/*
 * PBKDF2 with HMAC-SHA-256, RFC 8018 5.2: a key from a passphrase.
 *
 * The iterations are the price that everyone pays who tries a passphrase; they make a good one
 * better, and save no bad one. Memory costs nothing here, so whoever has graphics cards pays less.
 * CT: lengths and iterations.
 */
#ifndef GLASSBOX_SYM_PBKDF2_H
#define GLASSBOX_SYM_PBKDF2_H

#include <stddef.h>
#include <stdint.h>

/* Any out_bytes, iterations at least 1. */
void sym_pbkdf2(uint8_t *out, size_t out_bytes, const void *passphrase, size_t passphrase_bytes,
                const void *salt, size_t salt_bytes, uint32_t iterations);

#endif

/*
 * OpenSSL's ChaCha20-Poly1305, to measure ours against: libcrypto is loaded at run time, so that
 * nothing here is linked with it. Without Criterion. Aborts if it is not there, or fails.
 */
#ifndef GLASSBOX_TESTS_OPENSSL_AEAD_H
#define GLASSBOX_TESTS_OPENSSL_AEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OPENSSL_AEAD_NONCE_BYTES 12
#define OPENSSL_AEAD_TAG_BYTES   16

struct openssl_aead;

/* key: 32 bytes. To seal with, or to open with. */
struct openssl_aead *openssl_aead_new(const uint8_t *key, bool seal);
void openssl_aead_free(struct openssl_aead *aead);

/* In place: `bytes` of text, and room for the tag behind it. ad: 4 bytes. */
void openssl_aead_seal(struct openssl_aead *aead, const uint8_t *nonce, const uint8_t *ad,
                       uint8_t *text, size_t bytes);
void openssl_aead_open(struct openssl_aead *aead, const uint8_t *nonce, const uint8_t *ad,
                       uint8_t *text, size_t bytes);

#endif

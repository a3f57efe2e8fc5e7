/*
 * AEAD_CHACHA20_POLY1305, RFC 8439 section 2.8: encryption that notices tampering.
 *
 * Protects the secrecy and integrity of a message and the integrity of its associated data (ad).
 * Does not hide lengths, and does not notice replays: that is the protocol's work. A nonce used
 * twice under one key gives both messages away and lets anyone forge.
 */
#ifndef GLASSBOX_SYM_AEAD_H
#define GLASSBOX_SYM_AEAD_H

#include "sym_chacha20.h"
#include "sym_poly1305.h"

#define SYM_AEAD_KEY_BYTES   SYM_CHACHA20_KEY_BYTES
#define SYM_AEAD_NONCE_BYTES SYM_CHACHA20_NONCE_BYTES
#define SYM_AEAD_TAG_BYTES   SYM_POLY1305_TAG_BYTES

/* Writes plain_bytes of ciphertext, then the tag: SYM_AEAD_TAG_BYTES more than the plaintext.
 * In place is fine (sealed == plain, with room for the tag). SYM_ERR_LENGTH past 256 GiB.
 * CT: lengths. */
enum sym_error sym_aead_seal(void *sealed, const uint8_t key[SYM_AEAD_KEY_BYTES],
                             const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                             size_t ad_bytes, const void *plain, size_t plain_bytes)
    __attribute__((warn_unused_result));

/* Checks the tag first, decrypts second. Writes sealed_bytes - SYM_AEAD_TAG_BYTES of plaintext.
 * SYM_ERR_AUTH if the tag is wrong or the input shorter than one: then nothing is written.
 * CT: lengths, and whether the tag was right. */
enum sym_error sym_aead_open(void *plain, const uint8_t key[SYM_AEAD_KEY_BYTES],
                             const uint8_t nonce[SYM_AEAD_NONCE_BYTES], const void *ad,
                             size_t ad_bytes, const void *sealed, size_t sealed_bytes)
    __attribute__((warn_unused_result));

#endif

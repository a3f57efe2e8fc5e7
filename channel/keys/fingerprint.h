/*
 * Fingerprints: a public key in 50 letters that people can compare.
 *
 * "SHA256:" and the unpadded base64 (RFC 4648 section 4) of SHA-256 over the OpenSSH public key
 * blob (RFC 4253 section 6.6: string "ssh-rsa", mpint e, mpint n): what `ssh-keygen -l` prints for
 * the same key. Two keys with one fingerprint would be a collision in SHA-256.
 */
#ifndef GLASSBOX_FINGERPRINT_H
#define GLASSBOX_FINGERPRINT_H

#include "rsa_key.h"
#include "sym_sha256.h"

#define FINGERPRINT_BYTES      SYM_SHA256_BYTES
#define FINGERPRINT_TEXT_BYTES (7 + 43 + 1) /* "SHA256:", 256 bits in base64, the 0 at the end */
/* 4 lengths: of the name, e, n, each mpint with a zero byte in front if its first bit is set. */
#define FINGERPRINT_BLOB_BYTES (4 + 7 + 2 * (4 + 1 + RSA_MAX_BYTES))

/* The blob; returns its size. */
size_t fingerprint_blob(uint8_t out[FINGERPRINT_BLOB_BYTES], const struct rsa_key *key);

void fingerprint_digest(uint8_t out[FINGERPRINT_BYTES], const struct rsa_key *key);
void fingerprint_text(char text[FINGERPRINT_TEXT_BYTES], const struct rsa_key *key);
void fingerprint_digest_text(char text[FINGERPRINT_TEXT_BYTES],
                             const uint8_t digest[FINGERPRINT_BYTES]);

/* Reads a fingerprint as printed above; false if it is none. digest may be NULL. */
bool fingerprint_parse(uint8_t digest[FINGERPRINT_BYTES], const char *text);

#endif

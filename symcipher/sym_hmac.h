/*
 * HMAC-SHA-256, RFC 2104 section 2. CT: lengths.
 */
#ifndef GLASSBOX_SYM_HMAC_H
#define GLASSBOX_SYM_HMAC_H

#include "sym_sha256.h"

#define SYM_HMAC_BYTES SYM_SHA256_BYTES

struct sym_hmac {
    struct sym_sha256 inner;
    struct sym_sha256 outer;
};

/* A tag in pieces; the key may be of any length. final wipes the state. */
void sym_hmac_init(struct sym_hmac *state, const void *key, size_t key_bytes);
void sym_hmac_update(struct sym_hmac *state, const void *data, size_t bytes);
void sym_hmac_final(uint8_t tag[SYM_HMAC_BYTES], struct sym_hmac *state);

/* The same in one call. */
void sym_hmac(uint8_t tag[SYM_HMAC_BYTES], const void *key, size_t key_bytes, const void *data,
              size_t bytes);

#endif

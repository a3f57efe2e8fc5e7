/*
 * Poly1305, RFC 8439 section 2.5: a one-time authenticator. CT: lengths.
 *
 * One key, one message: a key used for a second message gives both away. sym_aead.h makes a fresh
 * one for each nonce.
 */
#ifndef GLASSBOX_SYM_POLY1305_H
#define GLASSBOX_SYM_POLY1305_H

#include <stddef.h>
#include <stdint.h>

#define SYM_POLY1305_KEY_BYTES   32
#define SYM_POLY1305_TAG_BYTES   16
#define SYM_POLY1305_BLOCK_BYTES 16
#define SYM_POLY1305_POWERS      8 /* of r, that the fastest implementation works with */

struct sym_poly1305_implementation; /* sym_implementations.h */

struct sym_poly1305_limbs {
    uint64_t low, middle, high; /* of 44, 44 and 42 bits */
};

/* The fields are the implementation's; the type is public so that it can live on the stack. */
struct sym_poly1305 {
    const struct sym_poly1305_implementation *implementation;
    uint64_t h[5], r[5]; /* the accumulator and the point, in limbs of 26 bits; or */
    struct sym_poly1305_limbs wide_h, powers[SYM_POLY1305_POWERS];
    size_t powers_made;
    uint64_t s[2]; /* what is added last */
    uint8_t block[SYM_POLY1305_BLOCK_BYTES];
    size_t filled; /* bytes in block */
};

/* A tag in pieces. final wipes the state. */
void sym_poly1305_init(struct sym_poly1305 *state, const uint8_t key[SYM_POLY1305_KEY_BYTES]);
void sym_poly1305_update(struct sym_poly1305 *state, const void *data, size_t bytes);
void sym_poly1305_final(uint8_t tag[SYM_POLY1305_TAG_BYTES], struct sym_poly1305 *state);

void sym_poly1305(uint8_t tag[SYM_POLY1305_TAG_BYTES], const uint8_t key[SYM_POLY1305_KEY_BYTES],
                  const void *data, size_t bytes);

#endif

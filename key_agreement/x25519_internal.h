/*
 * X25519 in two ways, for x25519.c and for the tests that hold one against the other. The scalar is
 * decoded (RFC 7748 5), u is not; an all-zero result is not looked for. CT: nothing, all of them.
 */
#ifndef GLASSBOX_X25519_INTERNAL_H
#define GLASSBOX_X25519_INTERNAL_H

#include "x25519.h"

/* decodeScalar25519: the clamped scalar. */
void x25519_decode_scalar(uint8_t k[X25519_BYTES], const uint8_t scalar[X25519_BYTES]);

/* The readable one: RFC 7748 5, line by line. */
void x25519_ladder(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES],
                   const uint8_t u[X25519_BYTES]);

/* The quick ones. On machines that do not multiply 64 by 64 bits, the readable one again. */
void x25519_quick(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES],
                  const uint8_t u[X25519_BYTES]);
void x25519_quick_public(uint8_t out[X25519_BYTES], const uint8_t k[X25519_BYTES]);

#endif

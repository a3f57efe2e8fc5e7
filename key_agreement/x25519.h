/*
 * X25519: Diffie-Hellman on the curve v^2 = u^3 + 486662 u^2 + u over the field of 2^255 - 19
 * elements, by u-coordinates alone (RFC 7748). Points and scalars are 32 bytes, least byte first.
 *
 * Any 32 random bytes are a private key; any 32 bytes are taken as a point, of the curve or of its
 * twist. Both calls overwrite what they worked with. out may be any of the inputs.
 */
#ifndef GLASSBOX_X25519_H
#define GLASSBOX_X25519_H

#include <stdbool.h>
#include <stdint.h>

#define X25519_BYTES 32

/* RFC 7748 5: the point u taken scalar times. The scalar is clamped, the top bit of u is masked,
 * u >= p is taken mod p. False, and out is all zero bytes, if the shared secret is all zero (6.1: u
 * was a point of low order). CT: whether it is. */
bool x25519(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES],
            const uint8_t u[X25519_BYTES]) __attribute__((warn_unused_result));

/* X25519(scalar, 9): the public key of a private one. CT: nothing. */
void x25519_public(uint8_t out[X25519_BYTES], const uint8_t scalar[X25519_BYTES]);

#endif

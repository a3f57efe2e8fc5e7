/*
 * What two sides agree on, computed a second time with GMP's numbers alone: slow, not constant-time,
 * and nothing of key_agreement in it.
 */
#ifndef GLASSBOX_TESTS_AGREED_H
#define GLASSBOX_TESTS_AGREED_H

#include <stddef.h>
#include <stdint.h>

/* X25519(scalar, u), RFC 7748 5; u NULL: 9. */
void agreed_x25519(uint8_t out[32], const uint8_t scalar[32], const uint8_t *u);

/* base^exponent mod p, big-endian, as long as p. */
void agreed_power(uint8_t *out, const uint8_t *base, size_t base_bytes, const uint8_t *exponent,
                  size_t exponent_bytes, const uint8_t *p, size_t p_bytes);

#endif

/*
 * Arithmetic modulo p = 2^255 - 19, as at school: a number has 16 digits in base 2^16, the lowest
 * first. Slow and plain. Inside the library.
 *
 * Between two calls digits are below 2^16 + 2^6, and the number may be p or more: only its bytes
 * are the least residue. Outputs may be the inputs. CT: nothing, all of them.
 */
#ifndef GLASSBOX_FIELD25519_H
#define GLASSBOX_FIELD25519_H

#include <stdint.h>

#define FIELD25519_BYTES  32
#define FIELD25519_DIGITS 16

struct field25519 {
    uint64_t digit[FIELD25519_DIGITS];
};

/* Least byte first. All 256 bits are taken. */
void field25519_from_bytes(struct field25519 *out, const uint8_t bytes[FIELD25519_BYTES]);
void field25519_to_bytes(uint8_t bytes[FIELD25519_BYTES], const struct field25519 *a);

void field25519_add(struct field25519 *out, const struct field25519 *a, const struct field25519 *b);
void field25519_subtract(struct field25519 *out, const struct field25519 *a,
                         const struct field25519 *b);
void field25519_multiply(struct field25519 *out, const struct field25519 *a,
                         const struct field25519 *b);

/* 1 / a; of 0 it is 0. */
void field25519_invert(struct field25519 *out, const struct field25519 *a);

/* Exchanges a and b if swap is 1, and not if it is 0. */
void field25519_swap(uint64_t swap, struct field25519 *a, struct field25519 *b);

#endif

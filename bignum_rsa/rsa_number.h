/*
 * Numbers between text, bytes, limbs and mpz_t. Internal to the library.
 */
#ifndef GLASSBOX_RSA_NUMBER_H
#define GLASSBOX_RSA_NUMBER_H

#include "rsa_ct.h"
#include "rsa_error.h"

#include <gmp.h>
#include <stdbool.h>

/* Decimal digits, or hexadecimal ones after 0x; nothing else, no sign, no spaces. RSA_ERR_NUMBER;
 * RSA_ERR_LARGE. */
enum rsa_error rsa_number_parse(mpz_t number, const char *text);

/* The same text again, in base 10, or in base 16 with 0x in front: a new string, NULL without
 * memory. */
char *rsa_number_write(const mpz_t number, int base);

/* A uniform number below limit, which is at least 1. RSA_ERR_RANDOM, also from a source that says
 * the same again and again. */
enum rsa_error rsa_number_random(mpz_t number, const mpz_t limit, const struct rsa_random *source);

/* Limbs (RFC 8017 4.2, OS2IP) from big-endian bytes: all ones if the number fits.
 * CT: sizes. */
ct_mask rsa_limbs_from_bytes(mp_limb_t *limbs, size_t count, const uint8_t *in, size_t bytes);

/* Big-endian bytes (RFC 8017 4.1, I2OSP) from a number known to fit. CT: sizes. */
void rsa_limbs_to_bytes(uint8_t *out, size_t bytes, const mp_limb_t *limbs);

/* The limbs of a number, zeros on top. count is at least mpz_size(number). */
void rsa_limbs_from_mpz(mp_limb_t *limbs, size_t count, const mpz_t number);

#endif

/*
 * Primes w R + d: a word w that is repeated, or a word and then zeros; d up to half of their bits.
 *
 * R is 11...1 in base 2^width (it repeats what it is multiplied with), or 2^k (it moves it up).
 * Then
 *
 *     n = (v R + c)(w R + d) = v w R^2 + (v d + w c) R + c d
 *
 * has small digits in base R, whatever v, w, c and d are, if c and d are below sqrt(R). So the
 * digits can be read off, and the polynomial v w x^2 + (v d + w c) x + c d has the roots -c/v and
 * -d/w: its discriminant is a square. Internal to bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_PATTERN_H
#define GLASSBOX_RSA_PATTERN_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

#define RSA_PATTERN_LEAST_BITS 256 /* of n: below it nothing is left to repeat */

/* true: 1 < p < n divides n; *width is that of the word, 0 for a word and zeros. *work: how many R
 * were tried, five at most. */
bool rsa_pattern_primes(mpz_t p, unsigned *width, uint64_t *work, const mpz_t n);

#endif

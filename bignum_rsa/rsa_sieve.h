/*
 * A sieve over one random stretch of odd numbers. Internal to the library.
 *
 * Most numbers fall to a small divisor, and finding that out by division is a hundred times
 * cheaper than a round of Miller-Rabin; striking out the multiples in a whole stretch at once is
 * cheaper still:
 *
 *     start        +2         +4         +6         +8         +10  ...
 *     index 0      1          2          3          4          5    ...
 *     struck by    3                     5          3
 *
 * The survivors are then drawn in random order, not from left to right: taking the first prime
 * after a random start would favour those behind long gaps.
 */
#ifndef GLASSBOX_RSA_SIEVE_H
#define GLASSBOX_RSA_SIEVE_H

#include "rsa_error.h"

#include <gmp.h>
#include <stdbool.h>

struct rsa_sieve;

/* A sieve for primes of this many bits, at least 2. */
enum rsa_error rsa_sieve_new(struct rsa_sieve **sieve, unsigned bits);
/* Wipes and frees. NULL is fine. */
void rsa_sieve_free(struct rsa_sieve *sieve);

/* How many odd numbers a stretch has. */
unsigned long rsa_sieve_stretch(const struct rsa_sieve *sieve);

/* Strikes out the multiples of small primes among the first `count` odd numbers from `start` on
 * (odd, above 2^(bits-1); count at most the stretch). CT: no. */
void rsa_sieve_run(struct rsa_sieve *sieve, const mpz_t start, unsigned long count);

/* How many were left by the last run and not drawn yet. */
size_t rsa_sieve_survivors(const struct rsa_sieve *sieve);

/* Draws one of the survivors that was not drawn yet; *found is false when none is left. */
enum rsa_error rsa_sieve_draw(struct rsa_sieve *sieve, mpz_t candidate, bool *found,
                              const struct rsa_random *source);

#endif

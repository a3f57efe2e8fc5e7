/*
 * Miller-Rabin in eight lanes: eight candidates with one base, or one number with eight bases.
 * Inside the library.
 *
 * They draw bases and candidates in eights, more than one by one would. So they serve where random
 * bytes are the system's; a source that is given (a seed) is drawn from as the readable code does,
 * and gives the same key on every processor.
 */
#ifndef GLASSBOX_RSA_PRIME_LANES_H
#define GLASSBOX_RSA_PRIME_LANES_H

#include "rsa_error.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>

struct rsa_sieve;

/* Whether this processor has lanes that serve for numbers of so many bits, and source is NULL. */
bool rsa_prime_lanes_serve(size_t bits, const struct rsa_random *source);

/* FIPS 186-5 B.3.1, step 4 in eights, for an odd w that they serve for: so many of *rounds as are
 * sooner done that way, and are then taken off. RSA_ERR_RANDOM, RSA_ERR_MEMORY. CT: no. */
enum rsa_error rsa_miller_rabin_in_lanes(bool *prime, const mpz_t w, unsigned *rounds);

/* Candidates from a sieve that have passed a round with base 2. */
struct rsa_sift;

/* The sieve outlives it. RSA_ERR_MEMORY. */
enum rsa_error rsa_sift_new(struct rsa_sift **sift, struct rsa_sieve *sieve);
void rsa_sift_free(struct rsa_sift *sift); /* NULL is fine */

/* The next one, in the order in which they were drawn; *found is false when none is left.
 * RSA_ERR_RANDOM, RSA_ERR_MEMORY. CT: no. */
enum rsa_error rsa_sift_draw(struct rsa_sift *sift, mpz_t candidate, bool *found);

#endif

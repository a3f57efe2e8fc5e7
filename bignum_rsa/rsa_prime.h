/*
 * Prime numbers: FIPS 186-5 appendix A.1.3 (random probable primes), B.3.1 (Miller-Rabin), and the
 * Baillie-PSW test.
 *
 * This header and rsa_steps.h are the ones that speak GMP: for readers of the arithmetic.
 */
#ifndef GLASSBOX_RSA_PRIME_H
#define GLASSBOX_RSA_PRIME_H

#include "rsa_error.h"
#include "rsa_listener.h"

#include <gmp.h>
#include <stdbool.h>

/* Rounds of Miller-Rabin for a prime of this size that was drawn at random (FIPS 186-5 table B.1).
 * Below 1024 bits the table is silent: RSA_ROUNDS_ANY. */
#define RSA_ROUNDS_ANY 64 /* enough for numbers that an enemy chose: error below 4^-64 */
unsigned rsa_prime_rounds(unsigned bits);

/* FIPS 186-5 B.3.1: `rounds` rounds with random bases. *prime is false for certain, or true but for
 * a chance of at most 4^-rounds. Any w is fine, small, even or negative. CT: no. */
enum rsa_error rsa_miller_rabin(bool *prime, const mpz_t w, unsigned rounds,
                                const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* One round with the base given: what a student does by hand, and what strong pseudoprimes fool. */
bool rsa_miller_rabin_base(const mpz_t w, const mpz_t base);

/* The Lucas test, "extra strong" (rsa_lucas.c); alone it takes one composite in some thousands. */
bool rsa_lucas(const mpz_t w);

/* Baillie-PSW: Miller-Rabin with base 2, then the Lucas test. No composite is known that passes,
 * and there is none below 2^64; but nothing is proved, and no chance is in it. It is for numbers
 * that may be damaged, not for those that an enemy may have made. It costs some three rounds of
 * Miller-Rabin. Any w is fine. CT: no. */
bool rsa_baillie_psw(const mpz_t w);

/* A random prime p of exactly `bits` bits (2 to RSA_MAX_BITS) with gcd(p - 1, e) = 1 and
 * p >= sqrt(2) 2^(bits-1), so that the product of two has exactly the sum of their bits (A.1.3
 * steps 4.4 and 5.5). other: a prime that p must differ from, by more than 2^(bits-100) where
 * bits > 100 (step 5.4); NULL for the first. Two primes of different sizes always do.
 * RSA_ERR_EXPONENT if there is no such prime, RSA_ERR_BITS, RSA_ERR_RANDOM, RSA_ERR_MEMORY. p is 0
 * on failure. CT: no; the time tells how many candidates fell, not which. */
enum rsa_error rsa_prime_generate(mpz_t p, unsigned bits, const mpz_t e, const mpz_t other,
                                  const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* The same, telling each candidate: as its formula, why it fell, or that it is prime. What the
 * sieve strikes out before is told as a number. listener may be NULL. */
enum rsa_error rsa_prime_generate_told(mpz_t p, unsigned bits, const mpz_t e, const mpz_t other,
                                       const struct rsa_random *source,
                                       const struct rsa_listener *listener)
    __attribute__((warn_unused_result));

#endif

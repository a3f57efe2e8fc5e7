/*
 * The primes in order, from a sieve that moves on in segments. Internal to bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_PRIMES_H
#define GLASSBOX_RSA_PRIMES_H

#include <stdint.h>

#define RSA_PRIMES_MOST 10000000000ul /* 10^10: beyond it no limit is taken */

struct rsa_primes;

/* From 2 up to the limit, which is cut to RSA_PRIMES_MOST. NULL without memory. */
struct rsa_primes *rsa_primes_new(uint64_t limit);

/* The next one; 0 when there is none up to the limit. */
uint64_t rsa_primes_next(struct rsa_primes *primes);

void rsa_primes_free(struct rsa_primes *primes);

#endif

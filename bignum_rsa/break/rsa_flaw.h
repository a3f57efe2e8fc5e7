/*
 * Keys that are weak on purpose, for lessons: each has the fault of a real program.
 *
 *     close         q is the next prime after p
 *     shared        p is the prime of another key
 *     smooth        p - 1 has primes below 4096 alone
 *     small-d       d has less than a quarter of the bits of n
 *     pattern       p and q repeat one word of 32 bits each
 *     fixed-bases   p is composite, and passes Miller-Rabin with the bases 2, 3, 5, ... 37
 *
 * rsa_weakness.h finds them again; but shared, which shows in two keys only. Programs mark such a
 * key, and refuse it.
 */
#ifndef GLASSBOX_RSA_FLAW_H
#define GLASSBOX_RSA_FLAW_H

#include "rsa_key.h"

#include <gmp.h>

enum rsa_flaw {
    RSA_FLAW_CLOSE,
    RSA_FLAW_SHARED,
    RSA_FLAW_SMOOTH,
    RSA_FLAW_SMALL_D,
    RSA_FLAW_PATTERN,
    RSA_FLAW_FIXED_BASES,
    RSA_FLAWS
};

#define RSA_FLAW_LEAST_BITS 512
#define RSA_FLAW_MOST_BITS  4096
#define RSA_FLAW_STEP_BITS  128 /* sizes are multiples of it */

/* "close", ...; and what such a key has, as a clause. */
const char *rsa_flaw_name(enum rsa_flaw flaw);
const char *rsa_flaw_words(enum rsa_flaw flaw);

/* A pair with the flaw; e is 65537, but of small-d. other: the pair whose p is shared, which
 * decides the size; NULL for all other flaws. RSA_ERR_BITS; RSA_ERR_NO_PRIVATE if `other` is a
 * public key; RSA_ERR_RANDOM, RSA_ERR_MEMORY. CT: no. */
enum rsa_error rsa_flaw_make(struct rsa_key **key, enum rsa_flaw flaw, unsigned bits,
                             const struct rsa_key *other, const struct rsa_random *source)
    __attribute__((warn_unused_result));

/* The composite of fixed-bases: exactly `bits` bits, three primes (Arnault 1995). It is a
 * Carmichael number, so that encryption works with it. */
enum rsa_error rsa_flaw_pseudoprime(mpz_t p, unsigned bits, const struct rsa_random *source)
    __attribute__((warn_unused_result));

#endif

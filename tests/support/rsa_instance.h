/*
 * RSA by seed, for attacks: numbers and moduli that a printed seed makes again. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_RSA_INSTANCE_H
#define GLASSBOX_TESTS_RSA_INSTANCE_H

#include "fed_random.h"

#include <gmp.h>

struct rsa_instance {
    mpz_t n, e, d, p, q; /* d = e^-1 mod lcm(p-1, q-1) */
};

/* A number of exactly so many bits; uniform below limit. */
void random_of_bits(mpz_t number, struct fed_random *random, unsigned bits);
void random_below(mpz_t number, struct fed_random *random, const mpz_t limit);

/* p and q of bits/2 bits each, n of exactly `bits`, e fits. bits: even, at least 16. */
void rsa_instance_make(struct rsa_instance *instance, struct fed_random *random, unsigned bits,
                       unsigned long e);
void rsa_instance_clear(struct rsa_instance *instance);

#endif

/*
 * Trial division by the primes in order, as many at once as have a product below 2^64. Internal to
 * bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_TRIAL_H
#define GLASSBOX_RSA_TRIAL_H

#include "rsa_progress.h"

#include <gmp.h>
#include <stdint.h>

struct rsa_trial;

/* Divisors up to the limit; NULL without memory. */
struct rsa_trial *rsa_trial_new(uint64_t limit);

/* At least so many divisions more; *work of them were made. */
enum rsa_progress rsa_trial_run(mpz_t p, uint64_t *work, struct rsa_trial *trial, const mpz_t n,
                                uint64_t divisions);

/* The last prime taken. */
uint64_t rsa_trial_prime(const struct rsa_trial *trial);

void rsa_trial_free(struct rsa_trial *trial);

#endif

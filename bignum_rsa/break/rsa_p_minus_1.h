/*
 * Pollard's p - 1: if p - 1 has small primes alone, a^(product of all small primes) is 1 modulo p.
 *
 * Stage 1 takes all primes (and their powers) up to bound1; stage 2 allows one more prime up to
 * bound2. Cost: 1.44 bound1 squarings modulo n, and two multiplications for each prime of stage 2.
 * Internal to bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_P_MINUS_1_H
#define GLASSBOX_RSA_P_MINUS_1_H

#include "rsa_progress.h"

#include <gmp.h>
#include <stdint.h>

#define RSA_P_MINUS_1_SECOND 50 /* how many times as far stage 2 goes, as a rule */

struct rsa_p_minus_1;

/* NULL without memory. bound2 below bound1: no stage 2. */
struct rsa_p_minus_1 *rsa_p_minus_1_new(const mpz_t n, uint64_t bound1, uint64_t bound2);

/* Runs on until about so much more work is done (modular multiplications); *work is what it was. */
enum rsa_progress rsa_p_minus_1_run(mpz_t p, uint64_t *work, struct rsa_p_minus_1 *state,
                                    uint64_t limit);

/* Where it is: 1 or 2, and the prime reached. */
int rsa_p_minus_1_stage(const struct rsa_p_minus_1 *state);
uint64_t rsa_p_minus_1_prime(const struct rsa_p_minus_1 *state);

void rsa_p_minus_1_free(struct rsa_p_minus_1 *state);

#endif

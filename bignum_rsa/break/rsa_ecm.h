/*
 * Elliptic curves (Lenstra), by GMP-ECM's library where this build has it. Internal to
 * bignum_rsa/break.
 *
 * As p - 1, but the group modulo p is that of a curve: if its order is not smooth, another curve
 * has another order. Curves follow the usual ladder: so many with B1 = 2000 for factors of 15
 * digits, so many with 11000 for 20, and so on up to the bound.
 */
#ifndef GLASSBOX_RSA_ECM_H
#define GLASSBOX_RSA_ECM_H

#include "rsa_progress.h"

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

bool rsa_ecm_is_there(void);

struct rsa_ecm {
    uint64_t bound; /* the largest B1 */
    unsigned level, curve;
};

/* So many curves more; *work of them were taken. */
enum rsa_progress rsa_ecm_run(mpz_t p, uint64_t *work, struct rsa_ecm *ecm, const mpz_t n,
                              uint64_t curves);

/* B1 of the curve that comes next. */
uint64_t rsa_ecm_b1(const struct rsa_ecm *ecm);

/* The digits of the factors that were looked for; 0 before the first level is over. */
unsigned rsa_ecm_digits(const struct rsa_ecm *ecm);

#endif

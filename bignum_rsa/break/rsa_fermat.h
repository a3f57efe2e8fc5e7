/*
 * Fermat's method: n = a^2 - b^2 = (a - b)(a + b), with a from sqrt(n) upwards.
 *
 * It takes about (p - q)^2 / (8 sqrt(n)) steps: one, if p and q have their upper halves in common;
 * without end, if they do not. With a multiplier k = 4 u v in front of n it finds primes whose
 * ratio is near u : v (Lehman's idea). Internal to bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_FERMAT_H
#define GLASSBOX_RSA_FERMAT_H

#include "rsa_progress.h"

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

struct rsa_fermat {
    mpz_t a, rest; /* rest = a^2 - k n: a square, when it is found */
    mpz_t root;
};

void rsa_fermat_open(struct rsa_fermat *fermat, const mpz_t n, unsigned long multiplier);

/* At most so many steps more, *work of them were taken. true: 1 < p < n divides n. */
bool rsa_fermat_run(mpz_t p, uint64_t *work, struct rsa_fermat *fermat, const mpz_t n,
                    uint64_t steps);

void rsa_fermat_close(struct rsa_fermat *fermat);

/* p near q, and then p : q near 1 : 2, 1 : 3, 2 : 3, 1 : 4, 3 : 4, with an eighth of the steps
 * each. */
struct rsa_close {
    struct rsa_fermat fermat;
    unsigned ratio;
    uint64_t steps, left;
};

void rsa_close_open(struct rsa_close *close, const mpz_t n, uint64_t steps);
enum rsa_progress rsa_close_run(mpz_t p, uint64_t *work, struct rsa_close *close, const mpz_t n,
                                uint64_t steps);
/* u and v of the ratio that it is at. */
void rsa_close_ratio(unsigned long *u, unsigned long *v, const struct rsa_close *close);
void rsa_close_close(struct rsa_close *close);

#endif

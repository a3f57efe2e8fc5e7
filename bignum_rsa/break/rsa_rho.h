/*
 * Pollard's rho in Brent's form: the sequence x -> x^2 + c mod n, seen modulo an unknown p, runs
 * into a circle after about sqrt(p) steps; then n and the difference of two places have p in
 * common.
 *
 * It takes about 1.2 sqrt(p) steps, whatever the size of n. Internal to bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_RHO_H
#define GLASSBOX_RSA_RHO_H

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

struct rsa_rho {
    mpz_t marked, x;      /* a place that is kept, and where the sequence is */
    mpz_t saved, product; /* x when the product of differences was begun; the product */
    mpz_t t;
    unsigned long c;       /* of the sequence; another one, when this one gives n itself */
    uint64_t power, count; /* the place is kept for `power` steps, of which `count` are done */
    unsigned in_product;
};

void rsa_rho_open(struct rsa_rho *rho);

/* At least so many steps more (and less than 128 too many), *work of them were taken. true:
 * 1 < p < n divides n. n is composite and above 3: for a prime it would go on for ever. */
bool rsa_rho_run(mpz_t p, uint64_t *work, struct rsa_rho *rho, const mpz_t n, uint64_t steps);

void rsa_rho_close(struct rsa_rho *rho);

#endif

/*
 * Cheap factors, by trial division and Pollard's rho, and the orders that follow from them. Internal
 * to the library.
 */
#ifndef GLASSBOX_DH_FACTOR_H
#define GLASSBOX_DH_FACTOR_H

#include <gmp.h>
#include <stdbool.h>

/* A prime factor of n >= 1 below n, if a cheap one is there: below 2^20 for certain; of n up to 256
 * bits also those up to about 2^32, nearly always. False: n is 1 or prime, or it takes more. */
bool dh_factor_find(mpz_t factor, const mpz_t n);

/* Baillie-PSW, and with thorough some rounds of Miller-Rabin. */
bool dh_is_prime(const mpz_t n, bool thorough);

/* p - 1 of a prime p: powers of cheap factors, times a rest. */
struct dh_apart {
    mpz_srcptr p; /* borrowed */
    mpz_t p_1, q; /* p-1, (p-1)/2 */
    mpz_t *prime; /* the cheap factors, each once */
    size_t primes;
    mpz_t rest; /* 1, a prime, or unknown */
    bool rest_is_prime;
};

void dh_apart_open(struct dh_apart *apart, const mpz_t p); /* p_1 and q alone */
void dh_apart_close(struct dh_apart *apart);
/* Takes it apart as far as that is cheap; or as 2 q, q being an odd prime. False without memory. */
bool dh_apart_take(struct dh_apart *apart, bool thorough);
bool dh_apart_take_safe(struct dh_apart *apart);

/* out = x^exponent mod p; to the q-th it is the Legendre symbol, which costs no power. */
void dh_power(mpz_t out, const struct dh_apart *apart, const mpz_t x, const mpz_t exponent);

/* The order of an element, as far as it is known. */
struct dh_order {
    mpz_t r;       /* x^r = 1, */
    bool exact;    /* and for no less */
    mpz_t largest; /* prime factor of r, if exact; 1 of 1 */
};

void dh_order_open(struct dh_order *order, const struct dh_apart *apart, const mpz_t x);
void dh_order_close(struct dh_order *order);

#endif

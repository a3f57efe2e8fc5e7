/*
 * Cheap factors: trial division, then Pollard's rho for a while. Internal to the library.
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

#endif

/*
 * Wiener's attack: a small d stands in the continued fraction of e / n.
 *
 * e d = 1 + k phi(n), and phi(n) is near n: so k / d is near e / n, and so near that it is one of
 * the fraction's convergents, if d < n^(1/4) / 3. Each convergent K / D gives a guess of phi(n),
 * and with it of p + q; it is right when p and q come out whole. Standard: none; M. Wiener, 1990.
 */
#ifndef GLASSBOX_RSA_WIENER_H
#define GLASSBOX_RSA_WIENER_H

#include "rsa_listener.h"

#include <gmp.h>
#include <stdbool.h>
#include <stdint.h>

/* Tries every convergent with D^2 <= n; *work counts them. true: p and d are found. listener (may
 * be NULL) hears each convergent. */
bool rsa_wiener(mpz_t p, mpz_t d, uint64_t *work, const mpz_t n, const mpz_t e,
                const struct rsa_listener *listener);

#endif

/*
 * The key itself: from one wrong result, and from d.
 */
#ifndef GLASSBOX_RSA_KEY_BREAKS_H
#define GLASSBOX_RSA_KEY_BREAKS_H

#include "rsa_break.h"
#include "rsa_padding.h"

/* A signature that was made by CRT (rsa_crt.h) with a fault in one half is right modulo one prime
 * and wrong modulo the other: gcd(s^e - m, n) is the first. m: the number that was signed, whole: a
 * block of PKCS #1 v1.5 is known to everybody who knows the message; one of PSS is not.
 * Broken: p and q. Resisted: the fault is in both halves, or in neither (no CRT, or another m). Not
 * applicable: the signature is right. Work: 1 greatest common divisor. */
void rsa_break_fault(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t m,
                     const mpz_t bad, const struct rsa_listener *listener);
/* The same of a good and a bad signature of one number that is not known. */
void rsa_break_fault_pair(struct rsa_finding *finding, const mpz_t n, const mpz_t good,
                          const mpz_t bad, const struct rsa_listener *listener);

/* m^d mod n by CRT with one bit flipped in one half, and without the check that rsa_private makes.
 * An exhibit. */
struct rsa_glitch {
    bool in_q;    /* else in the half of p */
    unsigned bit; /* of the half, from 0, below the bits of that prime */
};
void rsa_unchecked_power(mpz_t s, const mpz_t m, const mpz_t d, const mpz_t p, const mpz_t q,
                         const struct rsa_glitch *glitch);

/* p and q of a modulus of which n, e and d are known. e d - 1 = 2^t r is a multiple of the order of
 * every number; the way from g^r to 1 by squaring passes a root of 1, which for half of all g is
 * neither 1 nor -1, and gives a prime away. g is 2, 3, 5 ..., so the run is the same each time.
 * Broken: p and q, p > q. Resisted: none of RSA_FROM_D_TRIES numbers g helped, as is always so when n is a
 * prime or a power of one. Not applicable: d does not undo e. Work: numbers g. */
#define RSA_FROM_D_TRIES 64
void rsa_break_from_d(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t d,
                      const struct rsa_listener *listener);

#endif

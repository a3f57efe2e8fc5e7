/*
 * "Private then public": K goes to the power d1 modulo n1, the own key, and what comes out to the
 * power e2 modulo n2, the other's. Where n1 is the larger, some inner numbers do not fit under n2.
 *
 *     K --^d1 mod n1--> inner --^e2 mod n2--> wire --^d2 mod n2--> inner mod n2 --^e1 mod n1--> ?
 */
#ifndef GLASSBOX_RSA_GARBLE_H
#define GLASSBOX_RSA_GARBLE_H

#include "rsa_break.h"

/* Which are lost: K -> K^d1 mod n1 takes every value below n1 once, so of the n1 numbers K exactly
 * n1 - n2 are. One of them is shown, and it takes no private key to find it: the inner number is
 * chosen, and K = inner^e1.
 * Broken: "lost" of "n1", with a K and what comes back, "back". Not applicable: n1 <= n2, nothing
 * is lost. Work: powers. */
void rsa_break_garble(struct rsa_finding *finding, const mpz_t n1, const mpz_t e1, const mpz_t n2,
                      const struct rsa_listener *listener);

/* Whether this K, below n1, is one of them; who has d1 can tell. */
bool rsa_is_garbled(const mpz_t n1, const mpz_t d1, const mpz_t n2, const mpz_t K);

/* How the second reader gets the message all the same: he has b = inner mod n2, and tries
 * b, b + n2, b + 2 n2 ... below n1 for the inner number. It is the right one if its K has at most
 * `bits` bits, as a key of a cipher does; a wrong one has so few with a chance of 2^bits / n1.
 * Broken: K and k. Resisted: several fit, or more than RSA_GARBLE_MOST are to be tried. Not
 * applicable: b is not below n2; none fits. Work: values of k. */
#define RSA_GARBLE_MOST (1u << 20)
void rsa_break_ungarble(struct rsa_finding *finding, const mpz_t n1, const mpz_t e1, const mpz_t n2,
                        const mpz_t b, unsigned bits, const struct rsa_listener *listener);

#endif

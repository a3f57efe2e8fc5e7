/*
 * c^d mod n by the Chinese remainder theorem, RFC 8017 5.1.2 step 2.b. Internal.
 *
 * Two powers with numbers half as long cost a quarter of one whole; but a single fault in one of
 * them gives n away (gcd(m^e - c, n) is a prime), so the result must be checked before use.
 */
#ifndef GLASSBOX_RSA_CRT_H
#define GLASSBOX_RSA_CRT_H

#include "rsa_error.h"

#include <gmp.h>

struct rsa_key;

/* m = c^d mod n; both of n's size in limbs, and not the same. key: a usable pair. RSA_ERR_MEMORY.
 * CT: sizes of n, p and q. */
enum rsa_error rsa_crt_power(mp_limb_t *m, const mp_limb_t *c, const struct rsa_key *key);

/* Its last step, 2.b.iii and iv: m from m_1 = c^dP mod p and m_2 = c^dQ mod q. */
enum rsa_error rsa_crt_join(mp_limb_t *m, const mp_limb_t *m1, const mp_limb_t *m2,
                            const struct rsa_key *key);

#endif

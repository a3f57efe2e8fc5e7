/*
 * Both halves of up to four private operations in one pass through eight lanes. Inside the library.
 */
#ifndef GLASSBOX_RSA_CRT_LANES_H
#define GLASSBOX_RSA_CRT_LANES_H

#include <gmp.h>
#include <stddef.h>

struct rsa_key;

#define RSA_BATCH 4 /* operations in a pass */

/* m1 = c^dP mod p, m2 = c^dQ mod q: as many limbs as p and q have; c: as n. */
struct rsa_half_powers {
    mp_limb_t *m1, *m2;
    const mp_limb_t *c;
    const struct rsa_key *key;
};

/* So many of the first operations are done, and the others are not: GMP does them, one by one. None
 * where the processor has no lanes, the primes are not all of one number of limbs, or too long, or
 * memory is short. count: up to RSA_BATCH. CT: count, sizes of n, p and q. */
size_t rsa_crt_halves_in_lanes(const struct rsa_half_powers *powers, size_t count);

#endif

/*
 * Arithmetic modulo n on plain limbs, in constant time, with temporaries that are wiped. Internal.
 *
 * A thin layer over GMP's mpn_sec_ functions ("side-channel silent", GMP manual 8.1): those take
 * their scratch from the caller, so it can be wiped; the mpz_ functions hide theirs.
 */
#ifndef GLASSBOX_RSA_LIMBS_H
#define GLASSBOX_RSA_LIMBS_H

#include "rsa_ct.h"

#include <gmp.h>
#include <stdbool.h>

/* One block of limbs that is handed out piece by piece, and wiped and freed as a whole. */
struct rsa_scratch {
    mp_limb_t *limbs;
    size_t count, used;
};

/* False without memory. */
bool rsa_scratch_open(struct rsa_scratch *scratch, size_t count);
/* The next `count` limbs, zeroed. The caller has reckoned the sum when opening. */
mp_limb_t *rsa_scratch_take(struct rsa_scratch *scratch, size_t count);
void rsa_scratch_close(struct rsa_scratch *scratch);

/* A modulus: odd, its top limb not zero. Its size is public, also that of a prime. */
struct rsa_modulus {
    const mp_limb_t *limbs;
    size_t count;
    size_t bits;
};

struct rsa_modulus rsa_modulus_of(const mpz_t number);

/* The scratch that each of the functions below needs, at most, for operands of so many limbs. */
size_t rsa_limbs_itch(const struct rsa_modulus *modulus, size_t operand);

/* out = a b mod m, all of m's size. out may be a or b. CT: sizes. */
void rsa_limbs_multiply(mp_limb_t *out, const mp_limb_t *a, const mp_limb_t *b,
                        const struct rsa_modulus *modulus, mp_limb_t *itch);

/* out = a mod m, a of any number of limbs. CT: sizes. */
void rsa_limbs_reduce(mp_limb_t *out, const mp_limb_t *a, size_t count,
                      const struct rsa_modulus *modulus, mp_limb_t *itch);

/* out = base^exponent mod m; exponent: of so many bits, leading zeros included. out must not be
 * base. CT: sizes. */
void rsa_limbs_power(mp_limb_t *out, const mp_limb_t *base, size_t base_count,
                     const mp_limb_t *exponent, size_t exponent_bits,
                     const struct rsa_modulus *modulus, mp_limb_t *itch);

/* All ones if a < b. CT: sizes. */
ct_mask rsa_limbs_less(const mp_limb_t *a, const mp_limb_t *b, size_t count, mp_limb_t *itch);

#endif

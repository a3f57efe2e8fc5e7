/*
 * What groups and keys are made of. Internal to the library.
 */
#ifndef GLASSBOX_DH_INTERNAL_H
#define GLASSBOX_DH_INTERNAL_H

#include "dh.h"

#include <gmp.h>

enum { DH_LIMBS = DH_MAX_BITS / GMP_NUMB_BITS };

struct dh_group {
    mpz_t p, g;
    const struct dh_named *named; /* NULL: it has no name */
};

/* No secret is ever in an mpz_t, whose memory GMP manages: a stands in limbs of our own. */
struct dh_key {
    struct dh_group group;
    mp_limb_t a_secret[DH_LIMBS];
    size_t bits;                         /* a < 2^bits; public */
    uint8_t public_number[DH_MAX_BYTES]; /* A, dh_group_bytes long */
};

/* A group of these numbers, which are copied, if they are in range. */
enum dh_error dh_group_new(struct dh_group **group, const mpz_t p, const mpz_t g);

/* The named group that p and g are; NULL if none. */
const struct dh_named *dh_named_find(const mpz_t p, const mpz_t g);

/* Tell what a key, or the K of an agreement, is made of. listener NULL: nothing happens. */
void dh_tell_key(const struct dh_listener *listener, const struct dh_key *key);
void dh_tell_secret(const struct dh_listener *listener, const uint8_t *peer, size_t peer_bytes,
                    const uint8_t *K, size_t bytes);

/* Fills out from the source, or from getrandom(2) if source is NULL. */
enum dh_error dh_random_bytes(uint8_t *out, size_t bytes, const struct dh_random *source);

#endif

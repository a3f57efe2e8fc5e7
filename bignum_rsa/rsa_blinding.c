/*
 * Blinding: see rsa_blinding.h.
 */
#include "rsa_blinding.h"

#include "rsa_key_internal.h"
#include "rsa_limbs.h"
#include "rsa_number.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    USES = 32, /* of one draw, by squaring */
    /* Draws without an inverse modulo n: common for n = 15; for a large n, a broken source. */
    DRAWS = 128,
};

struct rsa_blinding {
    pthread_mutex_t lock; /* over all that follows */
    unsigned uses_left;
    size_t limbs;
    mp_limb_t *factor, *remover;
    struct rsa_scratch scratch; /* holds both */
};

struct rsa_blinding *rsa_blinding_new(size_t limbs)
{
    struct rsa_blinding *blinding = calloc(1, sizeof(*blinding));
    if (!blinding)
        return NULL;
    if (!rsa_scratch_open(&blinding->scratch, 2 * limbs) ||
        pthread_mutex_init(&blinding->lock, NULL)) {
        rsa_scratch_close(&blinding->scratch);
        free(blinding);
        return NULL;
    }
    blinding->limbs = limbs;
    blinding->factor = rsa_scratch_take(&blinding->scratch, limbs);
    blinding->remover = rsa_scratch_take(&blinding->scratch, limbs);
    return blinding;
}

void rsa_blinding_free(struct rsa_blinding *blinding)
{
    if (blinding) {
        rsa_scratch_close(&blinding->scratch);
        pthread_mutex_destroy(&blinding->lock);
        free(blinding);
    }
}

/* A random number below n. One limb more than n has: the remainder is uniform to within 2^-64. */
static enum rsa_error draw(mp_limb_t *r, const struct rsa_modulus *n, mp_limb_t *itch,
                           const struct rsa_random *source)
{
    size_t wide = n->count + 1;
    enum rsa_error error = rsa_random_bytes((uint8_t *)itch, wide * sizeof(*itch), source);
    if (!error)
        rsa_limbs_reduce(r, itch, wide, n, itch);
    return error;
}

/* inverse = a^-1 mod n. False if there is none. CT: no, all of it is public. */
static bool invert_public(mp_limb_t *inverse, const mp_limb_t *a, const struct rsa_key *key)
{
    size_t limbs = mpz_size(key->number[RSA_N]);
    mpz_t number;
    mpz_init2(number, limbs * GMP_NUMB_BITS);
    mp_limb_t *out = mpz_limbs_write(number, (mp_size_t)limbs);
    for (size_t i = 0; i < limbs; i++)
        out[i] = rsa_reveal(a[i]);
    mpz_limbs_finish(number, (mp_size_t)limbs);
    bool found = mpz_invert(number, number, key->number[RSA_N]);
    if (found)
        rsa_limbs_from_mpz(inverse, limbs, number);
    mpz_clear(number);
    return found;
}

/* remover = r^-1 for a random r, which is left in r. *found is false if this r has no inverse: of a
 * real modulus all have one, or nearly all. An inversion in constant time takes as long as the
 * private operation; a quick one may be watched. So r is blinded, too: whatever r is, r s is
 * uniform for a random s that nobody sees, and r^-1 = (r s)^-1 s. The s is the system's, always:
 * the result does not depend on it. */
static enum rsa_error draw_inverse(bool *found, mp_limb_t *remover, mp_limb_t *r,
                                   const struct rsa_key *key, mp_limb_t *scratch,
                                   const struct rsa_random *source)
{
    struct rsa_modulus n = rsa_modulus_of(key->number[RSA_N]);
    mp_limb_t *s = scratch, *itch = scratch + n.count;
    enum rsa_error error = draw(r, &n, itch, source);
    if (!error)
        error = draw(s, &n, itch, NULL);
    if (error)
        return error;
    rsa_limbs_multiply(remover, r, s, &n, itch);
    *found = invert_public(remover, remover, key);
    if (*found)
        rsa_limbs_multiply(remover, remover, s, &n, itch);
    return RSA_OK;
}

static enum rsa_error draw_pair(mp_limb_t *factor, mp_limb_t *remover, const struct rsa_key *key,
                                const struct rsa_random *source)
{
    struct rsa_modulus n = rsa_modulus_of(key->number[RSA_N]);
    struct rsa_modulus e = rsa_modulus_of(key->number[RSA_E]);
    struct rsa_scratch scratch;
    bool found = false;
    enum rsa_error error = RSA_OK;
    if (!rsa_scratch_open(&scratch, 2 * n.count + rsa_limbs_itch(&n, n.count)))
        return RSA_ERR_MEMORY;
    mp_limb_t *r = rsa_scratch_take(&scratch, n.count);
    mp_limb_t *itch = rsa_scratch_take(&scratch, n.count + rsa_limbs_itch(&n, n.count));
    for (int i = 0; i < DRAWS && !error && !found; i++)
        error = draw_inverse(&found, remover, r, key, itch, source);
    if (!error && !found)
        error = RSA_ERR_RANDOM;
    if (!error)
        rsa_limbs_power(factor, r, n.count, e.limbs, e.bits, &n, itch);
    rsa_scratch_close(&scratch);
    return error;
}

/* The next pair from the last: (r^e)^2 = (r^2)^e and (r^-1)^2 = (r^2)^-1. */
static enum rsa_error square_pair(struct rsa_blinding *blinding, const struct rsa_key *key)
{
    struct rsa_modulus n = rsa_modulus_of(key->number[RSA_N]);
    struct rsa_scratch scratch;
    if (!rsa_scratch_open(&scratch, rsa_limbs_itch(&n, n.count)))
        return RSA_ERR_MEMORY;
    rsa_limbs_multiply(blinding->factor, blinding->factor, blinding->factor, &n, scratch.limbs);
    rsa_limbs_multiply(blinding->remover, blinding->remover, blinding->remover, &n, scratch.limbs);
    rsa_scratch_close(&scratch);
    return RSA_OK;
}

enum rsa_error rsa_blinding_take(mp_limb_t *factor, mp_limb_t *remover, const struct rsa_key *key,
                                 const struct rsa_random *source)
{
    struct rsa_blinding *blinding = key->blinding;
    size_t bytes = blinding->limbs * sizeof(mp_limb_t);
    enum rsa_error error;
    if (source) /* a pair of its own: nobody else who uses the key has a say in what repeats */
        return draw_pair(factor, remover, key, source);
    pthread_mutex_lock(&blinding->lock);
    if (blinding->uses_left == 0) {
        error = draw_pair(blinding->factor, blinding->remover, key, NULL);
        blinding->uses_left = error ? 0 : USES;
    } else {
        error = square_pair(blinding, key);
    }
    if (!error) {
        blinding->uses_left--;
        memcpy(factor, blinding->factor, bytes);
        memcpy(remover, blinding->remover, bytes);
    }
    pthread_mutex_unlock(&blinding->lock);
    return error;
}

/*
 * Arithmetic modulo n on plain limbs: see rsa_limbs.h.
 */
#include "rsa_limbs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool rsa_scratch_open(struct rsa_scratch *scratch, size_t count)
{
    scratch->limbs = calloc(count, sizeof(mp_limb_t));
    scratch->count = count;
    scratch->used = 0;
    return scratch->limbs != NULL;
}

mp_limb_t *rsa_scratch_take(struct rsa_scratch *scratch, size_t count)
{
    mp_limb_t *piece = scratch->limbs + scratch->used;
    scratch->used += count;
    assert(scratch->used <= scratch->count);
    return piece;
}

void rsa_scratch_close(struct rsa_scratch *scratch)
{
    if (scratch->limbs) {
        explicit_bzero(scratch->limbs, scratch->count * sizeof(mp_limb_t));
        free(scratch->limbs);
        scratch->limbs = NULL;
    }
}

struct rsa_modulus rsa_modulus_of(const mpz_t number)
{
    return (struct rsa_modulus){.limbs = mpz_limbs_read(number),
                                .count = mpz_size(number),
                                .bits = rsa_reveal(mpz_sizeinbase(number, 2))};
}

static size_t largest(size_t a, mp_size_t b)
{
    return a > (size_t)b ? a : (size_t)b;
}

size_t rsa_limbs_itch(const struct rsa_modulus *modulus, size_t operand)
{
    mp_size_t n = (mp_size_t)modulus->count;
    mp_size_t wide = operand > 2 * modulus->count ? (mp_size_t)operand : 2 * n;
    mp_bitcnt_t bits = modulus->count * GMP_NUMB_BITS;
    size_t itch = 0;
    itch = largest(itch, mpn_sec_mul_itch(n, n));
    itch = largest(itch, mpn_sec_div_r_itch(wide, n));
    itch = largest(itch, mpn_sec_powm_itch(wide, bits, n));
    return itch + (size_t)wide; /* the wide product itself, in front */
}

void rsa_limbs_multiply(mp_limb_t *out, const mp_limb_t *a, const mp_limb_t *b,
                        const struct rsa_modulus *modulus, mp_limb_t *itch)
{
    size_t n = modulus->count;
    mpn_sec_mul(itch, a, (mp_size_t)n, b, (mp_size_t)n, itch + 2 * n);
    rsa_limbs_reduce(out, itch, 2 * n, modulus, itch);
}

void rsa_limbs_reduce(mp_limb_t *out, const mp_limb_t *a, size_t count,
                      const struct rsa_modulus *modulus, mp_limb_t *itch)
{
    size_t n = modulus->count;
    memmove(itch, a, count * sizeof(*itch)); /* mpn_sec_div_r works in place */
    if (count < n) {
        memset(itch + count, 0, (n - count) * sizeof(*itch));
        count = n;
    }
    mpn_sec_div_r(itch, (mp_size_t)count, modulus->limbs, (mp_size_t)n, itch + count);
    memcpy(out, itch, n * sizeof(*itch));
}

void rsa_limbs_power(mp_limb_t *out, const mp_limb_t *base, size_t base_count,
                     const mp_limb_t *exponent, size_t exponent_bits,
                     const struct rsa_modulus *modulus, mp_limb_t *itch)
{
    mpn_sec_powm(out, base, (mp_size_t)base_count, exponent, exponent_bits, modulus->limbs,
                 (mp_size_t)modulus->count, itch);
}

ct_mask rsa_limbs_less(const mp_limb_t *a, const mp_limb_t *b, size_t count, mp_limb_t *itch)
{
    return ct_nonzero(mpn_sub_n(itch, a, b, (mp_size_t)count)); /* the borrow */
}

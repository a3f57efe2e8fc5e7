/*
 * c^d mod n by the Chinese remainder theorem: see rsa_crt.h.
 */
#include "rsa_crt.h"

#include "rsa_crt_lanes.h"
#include "rsa_key_internal.h"
#include "rsa_limbs.h"
#include "rsa_number.h"
#include "rsa_tell.h"

#include <string.h>

/* out = c^exponent mod prime. The exponent counts as many bits as the prime: its own are secret. */
static void power_mod_prime(mp_limb_t *out, const mp_limb_t *c, size_t c_count,
                            const mpz_t exponent, const struct rsa_modulus *prime,
                            mp_limb_t *padded, mp_limb_t *itch)
{
    rsa_limbs_from_mpz(padded, prime->count, exponent);
    rsa_limbs_power(out, c, c_count, padded, prime->bits, prime, itch);
}

/* h = (m1 - m2) qinv mod p. */
static void difference(mp_limb_t *h, const mp_limb_t *m1, const mp_limb_t *m2, size_t m2_count,
                       const mpz_t qinv, const struct rsa_modulus *p, mp_limb_t *padded,
                       mp_limb_t *itch)
{
    mp_size_t n = (mp_size_t)p->count;
    rsa_limbs_reduce(h, m2, m2_count, p, itch); /* q may be the larger prime */
    mp_limb_t borrow = mpn_sub_n(h, m1, h, n);
    mpn_cnd_add_n(borrow, h, h, p->limbs, n);
    rsa_limbs_from_mpz(padded, p->count, qinv);
    rsa_limbs_multiply(h, h, padded, p, itch);
}

/* m = m2 + q h, which is below p q = n: where the product is a limb longer than n, that limb is 0.
 * (If n is another number, as in a bad key, the fault check tells; buffers fit any p, q < n.) */
static void recombine(mp_limb_t *m, size_t m_count, const mp_limb_t *m2, const mp_limb_t *h,
                      const struct rsa_modulus *p, const struct rsa_modulus *q, mp_limb_t *itch)
{
    mp_limb_t *product = itch;
    size_t count = p->count + q->count;
    const struct rsa_modulus *longer = p->count >= q->count ? p : q;
    const mp_limb_t *a = longer == p ? h : q->limbs;
    const mp_limb_t *b = longer == p ? q->limbs : h;
    mpn_sec_mul(product, a, (mp_size_t)longer->count, b, (mp_size_t)(count - longer->count),
                itch + count);
    mp_limb_t carry = mpn_add_n(product, product, m2, (mp_size_t)q->count);
    mpn_sec_add_1(product + q->count, product + q->count, (mp_size_t)p->count, carry, itch + count);
    memcpy(m, product, m_count * sizeof(*m));
}

/* RFC 8017 calls the halves m_1 and m_2, and what they make m. */
static void tell_halves(const struct rsa_key *key, const mp_limb_t *m, size_t m_count,
                        const mp_limb_t *m1, const struct rsa_modulus *p, const mp_limb_t *m2,
                        const struct rsa_modulus *q, const mp_limb_t *h)
{
    const struct {
        struct rsa_step step;
        const mp_limb_t *limbs;
        size_t count;
    } told[] = {
        {{.name = "m_1", .formula = "b^dp mod p", .power = {"b", "dp", "p"}}, m1, p->count},
        {{.name = "m_2", .formula = "b^dq mod q", .power = {"b", "dq", "q"}}, m2, q->count},
        {{.name = "h", .formula = "(m_1 - m_2) qinv mod p"}, h, p->count},
        {{.name = "y", .formula = "m_2 + q h: the halves joined"}, m, m_count},
    };
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        struct rsa_step step = told[i].step;
        step.section = "RFC 8017 5.1.2 2.b";
        step.is_private = true;
        rsa_tell_limbs(key->listener, step, told[i].limbs, told[i].count);
    }
}

/* m_1 = c^dP mod p, m_2 = c^dQ mod q (step 2.b.i), one after the other. */
static void halves(mp_limb_t *m1, mp_limb_t *m2, const mp_limb_t *c, const struct rsa_key *key,
                   const struct rsa_modulus *p, const struct rsa_modulus *q, mp_limb_t *padded,
                   mp_limb_t *itch)
{
    size_t n_count = rsa_key_limbs(key, RSA_N);
    power_mod_prime(m1, c, n_count, key->number[RSA_DP], p, padded, itch);
    power_mod_prime(m2, c, n_count, key->number[RSA_DQ], q, padded, itch);
}

/* The scratch of rsa_crt_power and rsa_crt_join. */
static size_t itch_of(const struct rsa_key *key, const struct rsa_modulus *longer)
{
    return rsa_limbs_itch(longer, rsa_key_limbs(key, RSA_N)) + 2 * rsa_key_limbs(key, RSA_N);
}

enum rsa_error rsa_crt_join(mp_limb_t *m, const mp_limb_t *m1, const mp_limb_t *m2,
                            const struct rsa_key *key)
{
    struct rsa_modulus p = rsa_modulus_of(key->number[RSA_P]);
    struct rsa_modulus q = rsa_modulus_of(key->number[RSA_Q]);
    size_t itch_count = itch_of(key, p.count >= q.count ? &p : &q);
    struct rsa_scratch scratch;
    if (!rsa_scratch_open(&scratch, 2 * p.count + itch_count))
        return RSA_ERR_MEMORY;
    mp_limb_t *h = rsa_scratch_take(&scratch, p.count);
    mp_limb_t *padded = rsa_scratch_take(&scratch, p.count);
    mp_limb_t *itch = rsa_scratch_take(&scratch, itch_count);
    /* RFC 8017 5.1.2 step 2.b.iii: h = (m_1 - m_2) qInv mod p */
    difference(h, m1, m2, q.count, key->number[RSA_QINV], &p, padded, itch);
    /* step 2.b.iv: m = m_2 + q h */
    recombine(m, rsa_key_limbs(key, RSA_N), m2, h, &p, &q, itch);
    tell_halves(key, m, rsa_key_limbs(key, RSA_N), m1, &p, m2, &q, h);
    rsa_scratch_close(&scratch);
    return RSA_OK;
}

enum rsa_error rsa_crt_power(mp_limb_t *m, const mp_limb_t *c, const struct rsa_key *key)
{
    struct rsa_modulus p = rsa_modulus_of(key->number[RSA_P]);
    struct rsa_modulus q = rsa_modulus_of(key->number[RSA_Q]);
    const struct rsa_modulus *longer = p.count >= q.count ? &p : &q;
    size_t itch_count = itch_of(key, longer);
    struct rsa_scratch scratch;
    if (!rsa_scratch_open(&scratch, 3 * longer->count + itch_count))
        return RSA_ERR_MEMORY;
    mp_limb_t *m1 = rsa_scratch_take(&scratch, longer->count);
    mp_limb_t *m2 = rsa_scratch_take(&scratch, longer->count);
    mp_limb_t *padded = rsa_scratch_take(&scratch, longer->count);
    mp_limb_t *itch = rsa_scratch_take(&scratch, itch_count);
    const struct rsa_half_powers both = {m1, m2, c, key};
    if (rsa_crt_halves_in_lanes(&both, 1) == 0)
        halves(m1, m2, c, key, &p, &q, padded, itch);
    enum rsa_error error = rsa_crt_join(m, m1, m2, key);
    rsa_scratch_close(&scratch);
    return error;
}

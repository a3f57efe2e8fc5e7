/*
 * Montgomery's reduction: see rsa_montgomery.h.
 */
#include "rsa_montgomery.h"

#include "rsa_memory.h"
#include "rsa_number.h"

#include <string.h>

void rsa_montgomery_open(struct rsa_montgomery *m, const mpz_t modulus, size_t numbers)
{
    mp_limb_t low = mpz_limbs_read(modulus)[0];
    mp_limb_t inverse =
        low; /* right in 3 bits, for low^2 = 1 mod 8; each of Newton's steps doubles */
    for (int bits = 3; bits < GMP_NUMB_BITS; bits *= 2)
        inverse *= 2 - low * inverse;
    m->modulus = modulus;
    m->limbs = mpz_size(modulus);
    m->inverse = 0 - inverse;
    mpz_init2(m->room, (numbers + 2) * m->limbs * GMP_NUMB_BITS);
    m->product = mpz_limbs_write(m->room, (mp_size_t)((numbers + 2) * m->limbs));
    m->next = m->product + 2 * m->limbs;
}

void rsa_montgomery_close(struct rsa_montgomery *m)
{
    rsa_mpz_wipe(m->room);
}

mp_limb_t *rsa_montgomery_number(struct rsa_montgomery *m, unsigned long value)
{
    mp_limb_t *x = m->next;
    mpz_t t;
    m->next += m->limbs;
    mpz_init_set_ui(t, value);
    mpz_mul_2exp(t, t, m->limbs * GMP_NUMB_BITS);
    mpz_mod(t, t, m->modulus);
    rsa_limbs_from_mpz(x, m->limbs, t);
    rsa_mpz_wipe(t);
    return x;
}

/* out = product / R. From a product below R^2 comes less than R + m: one subtraction at most. */
static void reduce(struct rsa_montgomery *m, mp_limb_t *out)
{
    const mp_limb_t *modulus = mpz_limbs_read(m->modulus);
    mp_limb_t *t = m->product;
    mp_size_t n = (mp_size_t)m->limbs;
    for (mp_size_t i = 0; i < n; i++) /* the carry waits in the limb that has become 0 */
        t[i] = mpn_addmul_1(t + i, modulus, n, t[i] * m->inverse);
    if (mpn_add_n(out, t + n, t, n))
        mpn_sub_n(out, out, modulus, n);
}

void rsa_montgomery_read(mpz_t out, struct rsa_montgomery *m, const mp_limb_t *x)
{
    memcpy(m->product, x, m->limbs * sizeof(*x));
    memset(m->product + m->limbs, 0, m->limbs * sizeof(*x));
    reduce(m, mpz_limbs_write(out, (mp_size_t)m->limbs));
    mpz_limbs_finish(out, (mp_size_t)m->limbs);
    mpz_mod(out, out, m->modulus);
}

void rsa_montgomery_multiply(struct rsa_montgomery *m, mp_limb_t *out, const mp_limb_t *a,
                             const mp_limb_t *b)
{
    if (a == b)
        mpn_sqr(m->product, a, (mp_size_t)m->limbs);
    else
        mpn_mul_n(m->product, a, b, (mp_size_t)m->limbs);
    reduce(m, out);
}

void rsa_montgomery_subtract(struct rsa_montgomery *m, mp_limb_t *x, const mp_limb_t *b)
{
    mp_size_t n = (mp_size_t)m->limbs;
    if (mpn_sub_n(x, x, b, n))
        mpn_add_n(x, x, mpz_limbs_read(m->modulus), n);
}

/* x = 2^bits x, 0 < bits < 64. What is shifted out counts R each, and one is R mod m. */
static void shift(const struct rsa_montgomery *m, mp_limb_t *x, unsigned bits, const mp_limb_t *one)
{
    mp_limb_t out = mpn_lshift(x, x, (mp_size_t)m->limbs, bits);
    while (out)
        out = mpn_addmul_1(x, one, (mp_size_t)m->limbs, out);
}

void rsa_power_of_two(mpz_t out, const mpz_t exponent, const mpz_t modulus)
{
    enum { DIGIT_BITS = 4 };
    struct rsa_montgomery m;
    rsa_montgomery_open(&m, modulus, 2);
    const mp_limb_t *one = rsa_montgomery_number(&m, 1);
    mp_limb_t *x = rsa_montgomery_number(&m, 1);
    for (size_t i = mpz_sizeinbase(exponent, 2) / DIGIT_BITS + 1; i-- > 0;) {
        unsigned digit = 0;
        for (size_t bit = DIGIT_BITS; bit-- > 0;) {
            rsa_montgomery_multiply(&m, x, x, x);
            digit = 2 * digit + (unsigned)mpz_tstbit(exponent, i * DIGIT_BITS + bit);
        }
        if (digit > 0)
            shift(&m, x, digit, one);
    }
    rsa_montgomery_read(out, &m, x);
    rsa_montgomery_close(&m);
}

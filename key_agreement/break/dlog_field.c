/*
 * Multiplying modulo a number, for millions of times in a row.
 *
 * Montgomery's form of a is a 2^64 mod n. The product of two forms, divided by 2^64, is the form of
 * the product; and to divide by 2^64 one subtracts the multiple of n that ends in the same 64 bits.
 */
#include "dlog_internal.h"

#include <stdlib.h>

/* n^-1 mod 2^64: each round doubles the bits that are right, of which n itself has three. */
static mp_limb_t inverse_of(mp_limb_t n)
{
    mp_limb_t inverse = n;
    for (int bits = 3; bits < 64; bits *= 2)
        inverse *= 2 - n * inverse;
    return inverse;
}

bool dlog_field_open(struct dlog_field *field, const mpz_t modulus)
{
    *field = (struct dlog_field){.limbs = mpz_size(modulus)};
    mpz_init_set(field->modulus, modulus);
    field->scratch = calloc(3 * field->limbs + 1, sizeof(*field->scratch));
    if (!field->scratch)
        return false;
    if (field->limbs == 1 && mpz_odd_p(modulus)) {
        field->scratch[0] = mpz_getlimbn(modulus, 0);
        field->inverse = inverse_of(field->scratch[0]);
    }
    return true;
}

void dlog_field_close(struct dlog_field *field)
{
    mpz_clear(field->modulus);
    free(field->scratch);
}

void dlog_field_set(const struct dlog_field *field, mp_limb_t *out, const mpz_t number)
{
    mpz_t form;
    mpz_init_set(form, number);
    if (field->inverse != 0)
        mpz_mul_2exp(form, form, 64);
    mpz_mod(form, form, field->modulus);
    for (size_t i = 0; i < field->limbs; i++)
        out[i] = mpz_getlimbn(form, (mp_size_t)i);
    mpz_clear(form);
}

void dlog_field_multiply_long(struct dlog_field *field, mp_limb_t *out, const mp_limb_t *a,
                              const mp_limb_t *b)
{
    const mp_size_t limbs = (mp_size_t)field->limbs;
    mp_limb_t *product = field->scratch, *quotient = product + 2 * limbs;
    mpn_mul_n(product, a, b, limbs);
    mpn_tdiv_qr(quotient, out, 0, product, 2 * limbs, mpz_limbs_read(field->modulus), limbs);
}

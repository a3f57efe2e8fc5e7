/* What two sides agree on, with GMP's numbers: see agreed.h. */
#include "agreed.h"

#include <gmp.h>
#include <string.h>

#define A24 121666 /* (486662 + 2) / 4 */

/* (x1:z1), (x2:z2) = their sum, whose difference is u, and twice (x2:z2): the formulas of
 * Montgomery's article of 1987, 10.3.1. */
static void add_and_double(mpz_t x1, mpz_t z1, mpz_t x2, mpz_t z2, const mpz_t u, const mpz_t p)
{
    mpz_t same, crossed, plus, minus, both;
    mpz_inits(same, crossed, plus, minus, both, NULL);
    mpz_mul(same, x1, x2);
    mpz_submul(same, z1, z2);
    mpz_mul(crossed, x1, z2);
    mpz_submul(crossed, z1, x2);
    mpz_powm_ui(x1, same, 2, p);
    mpz_powm_ui(z1, crossed, 2, p);
    mpz_mul(z1, z1, u);
    mpz_mod(z1, z1, p);
    mpz_add(plus, x2, z2);
    mpz_sub(minus, x2, z2);
    mpz_powm_ui(plus, plus, 2, p);
    mpz_powm_ui(minus, minus, 2, p);
    mpz_sub(both, plus, minus);
    mpz_mul(x2, plus, minus);
    mpz_mod(x2, x2, p);
    mpz_addmul_ui(minus, both, A24);
    mpz_mul(z2, both, minus);
    mpz_mod(z2, z2, p);
    mpz_clears(same, crossed, plus, minus, both, NULL);
}

void agreed_x25519(uint8_t out[32], const uint8_t scalar[32], const uint8_t *u)
{
    mpz_t p, k, point, x[2], z[2];
    size_t bytes;
    mpz_inits(p, k, point, x[0], x[1], z[0], z[1], NULL);
    mpz_setbit(p, 255);
    mpz_sub_ui(p, p, 19);
    mpz_import(k, 32, -1, 1, 0, 0, scalar);
    for (mp_bitcnt_t bit = 0; bit < 3; bit++)
        mpz_clrbit(k, bit);
    mpz_clrbit(k, 255);
    mpz_setbit(k, 254);
    mpz_set_ui(point, 9);
    if (u)
        mpz_import(point, 32, -1, 1, 0, 0, u);
    mpz_clrbit(point, 255);
    mpz_mod(point, point, p);
    mpz_set_ui(x[0], 1); /* 0 times the point, and once: their difference is the point */
    mpz_set(x[1], point);
    mpz_set_ui(z[1], 1);
    for (mp_bitcnt_t bit = 255; bit-- > 0;) {
        const int set = mpz_tstbit(k, bit);
        add_and_double(x[!set], z[!set], x[set], z[set], point, p);
    }
    memset(out, 0, 32);
    if (mpz_invert(z[0], z[0], p)) {
        mpz_mul(x[0], x[0], z[0]);
        mpz_mod(x[0], x[0], p);
        mpz_export(out, &bytes, -1, 1, 0, 0, x[0]);
    }
    mpz_clears(p, k, point, x[0], x[1], z[0], z[1], NULL);
}

void agreed_power(uint8_t *out, const uint8_t *base, size_t base_bytes, const uint8_t *exponent,
                  size_t exponent_bytes, const uint8_t *p, size_t p_bytes)
{
    mpz_t number[3];
    mpz_inits(number[0], number[1], number[2], NULL);
    mpz_import(number[0], base_bytes, 1, 1, 0, 0, base);
    mpz_import(number[1], exponent_bytes, 1, 1, 0, 0, exponent);
    mpz_import(number[2], p_bytes, 1, 1, 0, 0, p);
    mpz_powm(number[0], number[0], number[1], number[2]);
    memset(out, 0, p_bytes);
    mpz_export(out + p_bytes - mpz_sizeinbase(number[0], 256), NULL, 1, 1, 0, 0, number[0]);
    mpz_clears(number[0], number[1], number[2], NULL);
}

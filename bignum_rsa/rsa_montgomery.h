/*
 * Products modulo an odd number without a division, for testing primes: Montgomery, Modular
 * Multiplication without Trial Division (1985). Internal to the library.
 *
 * A number x stands as x R mod m, with R = 2^64 to the power of m's limbs. The product of two such
 * has an R too many. A multiple of m makes its lower half zero; what is left is shifted down:
 *
 *     product   [ t7  t6  t5  t4 | t3  t2  t1  t0 ]
 *     + q0 m                 [ .   .   .   . ]       q0 = -t0 / m mod 2^64: t0 becomes 0
 *     + q1 m             [ .   .   .   . ]           likewise t1, and so on
 *
 *     struct rsa_montgomery m;
 *     rsa_montgomery_open(&m, w, 1);
 *     mp_limb_t *x = rsa_montgomery_number(&m, 3);
 *     rsa_montgomery_multiply(&m, x, x, x);
 *     rsa_montgomery_read(out, &m, x);             // 9 mod w
 *     rsa_montgomery_close(&m);
 *
 * CT: no. Numbers are kept below R, not below m; rsa_montgomery_read brings them there.
 */
#ifndef GLASSBOX_RSA_MONTGOMERY_H
#define GLASSBOX_RSA_MONTGOMERY_H

#include <gmp.h>
#include <stddef.h>

struct rsa_montgomery {
    mpz_srcptr modulus; /* borrowed; odd, above 1 */
    size_t limbs;
    mp_limb_t inverse;  /* -1/m mod 2^64 */
    mpz_t room;         /* for all that follows */
    mp_limb_t *product; /* two numbers long */
    mp_limb_t *next;    /* room for the next number */
};

/* With room for so many numbers. */
void rsa_montgomery_open(struct rsa_montgomery *m, const mpz_t modulus, size_t numbers);
/* Wipes all numbers. */
void rsa_montgomery_close(struct rsa_montgomery *m);

/* A new number, below m. */
mp_limb_t *rsa_montgomery_number(struct rsa_montgomery *m, unsigned long value);
void rsa_montgomery_read(mpz_t out, struct rsa_montgomery *m, const mp_limb_t *x);

/* out = a b. out may be a or b. */
void rsa_montgomery_multiply(struct rsa_montgomery *m, mp_limb_t *out, const mp_limb_t *a,
                             const mp_limb_t *b);
/* x = x - b, b below m. */
void rsa_montgomery_subtract(struct rsa_montgomery *m, mp_limb_t *x, const mp_limb_t *b);

/* out = 2^exponent mod m: squarings, and shifts where another base needs products. */
void rsa_power_of_two(mpz_t out, const mpz_t exponent, const mpz_t modulus);

#endif

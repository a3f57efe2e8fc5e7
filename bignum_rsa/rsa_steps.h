/*
 * The textbook algorithms, written to be read, telling each step to a callback.
 *
 * These are the square-and-multiply and the extended Euclid that a student does on paper. They are
 * slow, leak everything through time, and are used by no private operation of this library.
 */
#ifndef GLASSBOX_RSA_STEPS_H
#define GLASSBOX_RSA_STEPS_H

#include <gmp.h>
#include <stddef.h>

/* One line of square-and-multiply, from the highest bit of the exponent down:
 * `result` is the value after this bit's squaring and, if bit is 1, multiplication by the base. */
struct rsa_power_step {
    size_t index; /* 0, 1, 2, ... */
    int bit;      /* of the exponent */
    mpz_srcptr squared;
    mpz_srcptr result;
};

/* result = base^exponent mod modulus, exponent >= 0, modulus > 0. step may be NULL. */
void rsa_power(mpz_t result, const mpz_t base, const mpz_t exponent, const mpz_t modulus,
               void (*step)(void *context, const struct rsa_power_step *line), void *context);

/* One row of the extended Euclid table: remainder = x * a + y * b, made by this quotient. */
struct rsa_euclid_step {
    size_t index;
    mpz_srcptr quotient;
    mpz_srcptr remainder, x, y;
};

/* gcd = x a + y b for a, b >= 0, not both 0. step may be NULL; rows 0 and 1 are a and b themselves
 * (with quotient 0), the last row with a remainder above 0 is the answer. */
void rsa_euclid(mpz_t gcd, mpz_t x, mpz_t y, const mpz_t a, const mpz_t b,
                void (*step)(void *context, const struct rsa_euclid_step *row), void *context);

#endif

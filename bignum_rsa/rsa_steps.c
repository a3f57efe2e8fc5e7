/*
 * The textbook algorithms, told step by step: see rsa_steps.h.
 */
#include "rsa_steps.h"

void rsa_power(mpz_t result, const mpz_t base, const mpz_t exponent, const mpz_t modulus,
               void (*step)(void *context, const struct rsa_power_step *line), void *context)
{
    size_t bits = mpz_sgn(exponent) == 0 ? 0 : mpz_sizeinbase(exponent, 2);
    mpz_t value, squared;
    mpz_init_set_ui(value, 1);
    mpz_init(squared);
    mpz_mod(value, value, modulus); /* modulo 1 everything is 0 */
    for (size_t index = 0; index < bits; index++) {
        int bit = mpz_tstbit(exponent, bits - 1 - index);
        mpz_mul(squared, value, value);
        mpz_mod(squared, squared, modulus);
        mpz_set(value, squared);
        if (bit) {
            mpz_mul(value, value, base);
            mpz_mod(value, value, modulus);
        }
        if (step)
            step(context, &(struct rsa_power_step){index, bit, squared, value});
    }
    mpz_swap(result, value);
    mpz_clears(value, squared, NULL);
}

/* One row of Euclid's table: remainder = x a + y b. */
struct row {
    mpz_t remainder, x, y;
};

static void row_init(struct row *row, const mpz_t remainder, unsigned long x, unsigned long y)
{
    mpz_init_set(row->remainder, remainder);
    mpz_init_set_ui(row->x, x);
    mpz_init_set_ui(row->y, y);
}

static void row_clear(struct row *row)
{
    mpz_clears(row->remainder, row->x, row->y, NULL);
}

/* above -= quotient below, then the two change places: below is the new row. */
static void next_row(struct row *above, struct row *below, const mpz_t quotient)
{
    mpz_submul(above->remainder, quotient, below->remainder);
    mpz_submul(above->x, quotient, below->x);
    mpz_submul(above->y, quotient, below->y);
    mpz_swap(above->remainder, below->remainder);
    mpz_swap(above->x, below->x);
    mpz_swap(above->y, below->y);
}

void rsa_euclid(mpz_t gcd, mpz_t x, mpz_t y, const mpz_t a, const mpz_t b,
                void (*step)(void *context, const struct rsa_euclid_step *row), void *context)
{
    struct row above, below;
    mpz_t quotient;
    size_t index = 0;
    mpz_init(quotient);
    row_init(&above, a, 1, 0);
    row_init(&below, b, 0, 1);
    if (step) {
        step(context,
             &(struct rsa_euclid_step){index, quotient, above.remainder, above.x, above.y});
    }
    for (;;) {
        index++;
        if (step) {
            step(context,
                 &(struct rsa_euclid_step){index, quotient, below.remainder, below.x, below.y});
        }
        if (mpz_sgn(below.remainder) == 0)
            break;
        mpz_fdiv_q(quotient, above.remainder, below.remainder);
        next_row(&above, &below, quotient);
    }
    mpz_swap(gcd, above.remainder);
    mpz_swap(x, above.x);
    mpz_swap(y, above.y);
    row_clear(&above);
    row_clear(&below);
    mpz_clear(quotient);
}

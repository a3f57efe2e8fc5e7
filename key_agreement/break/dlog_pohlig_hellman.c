/*
 * Pohlig and Hellman: x modulo each power f^k of a prime that divides the order of g, digit by digit
 * to the base f.
 *
 *     g^(r/f) has order f        (h g^-(digits so far))^(r/f^(j+1)) is a power of it: its digit j
 */
#include "dlog_internal.h"

enum {
    ORDER_BITS = 62, /* of a prime for which it is tried at all */
    TINY = 64        /* below it, baby steps are always the right thing */
};

bool dlog_known_add(mpz_t x, mpz_t modulus, const mpz_t y, const mpz_t m)
{
    mpz_t gcd, inverse, step;
    mpz_inits(gcd, inverse, step, NULL);
    /* x + modulus t = y mod m: t = (y - x) / modulus mod m / gcd */
    mpz_gcdext(gcd, inverse, NULL, modulus, m);
    mpz_sub(step, y, x);
    bool possible = mpz_divisible_p(step, gcd) != 0;
    if (possible) {
        mpz_divexact(step, step, gcd);
        mpz_mul(step, step, inverse);
        mpz_divexact(gcd, m, gcd);
        mpz_mod(step, step, gcd);
        mpz_addmul(x, modulus, step);
        mpz_mul(modulus, modulus, gcd);
    }
    mpz_clears(gcd, inverse, step, NULL);
    return possible;
}

/* --- modulo one prime ------------------------------------------------------------------------ */

static bool takes_baby_steps(const struct dlog_bounds *bounds, uint64_t order)
{
    const uint64_t babies = dlog_baby_count(bounds, order);
    return order < TINY || bounds->method == DLOG_BABY_STEPS ||
           (bounds->method == DLOG_EITHER && babies >= order / babies);
}

/* Rho takes twice the square root of the order, as far as one can tell. */
static bool rho_is_allowed(const struct dlog_bounds *bounds, const mpz_t order)
{
    mpz_t cost;
    mpz_init(cost);
    mpz_sqrt(cost, order);
    bool allowed = mpz_cmp_ui(cost, bounds->multiplications / 2) <= 0;
    mpz_clear(cost);
    return allowed;
}

enum dlog_outcome dlog_prime_order(mpz_t x, struct dlog_run *run, const mpz_t base,
                                   const mpz_t target, const mpz_t order)
{
    uint64_t found = 0;
    enum dlog_outcome outcome;
    if (mpz_cmp_ui(target, 1) == 0) {
        mpz_set_ui(x, 0);
        return DLOG_FOUND;
    }
    if (mpz_sizeinbase(order, 2) > ORDER_BITS)
        return DLOG_BOUND;
    if (takes_baby_steps(&run->bounds, mpz_get_ui(order)))
        outcome = dlog_baby_steps(&found, run, base, target, mpz_get_ui(order));
    else if (rho_is_allowed(&run->bounds, order))
        outcome = dlog_rho(&found, run, base, target, mpz_get_ui(order));
    else
        outcome = DLOG_BOUND;
    mpz_set_ui(x, found);
    return outcome;
}

/* --- modulo the power of a prime --------------------------------------------------------------- */

/* What is left of h once its known digits are taken away: (h g^-x)^exponent. */
static void rest_of(mpz_t out, const struct dlog_piece *piece, const mpz_t x, const mpz_t exponent)
{
    mpz_srcptr modulus = piece->run->field->modulus;
    mpz_t negative;
    mpz_init(negative);
    mpz_neg(negative, x);
    mpz_powm(out, piece->g, negative, modulus);
    mpz_mul(out, out, piece->h);
    mpz_mod(out, out, modulus);
    mpz_powm(out, out, exponent, modulus);
    mpz_clear(negative);
}

static void tell(const struct dlog_piece *piece, const mpz_t x, const mpz_t power)
{
    dlog_tell(piece->run->listener,
              (struct dlog_step){"piece",
                                 "Pohlig and Hellman",
                                 {{"f", piece->prime}, {"f^k", power}, {"x mod f^k", x}}});
}

enum dlog_outcome dlog_prime_power(mpz_t x, mpz_t power, const struct dlog_piece *piece)
{
    enum dlog_outcome outcome = DLOG_FOUND;
    mpz_t base, rest, exponent, digit;
    mpz_inits(base, rest, exponent, digit, NULL);
    mpz_set_ui(x, 0);
    mpz_set_ui(power, 1);
    mpz_divexact(exponent, piece->order, piece->prime);
    mpz_powm(base, piece->g, exponent, piece->run->field->modulus);
    for (;;) {
        rest_of(rest, piece, x, exponent);
        outcome = dlog_prime_order(digit, piece->run, base, rest, piece->prime);
        if (outcome != DLOG_FOUND)
            break;
        mpz_addmul(x, digit, power);
        mpz_mul(power, power, piece->prime);
        if (!mpz_divisible_p(exponent, piece->prime))
            break;
        mpz_divexact(exponent, exponent, piece->prime);
    }
    if (outcome == DLOG_FOUND)
        tell(piece, x, power);
    mpz_clears(base, rest, exponent, digit, NULL);
    return outcome;
}

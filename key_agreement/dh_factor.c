/*
 * Cheap factors: see dh_factor.h.
 */
#include "dh_factor.h"

enum {
    TRIAL_LIMIT = 1 << 20,
    RHO_BITS = 256,
    RHO_STEPS = 1 << 18,
    RHO_BATCH = 128,
    RHO_STARTS = 8
};

bool dh_is_prime(const mpz_t n, bool thorough)
{
    return mpz_probab_prime_p(n, thorough ? 24 + 16 : 1) != 0; /* GMP: 24 are Baillie-PSW */
}

static bool trial(mpz_t factor, const mpz_t n)
{
    for (unsigned long divisor = 2; divisor < TRIAL_LIMIT && mpz_cmp_ui(n, divisor * divisor) >= 0;
         divisor += 1 + divisor % 2) {
        mpz_set_ui(factor, divisor);
        if (mpz_divisible_ui_p(n, divisor))
            return true;
    }
    return false;
}

/* x -> x^2 + constant */
static void next(mpz_t x, unsigned long constant, const mpz_t n)
{
    mpz_mul(x, x, x);
    mpz_add_ui(x, x, constant);
    mpz_mod(x, x, n);
}

/* Pollard's rho: x runs, y runs twice as fast; modulo a factor they meet after about its square
 * root of steps, and then that factor divides their difference. */
static bool rho(mpz_t factor, const mpz_t n, unsigned long constant)
{
    mpz_t x, y, product;
    mpz_init_set_ui(x, 2);
    mpz_init_set_ui(y, 2);
    mpz_init_set_ui(product, 1);
    mpz_set_ui(factor, 1);
    for (long step = 1; step <= RHO_STEPS && mpz_cmp_ui(factor, 1) == 0; step++) {
        next(x, constant, n);
        next(y, constant, n);
        next(y, constant, n);
        mpz_sub(factor, x, y);
        mpz_mul(product, product, factor);
        mpz_mod(product, product, n);
        mpz_set_ui(factor, 1);
        if (step % RHO_BATCH == 0)
            mpz_gcd(factor, product, n);
    }
    mpz_clears(x, y, product, NULL);
    return mpz_cmp_ui(factor, 1) > 0 && mpz_cmp(factor, n) < 0;
}

bool dh_factor_find(mpz_t factor, const mpz_t n)
{
    if (trial(factor, n))
        return true;
    if (mpz_cmp_ui(n, 1) <= 0 || mpz_sizeinbase(n, 2) > RHO_BITS || dh_is_prime(n, false))
        return false;
    for (unsigned long constant = 1; constant <= RHO_STARTS; constant++)
        if (rho(factor, n, constant) && dh_is_prime(factor, false))
            return true;
    return false;
}

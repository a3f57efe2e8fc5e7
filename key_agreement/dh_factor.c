/*
 * Cheap factors, and the orders that follow from them: see dh_factor.h.
 */
#include "dh_factor.h"

#include <stdlib.h>

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

/* --- p - 1, taken apart ---------------------------------------------------------------------- */

void dh_apart_open(struct dh_apart *apart, const mpz_t p)
{
    *apart = (struct dh_apart){.p = p};
    mpz_inits(apart->p_1, apart->q, apart->rest, NULL);
    mpz_sub_ui(apart->p_1, p, 1);
    mpz_fdiv_q_2exp(apart->q, apart->p_1, 1);
}

void dh_apart_close(struct dh_apart *apart)
{
    for (size_t i = 0; i < apart->primes; i++)
        mpz_clear(apart->prime[i]);
    free(apart->prime);
    mpz_clears(apart->p_1, apart->q, apart->rest, NULL);
}

static bool add_prime(struct dh_apart *apart, const mpz_t prime)
{
    mpz_t *grown = realloc(apart->prime, (apart->primes + 1) * sizeof(*grown));
    if (!grown)
        return false;
    apart->prime = grown;
    mpz_init_set(apart->prime[apart->primes++], prime);
    return true;
}

bool dh_apart_take(struct dh_apart *apart, bool thorough)
{
    bool done = true;
    mpz_t factor;
    mpz_init(factor);
    mpz_set(apart->rest, apart->p_1);
    while (done && dh_factor_find(factor, apart->rest)) {
        done = add_prime(apart, factor);
        mpz_remove(apart->rest, apart->rest, factor);
    }
    apart->rest_is_prime = dh_is_prime(apart->rest, thorough);
    mpz_clear(factor);
    return done;
}

bool dh_apart_take_safe(struct dh_apart *apart)
{
    mpz_t two;
    mpz_init_set_ui(two, 2);
    bool done = add_prime(apart, two);
    mpz_set(apart->rest, apart->q);
    apart->rest_is_prime = true;
    mpz_clear(two);
    return done;
}

/* --- orders ---------------------------------------------------------------------------------- */

void dh_power(mpz_t out, const struct dh_apart *apart, const mpz_t x, const mpz_t exponent)
{
    if (mpz_cmp(exponent, apart->q) != 0)
        mpz_powm(out, x, exponent, apart->p);
    else if (mpz_legendre(x, apart->p) == 1)
        mpz_set_ui(out, 1);
    else
        mpz_set(out, apart->p_1);
}

/* Multiplies the order by as many of one prime as it has: x to all the others, and then to this
 * prime until it is 1. */
static void order_part(struct dh_order *order, const struct dh_apart *apart, const mpz_t x,
                       const mpz_t prime)
{
    mpz_t others, y;
    mpz_inits(others, y, NULL);
    mp_bitcnt_t most = mpz_remove(others, apart->p_1, prime);
    dh_power(y, apart, x, others);
    for (; mpz_cmp_ui(y, 1) != 0 && most > 0; most--) {
        mpz_mul(order->r, order->r, prime);
        if (mpz_cmp(prime, order->largest) > 0)
            mpz_set(order->largest, prime);
        mpz_powm(y, y, prime, apart->p);
    }
    mpz_clears(others, y, NULL);
}

void dh_order_open(struct dh_order *order, const struct dh_apart *apart, const mpz_t x)
{
    mpz_t y;
    mpz_init(y);
    mpz_init_set_ui(order->r, 1);
    mpz_init_set_ui(order->largest, 1);
    for (size_t i = 0; i < apart->primes; i++)
        order_part(order, apart, x, apart->prime[i]);
    mpz_divexact(y, apart->p_1, apart->rest);
    dh_power(y, apart, x, y);
    order->exact = mpz_cmp_ui(y, 1) == 0 || apart->rest_is_prime;
    if (mpz_cmp_ui(y, 1) != 0) {
        mpz_mul(order->r, order->r, apart->rest);
        mpz_set(order->largest, apart->rest);
    }
    mpz_clear(y);
}

void dh_order_close(struct dh_order *order)
{
    mpz_clears(order->r, order->largest, NULL);
}

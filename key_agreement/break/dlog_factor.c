/*
 * Numbers taken apart: the cheap factors of dh_factor.h, then Pollard's rho for as long as allowed.
 *
 * Brent's way of it: x runs, and is compared with where it stood at step 1, 2, 4, 8, ... Modulo a
 * prime f of n it comes back after about sqrt(f) steps, and then f divides the difference. The
 * differences are multiplied up, so that one gcd does for many.
 */
#include "dlog_internal.h"

#include "dh_factor.h"

#include <stdlib.h>

enum { BATCH = 256, STARTS = 3 };

bool dlog_factors_add(struct dlog_factors *factors, const mpz_t prime, unsigned long exponent)
{
    for (size_t i = 0; i < factors->count; i++)
        if (mpz_cmp(factors->primes[i].prime, prime) == 0) {
            factors->primes[i].exponent += exponent;
            return true;
        }
    struct dlog_prime *grown = realloc(factors->primes, (factors->count + 1) * sizeof(*grown));
    if (!grown)
        return false;
    factors->primes = grown;
    mpz_init_set(grown[factors->count].prime, prime);
    grown[factors->count++].exponent = exponent;
    return true;
}

/* --- rho ------------------------------------------------------------------------------------- */

struct walk {
    mpz_srcptr n;
    unsigned long constant;
    mpz_t x, mark, before, product;
};

/* x -> x^2 + constant */
static void step(struct walk *walk, mpz_t x)
{
    mpz_mul(x, x, x);
    mpz_add_ui(x, x, walk->constant);
    mpz_mod(x, x, walk->n);
}

/* A batch in which all factors came together, once more and one by one. */
static void step_by_step(mpz_t factor, struct walk *walk)
{
    do {
        step(walk, walk->before);
        mpz_sub(factor, walk->mark, walk->before);
        mpz_gcd(factor, factor, walk->n);
    } while (mpz_cmp_ui(factor, 1) == 0);
}

static void run(mpz_t factor, struct walk *walk, uint64_t squarings)
{
    uint64_t next_mark = 1;
    mpz_set_ui(factor, 1);
    for (uint64_t done = 0; done < squarings && mpz_cmp_ui(factor, 1) == 0; done += BATCH) {
        mpz_set(walk->before, walk->x);
        mpz_set_ui(walk->product, 1);
        for (int i = 0; i < BATCH; i++) {
            step(walk, walk->x);
            mpz_sub(factor, walk->mark, walk->x);
            mpz_mul(walk->product, walk->product, factor);
            mpz_mod(walk->product, walk->product, walk->n);
        }
        mpz_gcd(factor, walk->product, walk->n);
        if (mpz_cmp(factor, walk->n) == 0)
            step_by_step(factor, walk);
        if (done + BATCH >= next_mark) {
            mpz_set(walk->mark, walk->x);
            next_mark = 2 * (done + BATCH);
        }
    }
}

/* A factor of a composite n, prime or not. */
static bool split(mpz_t factor, const mpz_t n, uint64_t squarings)
{
    bool found = mpz_perfect_square_p(n) != 0;
    if (found)
        mpz_sqrt(factor, n);
    for (unsigned long start = 1; start <= STARTS && !found; start++) {
        struct walk walk = {.n = n, .constant = start};
        mpz_init_set_ui(walk.x, 2 + start);
        mpz_init_set(walk.mark, walk.x);
        mpz_inits(walk.before, walk.product, NULL);
        run(factor, &walk, squarings / STARTS);
        found = mpz_cmp_ui(factor, 1) > 0 && mpz_cmp(factor, n) < 0;
        mpz_clears(walk.x, walk.mark, walk.before, walk.product, NULL);
    }
    return found;
}

/* --- all of them ----------------------------------------------------------------------------- */

/* n has no cheap factor any more. Each split halves it at least: the depth is bounded. */
static bool take_apart(struct dlog_factors *factors, const mpz_t n, uint64_t squarings)
{
    bool done = true;
    mpz_t factor, other;
    if (mpz_cmp_ui(n, 1) == 0)
        return true;
    if (dh_is_prime(n, false))
        return dlog_factors_add(factors, n, 1);
    mpz_inits(factor, other, NULL);
    if (split(factor, n, squarings)) {
        mpz_divexact(other, n, factor);
        done = take_apart(factors, factor, squarings) && take_apart(factors, other, squarings);
    } else {
        mpz_mul(factors->rest, factors->rest, n);
    }
    mpz_clears(factor, other, NULL);
    return done;
}

bool dlog_factors_open(struct dlog_factors *factors, const mpz_t n, uint64_t squarings)
{
    bool done = true;
    mpz_t factor, left;
    *factors = (struct dlog_factors){0};
    mpz_init_set_ui(factors->rest, 1);
    mpz_init(factor);
    mpz_init_set(left, n);
    while (done && !dh_is_prime(left, false) && dh_factor_find(factor, left)) {
        mp_bitcnt_t exponent = mpz_remove(left, left, factor);
        done = dlog_factors_add(factors, factor, exponent);
    }
    done = done && take_apart(factors, left, squarings);
    mpz_clears(factor, left, NULL);
    return done;
}

void dlog_factors_close(struct dlog_factors *factors)
{
    for (size_t i = 0; i < factors->count; i++)
        mpz_clear(factors->primes[i].prime);
    free(factors->primes);
    mpz_clear(factors->rest);
}

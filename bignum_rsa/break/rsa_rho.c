/*
 * Pollard's rho, with Brent's way to find the circle: see rsa_rho.h.
 *
 * Brent: keep the place at steps 1, 2, 4, 8, ..., and compare each later one with it. The
 * differences are multiplied together, so that one gcd serves BATCH steps.
 */
#include "rsa_rho.h"

enum { BATCH = 128 };

static void start(struct rsa_rho *rho, unsigned long c)
{
    rho->c = c;
    rho->power = 1;
    rho->count = 0;
    rho->in_product = 0;
    mpz_set_ui(rho->x, 2);
    mpz_set(rho->marked, rho->x);
    mpz_set(rho->saved, rho->x);
    mpz_set_ui(rho->product, 1);
}

void rsa_rho_open(struct rsa_rho *rho)
{
    mpz_inits(rho->marked, rho->x, rho->saved, rho->product, rho->t, NULL);
    start(rho, 1);
}

void rsa_rho_close(struct rsa_rho *rho)
{
    mpz_clears(rho->marked, rho->x, rho->saved, rho->product, rho->t, NULL);
}

static void move(mpz_t x, const struct rsa_rho *rho, const mpz_t n)
{
    mpz_mul(x, x, x);
    mpz_add_ui(x, x, rho->c);
    mpz_mod(x, x, n);
}

/* The product has all of n: goes through its steps again, one gcd each. */
static bool look_closer(mpz_t p, struct rsa_rho *rho, const mpz_t n)
{
    do {
        move(rho->saved, rho, n);
        mpz_sub(rho->t, rho->saved, rho->marked);
        mpz_gcd(p, rho->t, n);
    } while (mpz_cmp_ui(p, 1) == 0);
    return mpz_cmp(p, n) < 0;
}

/* true: found. After a failure of this c the next one begins. */
static bool take_gcd(mpz_t p, struct rsa_rho *rho, const mpz_t n)
{
    mpz_gcd(p, rho->product, n);
    bool something = mpz_cmp_ui(p, 1) > 0;
    if (something && (mpz_cmp(p, n) < 0 || look_closer(p, rho, n)))
        return true;
    if (something) {
        start(rho, rho->c + 1);
        return false;
    }
    mpz_set(rho->saved, rho->x);
    mpz_set_ui(rho->product, 1);
    rho->in_product = 0;
    return false;
}

bool rsa_rho_run(mpz_t p, uint64_t *work, struct rsa_rho *rho, const mpz_t n, uint64_t steps)
{
    for (*work = 0; *work < steps || rho->in_product > 0;) {
        ++*work;
        move(rho->x, rho, n);
        rho->count++;
        mpz_sub(rho->t, rho->x, rho->marked);
        mpz_mul(rho->product, rho->product, rho->t);
        mpz_mod(rho->product, rho->product, n);
        rho->in_product++;
        bool last = rho->count == rho->power;
        if ((last || rho->in_product == BATCH) && take_gcd(p, rho, n))
            return true;
        if (last && rho->count == rho->power) { /* not begun anew meanwhile */
            mpz_set(rho->marked, rho->x);
            rho->power *= 2;
            rho->count = 0;
        }
    }
    return false;
}

/*
 * Fermat's method: see rsa_fermat.h.
 */
#include "rsa_fermat.h"

void rsa_fermat_open(struct rsa_fermat *fermat, const mpz_t n, unsigned long multiplier)
{
    mpz_inits(fermat->a, fermat->rest, fermat->root, NULL);
    mpz_mul_ui(fermat->root, n, multiplier);
    mpz_sqrtrem(fermat->a, fermat->rest, fermat->root);
    if (mpz_sgn(fermat->rest) > 0)
        mpz_add_ui(fermat->a, fermat->a, 1);
    mpz_mul(fermat->rest, fermat->a, fermat->a);
    mpz_sub(fermat->rest, fermat->rest, fermat->root);
}

/* rest is b^2: a - b has a factor of n, unless it has all of it or none. */
static bool take(mpz_t p, struct rsa_fermat *fermat, const mpz_t n)
{
    mpz_sqrt(fermat->root, fermat->rest);
    mpz_sub(fermat->root, fermat->a, fermat->root);
    mpz_gcd(p, fermat->root, n);
    return mpz_cmp_ui(p, 1) > 0 && mpz_cmp(p, n) < 0;
}

bool rsa_fermat_run(mpz_t p, uint64_t *work, struct rsa_fermat *fermat, const mpz_t n,
                    uint64_t steps)
{
    for (*work = 0; *work < steps;) {
        ++*work;
        if (mpz_perfect_square_p(fermat->rest) && take(p, fermat, n))
            return true;
        /* (a + 1)^2 = a^2 + 2 a + 1 */
        mpz_addmul_ui(fermat->rest, fermat->a, 2);
        mpz_add_ui(fermat->rest, fermat->rest, 1);
        mpz_add_ui(fermat->a, fermat->a, 1);
    }
    return false;
}

void rsa_fermat_close(struct rsa_fermat *fermat)
{
    mpz_clears(fermat->a, fermat->rest, fermat->root, NULL);
}

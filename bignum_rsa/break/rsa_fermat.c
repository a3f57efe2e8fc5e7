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

/* --- p : q near u : v ------------------------------------------------------------------------ */

static const struct {
    unsigned long u, v;
} ratios[] = {{1, 1}, {1, 2}, {1, 3}, {2, 3}, {1, 4}, {3, 4}};
enum { RATIOS = sizeof(ratios) / sizeof(ratios[0]), SHARE = 8 };

/* For 1 : 1 a is whole, since p + q is even; for others it takes the 4. */
static void open_ratio(struct rsa_close *close, const mpz_t n)
{
    unsigned long multiplier = ratios[close->ratio].u * ratios[close->ratio].v;
    rsa_fermat_open(&close->fermat, n, multiplier == 1 ? 1 : 4 * multiplier);
    close->left = multiplier == 1 ? close->steps : close->steps / SHARE;
}

void rsa_close_open(struct rsa_close *close, const mpz_t n, uint64_t steps)
{
    close->ratio = 0;
    close->steps = steps;
    open_ratio(close, n);
}

enum rsa_progress rsa_close_run(mpz_t p, uint64_t *work, struct rsa_close *close, const mpz_t n,
                                uint64_t steps)
{
    for (*work = 0; *work < steps;) {
        uint64_t done, most = steps - *work < close->left ? steps - *work : close->left;
        bool found = rsa_fermat_run(p, &done, &close->fermat, n, most);
        *work += done;
        close->left -= done;
        if (found)
            return RSA_FOUND;
        if (close->left == 0 && close->ratio + 1 == RATIOS)
            return RSA_DONE;
        if (close->left == 0) {
            rsa_fermat_close(&close->fermat);
            close->ratio++;
            open_ratio(close, n);
        }
    }
    return RSA_MORE;
}

void rsa_close_ratio(unsigned long *u, unsigned long *v, const struct rsa_close *close)
{
    *u = ratios[close->ratio].u;
    *v = ratios[close->ratio].v;
}

void rsa_close_close(struct rsa_close *close)
{
    rsa_fermat_close(&close->fermat);
}

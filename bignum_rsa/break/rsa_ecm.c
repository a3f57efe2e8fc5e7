/*
 * Elliptic curves by GMP-ECM's library: see rsa_ecm.h. The Makefile looks for it.
 */
#include "rsa_ecm.h"

#ifdef GLASSBOX_ECM
#include <ecm.h>
#endif

/* GMP-ECM's own table (its README): how many curves find a factor of so many digits, as a rule. */
static const struct {
    unsigned digits, curves;
    uint64_t b1;
} levels[] = {{15, 25, 2000},    {20, 90, 11000},     {25, 300, 50000},
              {30, 700, 250000}, {35, 1800, 1000000}, {40, 5100, 3000000}};
enum { LEVELS = sizeof(levels) / sizeof(levels[0]) };

uint64_t rsa_ecm_b1(const struct rsa_ecm *ecm)
{
    unsigned level = ecm->level < LEVELS ? ecm->level : LEVELS - 1;
    return ecm->level == 0 && ecm->bound < levels[0].b1 ? ecm->bound : levels[level].b1;
}

unsigned rsa_ecm_digits(const struct rsa_ecm *ecm)
{
    return ecm->level == 0 || ecm->bound < levels[0].b1 ? 0 : levels[ecm->level - 1].digits;
}

#ifdef GLASSBOX_ECM
bool rsa_ecm_is_there(void)
{
    return true;
}

static bool run_curve(mpz_t p, struct rsa_ecm *ecm, const mpz_t n)
{
    enum { FIRST_SIGMA = 1000 };
    ecm_params params;
    mpz_t copy;
    ecm_init(params);
    mpz_init_set(copy, n);
    params->method = ECM_ECM;
    params->param = ECM_PARAM_SUYAMA;
    mpz_set_ui(params->sigma, FIRST_SIGMA + 10000ul * ecm->level + ecm->curve);
    bool found = ecm_factor(p, copy, (double)rsa_ecm_b1(ecm), params) > 0 && mpz_cmp_ui(p, 1) > 0 &&
                 mpz_cmp(p, n) < 0;
    mpz_clear(copy);
    ecm_clear(params);
    return found;
}

enum rsa_progress rsa_ecm_run(mpz_t p, uint64_t *work, struct rsa_ecm *ecm, const mpz_t n,
                              uint64_t curves)
{
    for (*work = 0; *work < curves; ++*work) {
        if (ecm->level == LEVELS || (ecm->level > 0 && levels[ecm->level].b1 > ecm->bound))
            return RSA_DONE;
        bool found = run_curve(p, ecm, n);
        if (++ecm->curve == levels[ecm->level].curves) {
            ecm->curve = 0;
            ecm->level++;
        }
        if (found) {
            ++*work;
            return RSA_FOUND;
        }
    }
    return RSA_MORE;
}
#else
bool rsa_ecm_is_there(void)
{
    return false;
}

enum rsa_progress rsa_ecm_run(mpz_t p, uint64_t *work, struct rsa_ecm *ecm, const mpz_t n,
                              uint64_t curves)
{
    (void)p, (void)ecm, (void)n, (void)curves;
    *work = 0;
    return RSA_DONE;
}
#endif

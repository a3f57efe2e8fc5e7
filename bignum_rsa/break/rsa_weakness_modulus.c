/*
 * Weaknesses of n that anybody sees: even, small factors, a power, close primes; and in the deep
 * part prime, short, p - 1 smooth.
 */
#include "rsa_weakness_internal.h"

#include "rsa_fermat.h"
#include "rsa_p_minus_1.h"
#include "rsa_prime.h"
#include "rsa_rho.h"

#include <string.h>

enum {
    TRIAL_LIMIT = 4096, /* of the quick part's small factors */
    FERMAT_STEPS = 64,  /* of the quick part */
    SHORT_BITS = 128,   /* what rho is tried on */
};

enum rsa_verdict weakness_even(struct rsa_weakness_finding *finding, struct judging *judging)
{
    mpz_t two;
    if (mpz_odd_p(judging->n))
        return weakness_say(finding, RSA_RESISTED, "n is odd");
    weakness_say(finding, RSA_BROKEN, "2 divides n");
    if (mpz_cmp_ui(judging->n, 2) <= 0)
        return weakness_prove(finding, "print(%#Zx%%2==0)", judging->n);
    mpz_init_set_ui(two, 2);
    weakness_factored(finding, judging, two);
    mpz_clear(two);
    return RSA_BROKEN;
}

/* The least odd prime below the limit that divides n, 0 if none does. As many primes as have a
 * product below 2^64 share one long division. */
static unsigned long small_factor(const mpz_t n, uint64_t *work)
{
    uint8_t composite[TRIAL_LIMIT / 2] = {0}; /* [i] speaks of 2 i + 1 */
    unsigned long group[32], product = 1, i = 1;
    size_t count = 0;
    for (;; i++) {
        unsigned long prime = 2 * i + 1;
        if (i < TRIAL_LIMIT / 2 && composite[i])
            continue;
        for (unsigned long j = prime * prime / 2; j < TRIAL_LIMIT / 2; j += prime)
            composite[j] = 1;
        if (i >= TRIAL_LIMIT / 2 || product > UINT64_MAX / prime) {
            unsigned long rest = mpz_fdiv_ui(n, product);
            ++*work;
            for (size_t k = 0; k < count; k++)
                if (rest % group[k] == 0 && mpz_cmp_ui(n, group[k]) > 0)
                    return group[k];
            product = 1;
            count = 0;
        }
        if (i >= TRIAL_LIMIT / 2)
            return 0;
        product *= prime;
        group[count++] = prime;
    }
}

enum rsa_verdict weakness_small_factor(struct rsa_weakness_finding *finding,
                                       struct judging *judging)
{
    mpz_t p;
    unsigned long factor = small_factor(judging->n, &judging->report->work);
    if (factor == 0)
        return weakness_say(finding, RSA_RESISTED, "no odd factor below %d", TRIAL_LIMIT);
    weakness_say(finding, RSA_BROKEN, "%lu divides n", factor);
    mpz_init_set_ui(p, factor);
    weakness_factored(finding, judging, p);
    mpz_clear(p);
    return RSA_BROKEN;
}

enum rsa_verdict weakness_power(struct rsa_weakness_finding *finding, struct judging *judging)
{
    mpz_t p;
    unsigned long exponent = 2;
    if (mpz_cmp_ui(judging->n, 1) <= 0 || !mpz_perfect_power_p(judging->n))
        return weakness_say(finding, RSA_RESISTED, "n is no power");
    mpz_init(p);
    while (!mpz_root(p, judging->n, exponent))
        exponent++;
    if (exponent == 2)
        weakness_say(finding, RSA_BROKEN, "n is the square of a number of %zu bits",
                     mpz_sizeinbase(p, 2));
    else
        weakness_say(finding, RSA_BROKEN, "n is x^%lu, and x has %zu bits", exponent,
                     mpz_sizeinbase(p, 2));
    weakness_factored(finding, judging, p);
    mpz_clear(p);
    return RSA_BROKEN;
}

static void say_close(struct rsa_weakness_finding *finding, const struct judging *judging,
                      const struct rsa_close *close, const mpz_t p)
{
    mpz_t q;
    unsigned long u, v;
    mpz_init(q);
    mpz_divexact(q, judging->n, p);
    mpz_sub(q, q, p);
    rsa_close_ratio(&u, &v, close);
    if (u == v)
        weakness_say(finding, RSA_BROKEN, "p - q has %zu of %zu bits (Fermat)",
                     mpz_sizeinbase(q, 2), mpz_sizeinbase(p, 2));
    else
        weakness_say(finding, RSA_BROKEN, "p : q is near %lu : %lu (Fermat with a multiplier)", u,
                     v);
    mpz_clear(q);
}

enum rsa_verdict weakness_close(struct rsa_weakness_finding *finding, struct judging *judging)
{
    uint64_t work, steps = judging->bound > FERMAT_STEPS ? judging->bound : FERMAT_STEPS;
    struct rsa_close close;
    mpz_t p;
    if (mpz_even_p(judging->n))
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n is even");
    mpz_init(p);
    rsa_close_open(&close, judging->n, steps);
    bool found = rsa_close_run(p, &work, &close, judging->n, UINT64_MAX) == RSA_FOUND;
    judging->report->work += work;
    if (found) {
        say_close(finding, judging, &close, p);
        weakness_factored(finding, judging, p);
    } else {
        weakness_say(finding, RSA_RESISTED, "%lu step%s of Fermat's method", (unsigned long)work,
                     work == 1 ? "" : "s");
    }
    rsa_close_close(&close);
    mpz_clear(p);
    return found ? RSA_BROKEN : RSA_RESISTED;
}

/* Fermat's test with base 2, the whole cost of an n that is not prime; then the better one. */
static bool is_prime(const mpz_t n)
{
    mpz_t power, exponent;
    mpz_init_set_ui(power, 2);
    mpz_init(exponent);
    mpz_sub_ui(exponent, n, 1);
    bool passed = mpz_cmp_ui(n, 2) <= 0;
    if (!passed) {
        mpz_powm(power, power, exponent, n);
        passed = mpz_cmp_ui(power, 1) == 0;
    }
    mpz_clears(power, exponent, NULL);
    return passed && rsa_baillie_psw(n);
}

enum rsa_verdict weakness_prime(struct rsa_weakness_finding *finding, struct judging *judging)
{
    mpz_t phi, common;
    bool split = mpz_sgn(judging->report->factor) > 0 ||
                 (judging->p && mpz_cmp_ui(judging->p, 1) > 0 &&
                  mpz_cmp(judging->p, judging->n) < 0 && mpz_divisible_p(judging->n, judging->p));
    if (split || !is_prime(judging->n))
        return weakness_say(finding, RSA_RESISTED, "n is composite");
    mpz_inits(phi, common, NULL);
    mpz_sub_ui(phi, judging->n, 1);
    if (judging->e)
        mpz_gcd(common, phi, judging->e);
    weakness_say(finding, RSA_BROKEN, "phi(n) = n - 1: anybody computes d");
    if (mpz_cmp_ui(common, 1) == 0)
        weakness_prove(finding, "n=%#Zx;e=%#Zx;print(pow(pow(2,e,n),pow(e,-1,n-1),n)==2%%n)",
                       judging->n, judging->e);
    else
        weakness_prove(finding, "n=%#Zx;print(pow(2,n-1,n)==1)", judging->n);
    mpz_clears(phi, common, NULL);
    return RSA_BROKEN;
}

enum rsa_verdict weakness_short(struct rsa_weakness_finding *finding, struct judging *judging)
{
    enum { MOST_STEPS = 1 << 20 }; /* enough below WEAKNESS_SMALL_BITS: n^(1/4) is below 2^16 */
    uint64_t steps = judging->bound < MOST_STEPS && judging->bits >= WEAKNESS_SMALL_BITS
                         ? judging->bound
                         : MOST_STEPS;
    struct rsa_rho rho;
    uint64_t work;
    mpz_t p;
    if (judging->bits > SHORT_BITS)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n has more than %d bits", SHORT_BITS);
    if (mpz_cmp_ui(judging->n, 3) <= 0 || rsa_baillie_psw(judging->n))
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n is prime");
    mpz_init(p);
    rsa_rho_open(&rho);
    bool found = rsa_rho_run(p, &work, &rho, judging->n, steps);
    judging->report->work += work;
    if (found) {
        weakness_say(finding, RSA_BROKEN, "n has %zu bits: %lu step%s of Pollard's rho",
                     judging->bits, (unsigned long)work, work == 1 ? "" : "s");
        weakness_factored(finding, judging, p);
    } else {
        weakness_say(finding, RSA_RESISTED, "%lu step%s of Pollard's rho", (unsigned long)work,
                     work == 1 ? "" : "s");
    }
    rsa_rho_close(&rho);
    mpz_clear(p);
    return found ? RSA_BROKEN : RSA_RESISTED;
}

enum rsa_verdict weakness_smooth(struct rsa_weakness_finding *finding, struct judging *judging)
{
    unsigned long bound = judging->bound;
    uint64_t work;
    mpz_t p;
    struct rsa_p_minus_1 *state = rsa_p_minus_1_new(judging->n, bound,
                                                    RSA_P_MINUS_1_SECOND * bound);
    if (!state)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "no memory");
    mpz_init(p);
    enum rsa_progress progress = rsa_p_minus_1_run(p, &work, state, UINT64_MAX);
    judging->report->work += work;
    if (progress == RSA_FOUND) {
        weakness_say(finding, RSA_BROKEN, "p - 1 has primes up to %lu, and maybe one up to %lu",
                     bound, RSA_P_MINUS_1_SECOND * bound);
        weakness_factored(finding, judging, p);
    } else {
        weakness_say(finding, RSA_RESISTED, "p - 1 with primes to %lu, one to %lu", bound,
                     RSA_P_MINUS_1_SECOND * bound);
    }
    rsa_p_minus_1_free(state);
    mpz_clear(p);
    return progress == RSA_FOUND ? RSA_BROKEN : RSA_RESISTED;
}

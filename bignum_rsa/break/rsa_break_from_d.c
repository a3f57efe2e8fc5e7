/*
 * p and q from d: see rsa_key_breaks.h. The same way as rsa_key_recover.c, told step by step.
 *
 * G. Miller, "Riemann's hypothesis and tests for primality" (1976); RSA's own paper has it in section
 * IX.C; NIST SP 800-56B Rev. 2, appendix C.1.
 */
#include "rsa_key_breaks.h"

struct work {
    mpz_t r, g, x, square, minus_1;
    mp_bitcnt_t t;
};

/* e d - 1 = 2^t r with an odd r; false: d does not undo e, as g^(e d) = g shows for g = 2, 3. */
static bool split(struct work *work, const mpz_t n, const mpz_t e, const mpz_t d)
{
    bool undoes = true;
    mpz_mul(work->r, e, d);
    for (unsigned long g = 2; g <= 3; g++) {
        mpz_set_ui(work->g, g);
        mpz_powm(work->x, work->g, work->r, n);
        mpz_mod(work->g, work->g, n);
        undoes = undoes && mpz_cmp(work->x, work->g) == 0;
    }
    mpz_sub_ui(work->r, work->r, 1);
    if (!undoes || mpz_sgn(work->r) <= 0)
        return false;
    work->t = mpz_scan1(work->r, 0);
    mpz_tdiv_q_2exp(work->r, work->r, work->t);
    return true;
}

/* Whether x, on the way from g^r to 1, is a root of 1 that is neither 1 nor -1. */
static bool find_root(struct work *work, const mpz_t n)
{
    mpz_powm(work->x, work->g, work->r, n);
    for (mp_bitcnt_t i = 0; i < work->t && mpz_cmp_ui(work->x, 1) != 0; i++) {
        mpz_mul(work->square, work->x, work->x);
        mpz_mod(work->square, work->square, n);
        if (mpz_cmp_ui(work->square, 1) == 0)
            return mpz_cmp(work->x, work->minus_1) != 0;
        mpz_swap(work->x, work->square);
    }
    return false;
}

/* Tries g until one helps: then x is such a root, or, where g itself has a divisor of n, g + 1. */
static bool search(struct work *work, struct rsa_finding *finding, const mpz_t n,
                   const struct rsa_listener *listener)
{
    mpz_set_ui(work->g, 1);
    while (finding->work < RSA_FROM_D_TRIES) {
        mpz_nextprime(work->g, work->g);
        if (mpz_cmp(work->g, n) >= 0)
            return false;
        finding->work++;
        if (mpz_divisible_p(n, work->g)) {
            mpz_add_ui(work->x, work->g, 1);
            return true;
        }
        if (find_root(work, n)) {
            rsa_break_tell(listener, "g", "squared on and on from g^r, it passes an odd root of 1",
                           NULL, work->g);
            rsa_break_tell(listener, "x", "x^2 = 1 mod n, and x is neither 1 nor -1", NULL,
                           work->x);
            return true;
        }
        rsa_break_tell(listener, "g", "this one comes to 1 by way of -1, or is 1 at once", NULL,
                       work->g);
    }
    return false;
}

static void found(struct rsa_finding *finding, struct work *work, const mpz_t n,
                  const struct rsa_listener *listener)
{
    mpz_t p, q;
    mpz_inits(p, q, NULL);
    mpz_sub_ui(p, work->x, 1);
    mpz_gcd(p, p, n);
    mpz_divexact(q, n, p);
    if (mpz_cmp(p, q) < 0)
        mpz_swap(p, q);
    rsa_break_tell(listener, "p", "the larger of gcd(x - 1, n) and n divided by it",
                   "SP 800-56B C.1", p);
    rsa_break_tell(listener, "q", "and the smaller", NULL, q);
    rsa_finding_add(finding, "n", n);
    rsa_finding_add(finding, "p", p);
    rsa_finding_add(finding, "q", q);
    finding->proof = "1 < p < n and p * q == n";
    rsa_finding_say(finding, RSA_BROKEN, "whoever has d has p and q");
    mpz_clears(p, q, NULL);
}

void rsa_break_from_d(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t d,
                      const struct rsa_listener *listener)
{
    struct work work;
    finding->unit = "bases";
    if (!rsa_break_takes(finding, n, e))
        return;
    mpz_inits(work.r, work.g, work.x, work.square, work.minus_1, NULL);
    mpz_sub_ui(work.minus_1, n, 1);
    if (!split(&work, n, e, d)) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "d does not undo e under this n");
    } else {
        rsa_break_tell(listener, "r", "e d - 1, halved until it is odd", NULL, work.r);
        if (search(&work, finding, n, listener))
            found(finding, &work, n, listener);
        else
            rsa_finding_say(finding, RSA_RESISTED,
                            "none of %llu numbers g helped: is n a prime power?",
                            (unsigned long long)finding->work);
    }
    mpz_clears(work.r, work.g, work.x, work.square, work.minus_1, NULL);
}

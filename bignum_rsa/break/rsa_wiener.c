/*
 * Wiener's attack: see rsa_wiener.h.
 */
#include "rsa_wiener.h"

#include "rsa_break.h"

struct wiener {
    mpz_t above, below;             /* what is left of the fraction: above / below */
    mpz_t quotient, rest;           /* one step of Euclid */
    mpz_t k, d, k_before, d_before; /* the convergent, and the one before it */
    mpz_t phi, sum, t;
};

static void wiener_open(struct wiener *w, const mpz_t n, const mpz_t e)
{
    mpz_inits(w->above, w->below, w->quotient, w->rest, w->k, w->d, w->k_before, w->d_before,
              w->phi, w->sum, w->t, NULL);
    mpz_set(w->above, e);
    mpz_set(w->below, n);
    mpz_set_ui(w->k, 1);
    mpz_set_ui(w->d_before, 1);
}

static void wiener_close(struct wiener *w)
{
    mpz_clears(w->above, w->below, w->quotient, w->rest, w->k, w->d, w->k_before, w->d_before,
               w->phi, w->sum, w->t, NULL);
}

/* new = quotient * last + the one before, for one half of the convergent. */
static void step_half(mpz_t last, mpz_t before, const mpz_t quotient)
{
    mpz_addmul(before, last, quotient);
    mpz_swap(last, before);
}

/* The next convergent; false after the last. */
static bool next(struct wiener *w)
{
    if (mpz_sgn(w->below) == 0)
        return false;
    mpz_fdiv_qr(w->quotient, w->rest, w->above, w->below);
    mpz_swap(w->above, w->below);
    mpz_swap(w->below, w->rest);
    step_half(w->k, w->k_before, w->quotient);
    step_half(w->d, w->d_before, w->quotient);
    return true;
}

/* e D = K phi + g with 1 <= g <= K (g is 1, or gcd(p-1, q-1) if d was made modulo lambda). Then
 * p + q = n + 1 - phi, and p and q are the roots of x^2 - (p + q) x + n. */
static bool guess(mpz_t p, struct wiener *w, const mpz_t n, const mpz_t e)
{
    if (mpz_sgn(w->k) == 0)
        return false;
    mpz_mul(w->t, e, w->d);
    mpz_sub_ui(w->t, w->t, 1);
    mpz_fdiv_q(w->phi, w->t, w->k);
    mpz_sub(w->sum, n, w->phi);
    mpz_add_ui(w->sum, w->sum, 1);
    if (mpz_sgn(w->sum) <= 0)
        return false;
    mpz_mul(w->t, w->sum, w->sum);
    mpz_submul_ui(w->t, n, 4);
    if (!mpz_perfect_square_p(w->t))
        return false;
    mpz_sqrt(w->t, w->t);
    mpz_sub(p, w->sum, w->t);
    mpz_fdiv_q_2exp(p, p, 1);
    return mpz_cmp_ui(p, 1) > 0 && mpz_cmp(p, n) < 0 && mpz_divisible_p(n, p);
}

static void tell(const struct rsa_listener *listener, const struct wiener *w)
{
    if (!listener)
        return;
    rsa_break_tell(listener, "K", "above in a convergent of e / n", NULL, w->k);
    rsa_break_tell(listener, "D", "below in it: the guess of d", NULL, w->d);
}

/* d itself: D was d g. */
static void take_d(mpz_t d, struct wiener *w, const mpz_t e)
{
    mpz_mul(w->t, e, w->d);
    mpz_submul(w->t, w->k, w->phi);
    mpz_divexact(d, w->d, w->t);
}

bool rsa_wiener(mpz_t p, mpz_t d, uint64_t *work, const mpz_t n, const mpz_t e,
                const struct rsa_listener *listener)
{
    struct wiener w;
    bool found = false;
    *work = 0;
    wiener_open(&w, n, e);
    while (!found && 2 * mpz_sizeinbase(w.d, 2) <= mpz_sizeinbase(n, 2) + 1 && next(&w)) {
        ++*work;
        tell(listener, &w);
        found = guess(p, &w, n, e);
    }
    if (found)
        take_d(d, &w, e);
    wiener_close(&w);
    return found;
}

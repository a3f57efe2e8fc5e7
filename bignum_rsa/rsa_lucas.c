/*
 * The Lucas test, and Baillie-PSW: a cheap test that no known composite passes.
 *
 * Miller-Rabin looks at powers of a base, whose order divides w - 1 if w is prime. This test looks
 * at powers of an x for which it divides w + 1. Both at once are hard to fool: no composite below
 * 2^64 passes, and nobody has shown one above. It may exist: what an enemy may have made is for
 * the random bases of rsa_miller_rabin.
 *
 * x is a root of X^2 - P X + 1. The other root is 1/x, and P = x + 1/x. If P^2 - 4 is no square
 * modulo a prime w, then x lies in the field of w^2 elements, x^w is 1/x, and x^(w+1) = 1. We
 * reckon with V_k = x^k + x^-k, which are whole numbers:
 *
 *     V_0 = 2,   V_1 = P,   V_2k = V_k^2 - 2,   V_2k+1 = V_k V_k+1 - P
 *
 * Sources: Baillie, Wagstaff, Lucas Pseudoprimes (1980); Pomerance, Selfridge, Wagstaff (1980);
 * Grantham, Frobenius Pseudoprimes (2001), whose "extra strong" test this is. FIPS 186-5 B.3.3 has
 * the plain one, with two sequences where this needs one.
 */
#include "rsa_prime.h"

#include "rsa_memory.h"
#include "rsa_montgomery.h"

/* The first P from 3 on with (P^2 - 4 | w) = -1. 0 if a divisor of w turned up on the way. w is no
 * square, or there would be none: as it is, every second P fits. */
static unsigned long choose_parameter(const mpz_t w)
{
    for (unsigned long P = 3;; P++) {
        unsigned long discriminant = P * P - 4;
        int symbol = mpz_ui_kronecker(discriminant, w);
        if (symbol < 0)
            return P;
        /* A common divisor; a tiny w may be that divisor itself. */
        if (symbol == 0 && (mpz_cmp_ui(w, discriminant) > 0 || discriminant % mpz_get_ui(w) != 0))
            return 0;
    }
}

/* out becomes V_k and V_k+1, by the bits of k from the left: a ladder with both feet on
 * neighbouring rungs. */
static void climb(mpz_t out[2], unsigned long P, const mpz_t k, const mpz_t w)
{
    struct rsa_montgomery m;
    rsa_montgomery_open(&m, w, 4);
    const mp_limb_t *two = rsa_montgomery_number(&m, 2), *p = rsa_montgomery_number(&m, P);
    mp_limb_t *v[2] = {rsa_montgomery_number(&m, 2), rsa_montgomery_number(&m, P)};
    for (size_t i = mpz_sizeinbase(k, 2); i-- > 0;) {
        int bit = mpz_tstbit(k, i);
        rsa_montgomery_multiply(&m, v[!bit], v[0], v[1]);
        rsa_montgomery_subtract(&m, v[!bit], p);
        rsa_montgomery_multiply(&m, v[bit], v[bit], v[bit]);
        rsa_montgomery_subtract(&m, v[bit], two);
    }
    rsa_montgomery_read(out[0], &m, v[0]);
    rsa_montgomery_read(out[1], &m, v[1]);
    rsa_montgomery_close(&m);
}

/* x^k = 1 shows as V_k = 2 and V_k+1 = P; x^k = -1 as both negated. t is scratch. */
static bool is_one_or_minus_one(mpz_t t, mpz_t v[2], unsigned long P, const mpz_t w)
{
    if (mpz_cmp_ui(v[0], 2) == 0 && mpz_cmp_ui(v[1], P) == 0)
        return true;
    mpz_add_ui(t, v[0], 2);
    if (mpz_cmp(t, w) != 0)
        return false;
    mpz_add_ui(t, v[1], P);
    return mpz_divisible_p(t, w);
}

/* w + 1 = 2^power odd: x^odd is 1 or -1, or one of its squares is -1, as in Miller-Rabin. */
static bool passes(const mpz_t w, unsigned long P)
{
    mpz_t odd, t, v[2];
    mpz_init(odd);
    mpz_init(t);
    for (int i = 0; i < 2; i++)
        mpz_init2(v[i], 2 * mpz_sizeinbase(w, 2) + GMP_NUMB_BITS); /* room for products */
    mpz_add_ui(odd, w, 1);
    mp_bitcnt_t power = mpz_scan1(odd, 0);
    mpz_tdiv_q_2exp(odd, odd, power);
    climb(v, P, odd, w);
    bool good = is_one_or_minus_one(t, v, P, w);
    for (mp_bitcnt_t i = 1; i < power && !good; i++) {
        good = mpz_sgn(v[0]) == 0; /* x^k + x^-k = 0, so x^2k = -1 */
        mpz_mul(v[0], v[0], v[0]);
        mpz_sub_ui(v[0], v[0], 2);
        mpz_mod(v[0], v[0], w);
    }
    rsa_mpz_wipe(odd);
    rsa_mpz_wipe(t);
    rsa_mpz_wipe(v[0]);
    rsa_mpz_wipe(v[1]);
    return good;
}

bool rsa_lucas(const mpz_t w)
{
    if (mpz_cmp_ui(w, 3) < 0 || mpz_even_p(w))
        return mpz_cmp_ui(w, 2) == 0;
    if (mpz_perfect_square_p(w))
        return false;
    unsigned long P = choose_parameter(w);
    return P != 0 && passes(w, P);
}

bool rsa_baillie_psw(const mpz_t w)
{
    mpz_t two;
    mpz_init_set_ui(two, 2);
    bool prime = rsa_miller_rabin_base(w, two) && rsa_lucas(w);
    mpz_clear(two);
    rsa_scrub_stack(mpz_sizeinbase(w, 2));
    return prime;
}

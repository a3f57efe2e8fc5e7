/*
 * The primes of a key of which only n, e and d are known: whoever has d can factor n.
 *
 * NIST SP 800-56B Rev. 2, appendix C.1. e d - 1 is a multiple of lambda(n), so that for any g that
 * shares no factor with n
 *
 *     g^(e d - 1) = 1 mod n.
 *
 * Write e d - 1 = 2^t r with an odd r, and square from g^r on, t times: somewhere on the way the
 * value becomes 1. The one before, x, is a square root of 1. Modulo a prime there are two such
 * roots, 1 and -1. Modulo p q there are four, and of the other two each is 1 modulo one prime and
 * -1 modulo the other; so gcd(x - 1, n) is a prime. At least half of all g lead to such an x.
 *
 * By hand, with n = 33, e = 3, d = 7: e d - 1 = 20 = 2^2 5, and 2^5 = 32 = -1, no good; 5^5 = 23,
 * 23^2 = 1, and gcd(23 - 1, 33) = 11.
 */
#include "rsa_key_internal.h"

#include "rsa_memory.h"

/* Half of all keys need more than one g; one in 2^64 more than these. */
enum { TRIES = 64 };

enum verdict { FOUND, NEXT, D_IS_WRONG };

/* Squares x = g^r up to 1. FOUND: x is a root of 1 that is neither 1 nor -1. */
static enum verdict find_root(mpz_t x, const mpz_t n, const mpz_t minus_1, mp_bitcnt_t t)
{
    enum verdict verdict = D_IS_WRONG;
    mpz_t square;
    if (mpz_cmp_ui(x, 1) == 0)
        return NEXT;
    mpz_init(square);
    for (mp_bitcnt_t i = 0; i < t && verdict == D_IS_WRONG; i++) {
        mpz_mul(square, x, x);
        mpz_mod(square, square, n);
        if (mpz_cmp_ui(square, 1) == 0)
            verdict = mpz_cmp(x, minus_1) == 0 ? NEXT : FOUND;
        else
            mpz_swap(x, square);
    }
    rsa_mpz_wipe(square);
    return verdict;
}

/* Tries one g; leaves a factor of n in p. */
static enum verdict try_base(mpz_t p, unsigned long g, const mpz_t n, const mpz_t r, mp_bitcnt_t t)
{
    enum verdict verdict = FOUND;
    mpz_t minus_1;
    if (mpz_gcd_ui(p, n, g) != 1)
        return NEXT; /* g is no unit; in a real key p and q are out of reach of so small a g */
    mpz_init(minus_1);
    mpz_sub_ui(minus_1, n, 1);
    mpz_set_ui(p, g);
    mpz_powm(p, p, r, n);
    verdict = find_root(p, n, minus_1, t);
    if (verdict == FOUND) {
        mpz_sub_ui(p, p, 1);
        mpz_gcd(p, p, n);
    }
    mpz_clear(minus_1);
    return verdict;
}

enum rsa_error rsa_key_recover_primes(struct rsa_key *key)
{
    mpz_t *number = key->number;
    enum verdict verdict = NEXT;
    mpz_t r;
    mpz_init(r);
    mpz_mul(r, number[RSA_E], number[RSA_D]);
    mpz_sub_ui(r, r, 1);
    mp_bitcnt_t t = mpz_sgn(r) > 0 ? mpz_scan1(r, 0) : 0;
    mpz_tdiv_q_2exp(r, r, t);
    for (unsigned long g = 2; t > 0 && verdict == NEXT && g < 2 + TRIES; g++) {
        verdict = mpz_cmp_ui(number[RSA_N], g) > 0 ? try_base(number[RSA_P], g, number[RSA_N], r, t)
                                                   : D_IS_WRONG;
    }
    rsa_mpz_wipe(r);
    if (verdict != FOUND)
        return RSA_ERR_PRIVATE;
    mpz_divexact(number[RSA_Q], number[RSA_N], number[RSA_P]);
    if (mpz_cmp(number[RSA_P], number[RSA_Q]) < 0)
        mpz_swap(number[RSA_P], number[RSA_Q]); /* the larger first, as most programs have it */
    return RSA_OK;
}

/*
 * One wrong half: see rsa_key_breaks.h.
 *
 * D. Boneh, R. DeMillo, R. Lipton, "On the importance of checking cryptographic protocols for faults"
 * (EUROCRYPT 1997); the form with the message alone is A. Lenstra's. By hand, with n = 61 53, e = 17
 * and m = 65: 65^413 is 588, which is 39 modulo 61 and 5 modulo 53. With 38 in the place of 39 the
 * halves join to 1807, and gcd(1807^17 - 65, 3233) is 53.
 */
#include "rsa_key_breaks.h"

/* A proper divisor of n in `difference`, or what it says that there is none. */
static void judge(struct rsa_finding *finding, const mpz_t n, const mpz_t difference,
                  const struct rsa_listener *listener)
{
    mpz_t p, q;
    mpz_inits(p, q, NULL);
    finding->work = 1;
    mpz_gcd(p, difference, n);
    rsa_break_tell(listener, "g", "the greatest common divisor of that and n", NULL, p);
    if (mpz_cmp(p, n) == 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "there is no fault: the signature is right");
    } else if (mpz_cmp_ui(p, 1) == 0) {
        rsa_finding_say(finding, RSA_RESISTED,
                        "both halves are wrong, or it was not made by halves, or m is another one");
    } else {
        mpz_divexact(q, n, p);
        rsa_break_tell(listener, "p", "the prime whose half was right", NULL, p);
        rsa_break_tell(listener, "q", "n / p: the one whose half was wrong", NULL, q);
        rsa_finding_add(finding, "n", n);
        rsa_finding_add(finding, "p", p);
        rsa_finding_add(finding, "q", q);
        finding->proof = "1 < p < n and p * q == n";
        rsa_finding_say(finding, RSA_BROKEN, "one wrong half gives p and q, and with them d");
    }
    mpz_clears(p, q, NULL);
}

void rsa_break_fault(struct rsa_finding *finding, const mpz_t n, const mpz_t e, const mpz_t m,
                     const mpz_t bad, const struct rsa_listener *listener)
{
    mpz_t power;
    finding->unit = "greatest common divisors";
    if (!rsa_break_takes(finding, n, e))
        return;
    mpz_init(power);
    mpz_powm(power, bad, e, n);
    rsa_break_tell(listener, "s^e", "mod n: it should be m", NULL, power);
    mpz_sub(power, power, m);
    mpz_mod(power, power, n);
    rsa_break_tell(listener, "s^e - m", "mod n: a multiple of the one prime, not of the other",
                   NULL, power);
    judge(finding, n, power, listener);
    mpz_clear(power);
}

void rsa_break_fault_pair(struct rsa_finding *finding, const mpz_t n, const mpz_t good,
                          const mpz_t bad, const struct rsa_listener *listener)
{
    mpz_t difference;
    finding->unit = "greatest common divisors";
    if (mpz_cmp_ui(n, 2) < 0) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "n is below 2");
        return;
    }
    mpz_init(difference);
    mpz_sub(difference, good, bad);
    mpz_mod(difference, difference, n);
    rsa_break_tell(listener, "s - s'", "mod n: a multiple of the one prime, not of the other", NULL,
                   difference);
    judge(finding, n, difference, listener);
    mpz_clear(difference);
}

/* --- the exhibit ------------------------------------------------------------------------------- */

static void half(mpz_t out, const mpz_t m, const mpz_t d, const mpz_t prime)
{
    mpz_t exponent;
    mpz_init(exponent);
    mpz_sub_ui(exponent, prime, 1);
    mpz_mod(exponent, d, exponent);
    mpz_powm(out, m, exponent, prime);
    mpz_clear(exponent);
}

void rsa_unchecked_power(mpz_t s, const mpz_t m, const mpz_t d, const mpz_t p, const mpz_t q,
                         const struct rsa_glitch *glitch)
{
    mpz_t m1, m2, h;
    mpz_inits(m1, m2, h, NULL);
    /* RFC 8017 5.1.2 step 2.b: m_1, m_2, */
    half(m1, m, d, p);
    half(m2, m, d, q);
    if (glitch)
        mpz_combit(glitch->in_q ? m2 : m1, glitch->bit);
    /* h = (m_1 - m_2) qInv mod p, m = m_2 + q h */
    mpz_invert(h, q, p);
    mpz_sub(m1, m1, m2);
    mpz_mul(h, h, m1);
    mpz_mod(h, h, p);
    mpz_set(s, m2);
    mpz_addmul(s, q, h);
    mpz_clears(m1, m2, h, NULL);
}

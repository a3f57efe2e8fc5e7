/*
 * One n, two e: see rsa_message_breaks.h.
 *
 * G. Simmons, "A weak privacy protocol using the RSA crypto algorithm" (Cryptologia 7:2, 1983). By
 * hand, with n = 3233, e1 = 17, e2 = 7 and m = 65: c1 = 2790 and c2 = 1317; 17 (-2) + 7 (5) = 1, so m
 * is the inverse of 2790 squared, times 1317 to the fifth.
 */
#include "rsa_message_breaks.h"

struct work {
    mpz_t gcd, x, y;     /* gcd = x e1 + y e2 */
    mpz_t first, second; /* c1^x, c2^y */
    mpz_t m;
};

/* A ciphertext with a divisor of n: it is zero, or it gives n away. */
static bool shares_a_factor(struct rsa_finding *finding, const mpz_t n, const mpz_t c)
{
    mpz_t p;
    mpz_init(p);
    mpz_gcd(p, n, c);
    bool shares = mpz_cmp_ui(p, 1) != 0 && mpz_cmp(p, n) != 0;
    if (shares) {
        rsa_finding_add(finding, "n", n);
        rsa_finding_add(finding, "p", p);
        finding->proof = "1 < p < n and n % p == 0";
        rsa_finding_say(finding, RSA_BROKEN, "a ciphertext has the factor p in common with n");
    }
    mpz_clear(p);
    return shares;
}

static bool takes(struct rsa_finding *finding, const mpz_t n, const struct rsa_raised sent[2])
{
    for (int i = 0; i < 2; i++) {
        if (!rsa_break_takes(finding, n, sent[i].e) || shares_a_factor(finding, n, sent[i].c))
            return false;
        if (mpz_cmp(sent[i].c, n) >= 0 || mpz_sgn(sent[i].c) == 0) {
            rsa_finding_say(finding, RSA_NOT_APPLICABLE, "c%d is not from 1 to n - 1", i + 1);
            return false;
        }
    }
    return true;
}

static void tell_exponent(const struct rsa_listener *listener, const char *plus, const char *minus,
                          const char *what, const mpz_t exponent)
{
    rsa_break_tell(listener, mpz_sgn(exponent) < 0 ? minus : plus, what, NULL, exponent);
}

/* Whether both ciphertexts are this m. */
static bool is_message(const struct work *work, const mpz_t n, const struct rsa_raised sent[2])
{
    mpz_t c;
    mpz_init(c);
    mpz_powm(c, work->m, sent[0].e, n);
    bool is = mpz_cmp(c, sent[0].c) == 0;
    mpz_powm(c, work->m, sent[1].e, n);
    is = is && mpz_cmp(c, sent[1].c) == 0;
    mpz_clear(c);
    return is;
}

static void judge(struct rsa_finding *finding, struct work *work, const mpz_t n,
                  const struct rsa_raised sent[2], const struct rsa_listener *listener)
{
    bool coprime = mpz_cmp_ui(work->gcd, 1) == 0;
    bool root = !coprime && mpz_fits_ulong_p(work->gcd) &&
                mpz_root(work->m, work->m, mpz_get_ui(work->gcd));
    if ((coprime || root) && is_message(work, n, sent)) {
        if (root)
            rsa_break_tell(listener, "m", "its root", NULL, work->m);
        rsa_finding_add(finding, "n", n);
        rsa_finding_add(finding, "e1", sent[0].e);
        rsa_finding_add(finding, "c1", sent[0].c);
        rsa_finding_add(finding, "e2", sent[1].e);
        rsa_finding_add(finding, "c2", sent[1].c);
        rsa_finding_add(finding, "m", work->m);
        finding->proof = "pow(m, e1, n) == c1 and pow(m, e2, n) == c2";
        rsa_finding_say(finding, RSA_BROKEN,
                        root ? "m is a root of c1^x c2^y" : "m is c1^x c2^y mod n");
    } else if (coprime || root) {
        rsa_finding_say(finding, RSA_NOT_APPLICABLE, "c1 and c2 are not the same message");
    } else {
        gmp_snprintf(finding->text, sizeof(finding->text),
                     "e1 and e2 share the factor %Zd, and the power of m that comes out is above n",
                     work->gcd);
        finding->verdict = RSA_NOT_APPLICABLE;
    }
}

void rsa_break_common_modulus(struct rsa_finding *finding, const mpz_t n,
                              const struct rsa_raised sent[2], const struct rsa_listener *listener)
{
    struct work work;
    finding->unit = "powers";
    if (!takes(finding, n, sent))
        return;
    mpz_inits(work.gcd, work.x, work.y, work.first, work.second, work.m, NULL);
    mpz_gcdext(work.gcd, work.x, work.y, sent[0].e, sent[1].e);
    rsa_break_tell(listener, "g", "the greatest common divisor of e1 and e2, g = x e1 + y e2", NULL,
                   work.gcd);
    tell_exponent(listener, "x", "-x", "of the extended Euclid; a minus sign stands for an inverse",
                  work.x);
    tell_exponent(listener, "y", "-y", "likewise", work.y);
    mpz_powm(work.first, sent[0].c, work.x, n); /* c1 and c2 have inverses */
    mpz_powm(work.second, sent[1].c, work.y, n);
    finding->work = 2;
    rsa_break_tell(listener, "c1^x", "mod n", NULL, work.first);
    rsa_break_tell(listener, "c2^y", "likewise", NULL, work.second);
    mpz_mul(work.m, work.first, work.second);
    mpz_mod(work.m, work.m, n);
    rsa_break_tell(listener, "m^g", "their product: m^(x e1 + y e2)", NULL, work.m);
    judge(finding, &work, n, sent, listener);
    mpz_clears(work.gcd, work.x, work.y, work.first, work.second, work.m, NULL);
}

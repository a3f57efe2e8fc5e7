/*
 * Weaknesses of e, and of the d behind it.
 */
#include "rsa_weakness_internal.h"

#include "rsa_wiener.h"

/* FIPS 186-5 A.1.1: 2^16 < e < 2^256. */
enum { MOST_BITS_OF_E = 256 };

static enum rsa_verdict say_size(struct rsa_weakness_finding *finding,
                                 const struct judging *judging)
{
    size_t bits = mpz_sizeinbase(judging->e, 2);
    return weakness_say(finding, RSA_RESISTED, "e has %zu bit%s", bits, bits == 1 ? "" : "s");
}

enum rsa_verdict weakness_e_one(struct rsa_weakness_finding *finding, struct judging *judging)
{
    if (mpz_cmp_ui(judging->e, 1) != 0)
        return say_size(finding, judging);
    weakness_say(finding, RSA_BROKEN, "m^1 = m: nothing is encrypted");
    return weakness_prove(finding, "n=%#Zx;print(all(pow(m,1,n)==m%%n for m in range(9)))",
                          judging->n);
}

enum rsa_verdict weakness_e_even(struct rsa_weakness_finding *finding, struct judging *judging)
{
    if (mpz_odd_p(judging->e))
        return weakness_say(finding, RSA_RESISTED, "e is odd");
    weakness_say(finding, RSA_BROKEN, "m and -m have one ciphertext: no d gives m back");
    return weakness_prove(finding, "n=%#Zx;e=%#Zx;print(pow(2,e,n)==pow(n-2,e,n))", judging->n,
                          judging->e);
}

enum rsa_verdict weakness_e_huge(struct rsa_weakness_finding *finding, struct judging *judging)
{
    if (mpz_cmp(judging->e, judging->n) >= 0)
        weakness_say(finding, RSA_BROKEN, "e is not below n (RFC 8017 3.1)");
    else if (mpz_sizeinbase(judging->e, 2) > MOST_BITS_OF_E)
        weakness_say(finding, RSA_BROKEN, "e has %zu bits; FIPS 186-5 has at most %d",
                     mpz_sizeinbase(judging->e, 2), MOST_BITS_OF_E);
    else
        return say_size(finding, judging);
    return weakness_prove(finding, "n=%#Zx;e=%#Zx;print(e>=n or e>2**%d)", judging->n, judging->e,
                          MOST_BITS_OF_E);
}

enum rsa_verdict weakness_small_d(struct rsa_weakness_finding *finding, struct judging *judging)
{
    mpz_t p, d;
    uint64_t work;
    enum rsa_verdict verdict = RSA_RESISTED;
    mpz_inits(p, d, NULL);
    bool found = rsa_wiener(p, d, &work, judging->n, judging->e, NULL);
    judging->report->work += work;
    if (found) {
        size_t bits = mpz_sizeinbase(d, 2);
        verdict = weakness_say(finding, RSA_BROKEN, "d has %zu bit%s, found in %lu convergent%s",
                               bits, bits == 1 ? "" : "s", (unsigned long)work,
                               work == 1 ? "" : "s");
        weakness_factored(finding, judging, p);
    } else {
        weakness_say(finding, verdict, "d up to n^0.25 / 3: none in %lu convergent%s",
                     (unsigned long)work, work == 1 ? "" : "s");
    }
    mpz_clears(p, d, NULL);
    return verdict;
}

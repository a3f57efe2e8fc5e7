/*
 * Weaknesses that show in the private half.
 */
#include "rsa_weakness_internal.h"

#include "rsa_memory.h"
#include "rsa_prime.h"

enum { REAL_BITS = 512, SMOOTH_LIMIT = 4096, SMOOTH_REST = 48, LEAST_PRIME = 128 };

static enum rsa_verdict no_primes(struct rsa_weakness_finding *finding)
{
    return weakness_say(finding, RSA_NOT_APPLICABLE, "p and q are not there");
}

/* A base under which x is no strong pseudoprime, for a proof. */
static enum rsa_verdict prove_composite(struct rsa_weakness_finding *finding, const mpz_t x)
{
    mpz_t base;
    enum { MOST = 1 << 16 };
    unsigned long witness = 2;
    mpz_init_set_ui(base, witness);
    while (witness < MOST && rsa_miller_rabin_base(x, base))
        mpz_set_ui(base, ++witness);
    weakness_say(finding, RSA_BROKEN, "base %lu of Miller-Rabin shows it", witness);
    weakness_prove(finding,
                   "p=%#Zx;s=p-1;t=(s&-s).bit_length()-1;x=pow(%lu,s>>t,p);"
                   "print(x!=1 and all(pow(x,2**i,p)!=s for i in range(t)))",
                   x, witness);
    mpz_clear(base);
    return RSA_BROKEN;
}

enum rsa_verdict weakness_composite(struct rsa_weakness_finding *finding, struct judging *judging)
{
    if (!judging->p || !judging->q)
        return no_primes(finding);
    mpz_srcptr primes[] = {judging->p, judging->q};
    for (int i = 0; i < 2; i++)
        if (!rsa_baillie_psw(primes[i]))
            return prove_composite(finding, primes[i]);
    return weakness_say(finding, RSA_RESISTED, "p and q pass Baillie-PSW");
}

enum rsa_verdict weakness_private_close(struct rsa_weakness_finding *finding,
                                        struct judging *judging)
{
    mpz_t distance;
    if (!judging->p || !judging->q)
        return no_primes(finding);
    if (judging->bits < REAL_BITS)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n has less than %d bits", REAL_BITS);
    mpz_init(distance);
    mpz_sub(distance, judging->p, judging->q);
    size_t bits = mpz_sgn(distance) == 0 ? 0 : mpz_sizeinbase(distance, 2);
    size_t least = judging->bits / 2 - 100;
    enum rsa_verdict verdict = bits <= least ? RSA_BROKEN : RSA_RESISTED;
    weakness_say(finding, verdict, "p - q has %zu bits (FIPS 186-5 A.1.3: more than %zu)", bits,
                 least);
    if (verdict == RSA_BROKEN)
        weakness_prove(finding, "p=%#Zx;q=%#Zx;print(abs(p-q)<2**%zu)", judging->p, judging->q,
                       least);
    rsa_mpz_wipe(distance);
    return verdict;
}

enum rsa_verdict weakness_private_pattern(struct rsa_weakness_finding *finding,
                                          struct judging *judging)
{
    char code[RSA_FINDING_BYTES];
    if (!judging->p || !judging->q)
        return no_primes(finding);
    mpz_srcptr primes[] = {judging->p, judging->q};
    for (int i = 0; i < 2; i++)
        if (weakness_bits(finding->detail, code, primes[i]))
            return weakness_prove(finding, "x=%#Zx;print(%s)", primes[i], code);
    return weakness_say(finding, RSA_RESISTED,
                        "ones, runs and words of p and q are as those of random numbers");
}

/* Takes all prime factors up to the limit out of x. */
static void take_out_small(mpz_t x, uint64_t *work)
{
    mpz_t common;
    mpz_init(common);
    mpz_primorial_ui(common, SMOOTH_LIMIT);
    for (mpz_gcd(common, common, x); mpz_cmp_ui(common, 1) > 0; mpz_gcd(common, common, x)) {
        mpz_divexact(x, x, common);
        ++*work;
    }
    rsa_mpz_wipe(common);
}

static enum rsa_verdict smooth(struct rsa_weakness_finding *finding, struct judging *judging,
                               const mpz_t p)
{
    mpz_t rest;
    mpz_init(rest);
    mpz_sub_ui(rest, p, 1);
    take_out_small(rest, &judging->report->work);
    bool is_smooth = mpz_sizeinbase(rest, 2) <= SMOOTH_REST;
    if (is_smooth) {
        weakness_say(finding, RSA_BROKEN, "primes below %d, and a rest of %zu bits", SMOOTH_LIMIT,
                     mpz_sizeinbase(rest, 2));
        weakness_prove(finding,
                       "import math;p=%#Zx;print(pow(math.factorial(%d),64,p-1)*%Zu%%(p-1)==0)", p,
                       SMOOTH_LIMIT, rest);
    }
    rsa_mpz_wipe(rest);
    return is_smooth ? RSA_BROKEN : RSA_RESISTED;
}

enum rsa_verdict weakness_private_smooth(struct rsa_weakness_finding *finding,
                                         struct judging *judging)
{
    if (!judging->p || !judging->q)
        return no_primes(finding);
    mpz_srcptr primes[] = {judging->p, judging->q};
    for (int i = 0; i < 2; i++) {
        if (mpz_sizeinbase(primes[i], 2) < LEAST_PRIME)
            return weakness_say(finding, RSA_NOT_APPLICABLE, "a prime of less than %d bits",
                                LEAST_PRIME);
        if (smooth(finding, judging, primes[i]) == RSA_BROKEN)
            return RSA_BROKEN;
    }
    return weakness_say(finding, RSA_RESISTED,
                        "p - 1 and q - 1 have more than small primes (to %d)", SMOOTH_LIMIT);
}

/* d modulo lambda where the primes are known: what is added to it makes it no safer. */
static void reduce(mpz_t d, const struct judging *judging)
{
    mpz_t p, q;
    mpz_set(d, judging->d);
    if (!judging->p || !judging->q)
        return;
    mpz_inits(p, q, NULL);
    mpz_sub_ui(p, judging->p, 1);
    mpz_sub_ui(q, judging->q, 1);
    mpz_lcm(p, p, q);
    if (mpz_sgn(p) > 0)
        mpz_mod(d, d, p);
    rsa_mpz_wipe(p);
    rsa_mpz_wipe(q);
}

enum rsa_verdict weakness_private_small_d(struct rsa_weakness_finding *finding,
                                          struct judging *judging)
{
    mpz_t d;
    if (!judging->d)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "d is not there");
    mpz_init(d);
    reduce(d, judging);
    size_t bits = mpz_sizeinbase(d, 2);
    size_t least = judging->bits / (judging->bits >= REAL_BITS ? 2 : 4);
    enum rsa_verdict verdict = bits <= least ? RSA_BROKEN : RSA_RESISTED;
    weakness_say(finding, verdict, "d has %zu bits; it should have more than %zu", bits, least);
    if (verdict == RSA_BROKEN)
        weakness_prove(finding, "n=%#Zx;e=%#Zx;d=%#Zx;print(d<2**%zu and pow(pow(2,e,n),d,n)==2)",
                       judging->n, judging->e, d, least);
    rsa_mpz_wipe(d);
    return verdict;
}

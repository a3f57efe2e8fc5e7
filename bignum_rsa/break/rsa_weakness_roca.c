/*
 * ROCA (CVE-2017-15361): keys of a smart card's library whose primes are k M + (65537^a mod M),
 * with M the product of the first primes. (Nemec, Sys, Svenda, Klinec, Matyas: The Return of
 * Coppersmith's Attack, 2017.)
 *
 * So n = p q is itself a power of 65537 modulo M, and modulo each prime of M. For a random n that
 * holds with a chance of 2^-154: M has 219 bits, and the powers of 65537 modulo M are only 2^62.
 * The test is Pohlig and Hellman's: the logarithm modulo each small prime by counting, then all of
 * them put together; they must agree. M here is the product of the primes up to 167, which is in
 * the M of all key sizes. No power of any size is computed: most numbers fall at the first primes.
 */
#include "rsa_weakness_internal.h"

enum { LARGEST = 167, GENERATOR = 65537, LEAST_BITS = 256 };

/* The logarithm of `target` to the base 65537 modulo a small prime; *order is how many powers there
 * are. false: it is none of them. */
static bool small_log(unsigned long *log, unsigned long *order, unsigned long target,
                      unsigned long prime)
{
    unsigned long power = 1 % prime, base = GENERATOR % prime;
    bool found = false;
    *order = 0;
    do {
        if (power == target && !found) {
            *log = *order;
            found = true;
        }
        power = power * base % prime;
        ++*order;
    } while (power != 1 % prime);
    return found;
}

static unsigned long gcd(unsigned long a, unsigned long b)
{
    while (b) {
        unsigned long rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* x = log mod order, together with what is known so far: x = *sum mod *modulus. false: they
 * contradict. The least common multiple of all orders has 63 bits. */
static bool put_together(unsigned long *sum, unsigned long *modulus, unsigned long log,
                         unsigned long order)
{
    unsigned long common = gcd(*modulus, order), step = *modulus;
    if (*sum % common != log % common)
        return false;
    /* At most order / common steps: less than 167. */
    for (unsigned long i = 0; i < order && *sum % order != log; i++)
        *sum += step;
    *modulus = step / common * order;
    return *sum % order == log;
}

static bool is_prime(unsigned long number)
{
    for (unsigned long i = 2; i * i <= number; i++)
        if (number % i == 0)
            return false;
    return true;
}

/* n = 65537^*log modulo the product of the primes up to 167. */
static bool discrete_log(unsigned long *log, const mpz_t n)
{
    unsigned long modulus = 1;
    *log = 0;
    for (unsigned long prime = 2; prime <= LARGEST; prime++) {
        unsigned long part, order;
        if (is_prime(prime) && (!small_log(&part, &order, mpz_fdiv_ui(n, prime), prime) ||
                                !put_together(log, &modulus, part, order)))
            return false;
    }
    return true;
}

enum rsa_verdict weakness_roca(struct rsa_weakness_finding *finding, struct judging *judging)
{
    unsigned long log;
    mpz_t product;
    if (judging->bits < LEAST_BITS)
        return weakness_say(finding, RSA_NOT_APPLICABLE, "n has less than %d bits", LEAST_BITS);
    if (!discrete_log(&log, judging->n))
        return weakness_say(finding, RSA_RESISTED, "n is no power of 65537 modulo small primes");
    mpz_init(product);
    mpz_primorial_ui(product, LARGEST);
    weakness_say(finding, RSA_BROKEN,
                 "n is a power of 65537 modulo all primes up to %d: by chance once in 2^154",
                 LARGEST);
    weakness_prove(finding, "n=%#Zx;M=%#Zx;print(pow(65537,%lu,M)==n%%M)", judging->n, product,
                   log);
    mpz_clear(product);
    return RSA_BROKEN;
}

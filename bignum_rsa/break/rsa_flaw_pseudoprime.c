/*
 * A composite that passes Miller-Rabin with the bases 2, 3, 5, ... 37, built as F. Arnault did in
 * 1995.
 *
 *     p = p1 p2 p3, with p2 = k2 (p1 - 1) + 1 and p3 = k3 (p1 - 1) + 1
 *
 * Two things are asked of p1.
 *   - p - 1 is a multiple of each pi - 1: then p is a Carmichael number, and a^(p-1) = 1 for every base.
 *     It holds if k2 divides k3 p1 + 1, and k3 divides k2 p1 + 1.
 *   - Every pi is 3 modulo 4. Then a^((p-1)/2) is 1 or -1 modulo each pi, and it is the Legendre symbol
 *     (a/pi). A base is fooled if the three symbols are equal: that depends on p1 modulo 4 a alone.
 *
 * So p1 is given modulo 8, modulo each base, modulo k2 and k3: by Chinese remainders modulo the
 * product of all of them. What is left is to draw until p1, p2 and p3 are prime.
 */
#include "rsa_flaw.h"

#include "rsa_number.h"
#include "rsa_prime.h"
#include "rsa_primes.h"

#include <stdbool.h>

/* Primes, 1 modulo 4 (so that p2 and p3 are 3 modulo 8 with p1), and above the bases. */
enum { K2 = 41, K3 = 53, BASES_TO = 37, PRODUCTS = 32 };

struct pseudoprime {
    mpz_t residue, modulus; /* of p1 */
    mpz_t low, high;        /* of p1 */
    mpz_t p1, p2, p3, t;
    unsigned long product[PRODUCTS]; /* of small primes, the first 200 or so */
};

/* residue becomes the number that is also `rest` modulo a small prime that is new. */
static void add_residue(struct pseudoprime *s, unsigned long rest, unsigned long prime)
{
    while (mpz_fdiv_ui(s->residue, prime) != rest % prime)
        mpz_add(s->residue, s->residue, s->modulus);
    mpz_mul_ui(s->modulus, s->modulus, prime);
}

static unsigned long inverse(unsigned long number, unsigned long prime)
{
    unsigned long i = 1;
    while (number % prime * i % prime != 1)
        i++;
    return i;
}

/* The Legendre symbol (base/p) of a prime p that is 3 modulo 8 and `rest` modulo the odd base. */
static int symbol(unsigned long base, unsigned long rest)
{
    mpz_t number;
    mpz_init_set_ui(number, rest);
    /* Quadratic reciprocity: (base/p) = (p/base), but for -1 if both are 3 modulo 4. */
    int value = mpz_kronecker_ui(number, base) * (base % 4 == 3 ? -1 : 1);
    mpz_clear(number);
    return value;
}

static bool fools(unsigned long base, unsigned long rest)
{
    int first = symbol(base, rest);
    return first != 0 && symbol(base, K2 * (rest + base - 1) + 1) == first &&
           symbol(base, K3 * (rest + base - 1) + 1) == first;
}

/* One of the residues of p1 that fool the base, drawn. 1 always does. */
static enum rsa_error draw_residue(unsigned long *rest, unsigned long base,
                                   const struct rsa_random *source)
{
    uint8_t draw;
    enum rsa_error error = rsa_random_bytes(&draw, 1, source);
    *rest = 1 + draw % (base - 1);
    while (!fools(base, *rest))
        *rest = 1 + *rest % (base - 1);
    return error;
}

static bool is_small_prime(unsigned long number)
{
    for (unsigned long i = 2; i * i <= number; i++)
        if (number % i == 0)
            return false;
    return true;
}

static enum rsa_error give_residues(struct pseudoprime *s, const struct rsa_random *source)
{
    enum rsa_error error = RSA_OK;
    mpz_set_ui(s->residue, 3);
    mpz_set_ui(s->modulus, 8);
    for (unsigned long base = 3; base <= BASES_TO && !error; base += 2) {
        unsigned long rest = 0;
        if (!is_small_prime(base))
            continue;
        error = draw_residue(&rest, base, source);
        add_residue(s, rest, base);
    }
    add_residue(s, K2 - inverse(K3, K2), K2); /* k3 p1 = -1 */
    add_residue(s, K3 - inverse(K2, K3), K3);
    return error;
}

/* p = k2 k3 p1^3 is to lie between sqrt(2) 2^(bits-1) and 2^bits; a little inside, for p is that
 * only about. */
static void give_range(struct pseudoprime *s, unsigned bits)
{
    mpz_set_ui(s->t, 0);
    mpz_setbit(s->t, bits);
    mpz_fdiv_q_ui(s->t, s->t, K2 * K3);
    mpz_root(s->high, s->t, 3);
    mpz_mul_ui(s->t, s->t, 3); /* 3/4 of it is above 1/sqrt(2) */
    mpz_fdiv_q_2exp(s->t, s->t, 2);
    mpz_root(s->low, s->t, 3);
}

/* p1 at random with its residue, and the two that follow from it. */
static enum rsa_error draw(struct pseudoprime *s, const struct rsa_random *source)
{
    mpz_sub(s->t, s->high, s->low);
    enum rsa_error error = rsa_number_random(s->p1, s->t, source);
    mpz_add(s->p1, s->p1, s->low);
    mpz_sub(s->t, s->p1, s->residue);
    mpz_fdiv_r(s->t, s->t, s->modulus);
    mpz_sub(s->p1, s->p1, s->t);
    mpz_sub_ui(s->t, s->p1, 1);
    mpz_mul_ui(s->p2, s->t, K2);
    mpz_add_ui(s->p2, s->p2, 1);
    mpz_mul_ui(s->p3, s->t, K3);
    mpz_add_ui(s->p3, s->p3, 1);
    return error;
}

/* Products of primes below 2^64, as many as there is room for. */
static enum rsa_error give_products(struct pseudoprime *s)
{
    struct rsa_primes *primes = rsa_primes_new(UINT16_MAX);
    size_t count = 0;
    unsigned long product = 1;
    if (!primes)
        return RSA_ERR_MEMORY;
    while (count < PRODUCTS) {
        unsigned long prime = rsa_primes_next(primes);
        if (product > UINT64_MAX / prime) {
            s->product[count++] = product;
            product = 1;
        }
        product *= prime;
    }
    rsa_primes_free(primes);
    return RSA_OK;
}

static bool has_small_factor(const struct pseudoprime *s, const mpz_t number)
{
    for (size_t i = 0; i < PRODUCTS; i++)
        if (mpz_gcd_ui(NULL, number, s->product[i]) != 1)
            return true;
    return false;
}

static bool all_prime(struct pseudoprime *s)
{
    if (has_small_factor(s, s->p1) || has_small_factor(s, s->p2) || has_small_factor(s, s->p3))
        return false;
    mpz_set_ui(s->t, 2);
    return rsa_miller_rabin_base(s->p1, s->t) && rsa_miller_rabin_base(s->p2, s->t) &&
           rsa_miller_rabin_base(s->p3, s->t) && rsa_baillie_psw(s->p1) && rsa_baillie_psw(s->p2) &&
           rsa_baillie_psw(s->p3);
}

enum rsa_error rsa_flaw_pseudoprime(mpz_t p, unsigned bits, const struct rsa_random *source)
{
    struct pseudoprime s;
    enum { LEAST_BITS = 256 };
    if (bits < LEAST_BITS)
        return RSA_ERR_BITS;
    mpz_inits(s.residue, s.modulus, s.low, s.high, s.p1, s.p2, s.p3, s.t, NULL);
    enum rsa_error error = give_products(&s);
    if (!error)
        error = give_residues(&s, source);
    give_range(&s, bits);
    do
        if (!error)
            error = draw(&s, source);
    while (!error && !all_prime(&s));
    mpz_mul(p, s.p1, s.p2);
    mpz_mul(p, p, s.p3);
    mpz_clears(s.residue, s.modulus, s.low, s.high, s.p1, s.p2, s.p3, s.t, NULL);
    return error;
}

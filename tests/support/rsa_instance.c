/*
 * RSA by seed; see rsa_instance.h.
 */
#include "rsa_instance.h"

void random_of_bits(mpz_t number, struct fed_random *random, unsigned bits)
{
    mpz_set_ui(number, 0);
    for (unsigned done = 0; done < bits; done += 32) {
        mpz_mul_2exp(number, number, 32);
        mpz_add_ui(number, number, fed_random_next(random) & 0xffffffff);
    }
    mpz_fdiv_r_2exp(number, number, bits);
    mpz_setbit(number, bits - 1);
}

void random_below(mpz_t number, struct fed_random *random, const mpz_t limit)
{
    random_of_bits(number, random, (unsigned)mpz_sizeinbase(limit, 2) + 64);
    mpz_mod(number, number, limit);
}

/* A prime of so many bits whose two highest are 1, with gcd(e, prime - 1) = 1. */
static void make_prime(mpz_t prime, struct fed_random *random, unsigned bits, unsigned long e)
{
    do {
        random_of_bits(prime, random, bits);
        mpz_setbit(prime, bits - 2);
        mpz_nextprime(prime, prime);
    } while (mpz_sizeinbase(prime, 2) != bits || mpz_gcd_ui(NULL, prime, e) != 1 ||
             mpz_fdiv_ui(prime, e) == 1);
}

/* e is a prime in all tests, so that it is coprime to p - 1 unless it divides it. */
void rsa_instance_make(struct rsa_instance *instance, struct fed_random *random, unsigned bits,
                       unsigned long e)
{
    mpz_t p_1, q_1;
    mpz_inits(instance->n, instance->d, instance->p, instance->q, p_1, q_1, NULL);
    mpz_init_set_ui(instance->e, e);
    make_prime(instance->p, random, bits / 2, e);
    do
        make_prime(instance->q, random, bits / 2, e);
    while (mpz_cmp(instance->p, instance->q) == 0);
    mpz_mul(instance->n, instance->p, instance->q);
    mpz_sub_ui(p_1, instance->p, 1);
    mpz_sub_ui(q_1, instance->q, 1);
    mpz_lcm(p_1, p_1, q_1);
    mpz_invert(instance->d, instance->e, p_1);
    mpz_clears(p_1, q_1, NULL);
}

void rsa_instance_clear(struct rsa_instance *instance)
{
    mpz_clears(instance->n, instance->e, instance->d, instance->p, instance->q, NULL);
}

/*
 * Arithmetic of several kinds; see arithmetic.h.
 */
#include "arithmetic.h"

#include <string.h>

void task_mistake_power(struct task *task, const mpz_t base, const mpz_t exponent,
                        const mpz_t modulus, const char *sentence)
{
    mpz_t wrong;
    mpz_init(wrong);
    mpz_powm(wrong, base, exponent, modulus);
    task_mistake_number(task, wrong, sentence);
    mpz_clear(wrong);
}

void task_mistake_product(struct task *task, const mpz_t one, const mpz_t other,
                          const mpz_t modulus, const char *sentence)
{
    mpz_t wrong;
    mpz_init(wrong);
    mpz_mul(wrong, one, other);
    mpz_mod(wrong, wrong, modulus);
    task_mistake_number(task, wrong, sentence);
    mpz_clear(wrong);
}

void task_number_bytes(uint8_t *out, size_t bytes, const mpz_t number)
{
    size_t used = (mpz_sizeinbase(number, 2) + 7) / 8;
    memset(out, 0, bytes);
    mpz_export(out + bytes - used, NULL, 1, 1, 1, 0, number);
}

/* A prime p with gcd(p - 1, e) = 1, for a prime e. */
static void draw_rsa_prime(mpz_t p, struct task_random *random, unsigned bits, unsigned long e)
{
    do
        task_draw_prime(p, random, bits);
    while (mpz_fdiv_ui(p, e) == 1);
}

void task_rsa_open(struct task_rsa *rsa, struct task_random *random, unsigned prime_bits,
                   unsigned long e)
{
    mpz_t lambda, q1;
    mpz_inits(rsa->p, rsa->q, rsa->n, rsa->e, rsa->d, lambda, q1, NULL);
    mpz_set_ui(rsa->e, e);
    draw_rsa_prime(rsa->p, random, prime_bits, e);
    do
        draw_rsa_prime(rsa->q, random, prime_bits, e);
    while (mpz_cmp(rsa->p, rsa->q) == 0);
    if (mpz_cmp(rsa->p, rsa->q) < 0)
        mpz_swap(rsa->p, rsa->q);
    mpz_mul(rsa->n, rsa->p, rsa->q);
    mpz_sub_ui(lambda, rsa->p, 1);
    mpz_sub_ui(q1, rsa->q, 1);
    mpz_lcm(lambda, lambda, q1);
    mpz_invert(rsa->d, rsa->e, lambda);
    mpz_clears(lambda, q1, NULL);
}

void task_rsa_close(struct task_rsa *rsa)
{
    mpz_clears(rsa->p, rsa->q, rsa->n, rsa->e, rsa->d, NULL);
}

/* Garner: x grows by a multiple of the moduli so far, until it leaves the next remainder too. */
void task_join_remainders(mpz_t x, const mpz_srcptr *remainders, const mpz_srcptr *moduli,
                          size_t count)
{
    mpz_t product, inverse;
    mpz_inits(product, inverse, NULL);
    mpz_set_ui(x, 0);
    mpz_set_ui(product, 1);
    for (size_t i = 0; i < count; i++) {
        mpz_t step;
        mpz_init(step);
        mpz_sub(step, remainders[i], x);
        mpz_invert(inverse, product, moduli[i]);
        mpz_mul(step, step, inverse);
        mpz_mod(step, step, moduli[i]);
        mpz_addmul(x, step, product);
        mpz_mul(product, product, moduli[i]);
        mpz_clear(step);
    }
    mpz_clears(product, inverse, NULL);
}

/*
 * Arithmetic that kinds of several lessons share. Numbers are small and not secret for long: what a
 * student works out by hand is not wiped.
 */
#ifndef GLASSBOX_LESSON_ARITHMETIC_H
#define GLASSBOX_LESSON_ARITHMETIC_H

#include "task.h"
#include "task_random.h"

/* base^exponent mod modulus as a mistake; the product of two numbers likewise. The sentence is
 * marked where it is given. */
void task_mistake_power(struct task *task, const mpz_t base, const mpz_t exponent,
                        const mpz_t modulus, const char *sentence);
void task_mistake_product(struct task *task, const mpz_t one, const mpz_t other,
                          const mpz_t modulus, const char *sentence);

/* Exactly so many big-endian bytes; the number fits. */
void task_number_bytes(uint8_t *out, size_t bytes, const mpz_t number);

/* A key of raw RSA: n = p q with p > q, and d modulo lambda. */
struct task_rsa {
    mpz_t p, q, n, e, d;
};
/* p and q of so many bits each, of which e is not a factor of p - 1 or q - 1. */
void task_rsa_open(struct task_rsa *rsa, struct task_random *random, unsigned prime_bits,
                   unsigned long e);
void task_rsa_close(struct task_rsa *rsa);

/* x with x = remainders[i] mod moduli[i] for all i, the least one; moduli without a common factor. */
void task_join_remainders(mpz_t x, const mpz_srcptr *remainders, const mpz_srcptr *moduli,
                          size_t count);

#endif

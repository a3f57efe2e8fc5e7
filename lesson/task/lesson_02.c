/*
 * Tasks of lesson 02, keys: the arithmetic of a pair, with one's own primes.
 */
#include "kind.h"

/* Own p, q and e; d modulo lambda is asked. */
static bool private_exponent(struct task *task, struct task_random *random)
{
    mpz_t p, q, e, d, p1, q1, modulus, wrong;
    mpz_inits(p, q, e, d, p1, q1, modulus, wrong, NULL);
    task_draw_prime(p, random, 32);
    task_draw_prime(q, random, 32);
    mpz_sub_ui(p1, p, 1);
    mpz_sub_ui(q1, q, 1);
    mpz_lcm(modulus, p1, q1);
    mpz_set_ui(e, 2 * task_draw_between(random, 500, 30000) + 1);
    bool fits = mpz_cmp(p, q) != 0 && mpz_invert(d, e, modulus) != 0;
    if (fits) {
        task_say(task, "An RSA key has the primes p and q and the public exponent e. Find its "
                       "private exponent d: the smallest positive one, modulo lambda, which is "
                       "the least common multiple of p - 1 and q - 1.");
        task_value(task, "p", p);
        task_value(task, "q", q);
        task_value(task, "e", e);
        task_answer_number(task, 60, d);
        mpz_mul(modulus, p1, q1);
        mpz_invert(wrong, e, modulus);
        task_mistake_number(task, wrong, N_("You worked modulo phi, where lambda was asked."));
        mpz_mul(modulus, p, q);
        if (mpz_invert(wrong, e, modulus))
            task_mistake_number(task, wrong,
                                N_("You worked modulo n. The exponents live modulo lambda."));
        mpz_lcm(modulus, p1, q1);
        mpz_sub(wrong, modulus, d);
        task_mistake_number(
            task, wrong,
            N_("The sign is lost: this is lambda - d. The extended "
               "Euclidean algorithm gave you a negative number; add lambda to it."));
        mpz_mod(wrong, e, modulus);
        task_mistake_number(task, wrong,
                            N_("This is e, the public exponent. The private one is its inverse."));
    }
    mpz_clears(p, q, e, d, p1, q1, modulus, wrong, NULL);
    return fits;
}

const struct task_kind task_kinds_02[] = {
    {2, "private-exponent", N_("A private exponent"), private_exponent, false},
    {0},
};

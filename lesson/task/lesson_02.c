/*
 * Tasks of lesson 02, keys: the arithmetic of a pair, with one's own primes; and a prime that is
 * none.
 */
#include "arithmetic.h"
#include "kind.h"

/* --- d ------------------------------------------------------------------------------------------- */

static void exponent_mistakes(struct task *task, const mpz_t p1, const mpz_t q1, const mpz_t e,
                              const mpz_t d)
{
    mpz_t modulus, wrong;
    mpz_inits(modulus, wrong, NULL);
    mpz_mul(modulus, p1, q1);
    mpz_invert(wrong, e, modulus);
    task_mistake_number(task, wrong, N_("You worked modulo phi, where lambda was asked."));
    mpz_lcm(modulus, p1, q1);
    mpz_sub(wrong, modulus, d);
    task_mistake_number(task, wrong,
                        N_("The sign is lost: this is lambda - d. Euclid's table gave you a "
                           "negative number. Add lambda to it."));
    task_mistake_number(task, e, N_("This is e, the public exponent. d is its inverse."));
    mpz_add_ui(modulus, p1, 1);
    mpz_add_ui(wrong, q1, 1);
    mpz_mul(modulus, modulus, wrong);
    if (mpz_invert(wrong, e, modulus))
        task_mistake_number(task, wrong,
                            N_("You worked modulo n. Exponents are counted modulo lambda."));
    mpz_clears(modulus, wrong, NULL);
}

static bool private_exponent(struct task *task, struct task_random *random)
{
    mpz_t p, q, e, d, p1, q1, lambda;
    mpz_inits(p, q, e, d, p1, q1, lambda, NULL);
    task_draw_prime(p, random, 32);
    task_draw_prime(q, random, 32);
    mpz_sub_ui(p1, p, 1);
    mpz_sub_ui(q1, q, 1);
    mpz_lcm(lambda, p1, q1);
    mpz_set_ui(e, 2 * task_draw_between(random, 500, 30000) + 1);
    bool fits = mpz_cmp(p, q) != 0 && mpz_invert(d, e, lambda) != 0;
    if (fits) {
        task_say(task, "An RSA key has the primes p and q and the public exponent e. Find its "
                       "private exponent d: the smallest positive one, modulo lambda, which is "
                       "the least common multiple of p - 1 and q - 1.");
        task_value(task, "p", p);
        task_value(task, "q", q);
        task_value(task, "e", e);
        task_answer_number(task, 60, d);
        exponent_mistakes(task, p1, q1, e, d);
    }
    mpz_clears(p, q, e, d, p1, q1, lambda, NULL);
    return fits;
}

/* --- a power --------------------------------------------------------------------------------------- */

static void power_mistakes(struct task *task, const struct task_rsa *rsa, const mpz_t m)
{
    mpz_t wrong, half;
    mpz_inits(wrong, half, NULL);
    task_mistake_power(task, m, rsa->d, rsa->n,
                       N_("The exponents are swapped: you took d. Who encrypts has only e."));
    task_mistake_product(task, m, rsa->e, rsa->n,
                         N_("You multiplied m by e. To encrypt is to take a power."));
    task_mistake_power(task, rsa->e, m, rsa->n,
                       N_("This is e to the power of m. m is the base, and e the exponent."));
    mpz_sub_ui(half, rsa->e, 1); /* e = 2^k + 1: k squarings, then once times m */
    mpz_powm(wrong, m, half, rsa->n);
    task_mistake_number(task, wrong,
                        N_("The last step is missing: the lowest bit of e is 1, so m comes in "
                           "once more."));
    mpz_mul(wrong, wrong, m);
    task_mistake_number(task, wrong,
                        N_("You forgot the last reduction: divide by n, and take what is left."));
    mpz_clears(wrong, half, NULL);
}

static bool encrypt(struct task *task, struct task_random *random)
{
    static const unsigned exponents[] = {17, 257, 65537};
    struct task_rsa rsa;
    mpz_t m, c;
    mpz_inits(m, c, NULL);
    task_rsa_open(&rsa, random, 32, exponents[task_draw_below(random, 3)]);
    task_draw_number(m, random, rsa.n);
    mpz_powm(c, m, rsa.e, rsa.n);
    task_say(task, "This is a whole key, with its private exponent. Somebody encrypts the number m "
                   "for its owner, without padding (raw RSA). Which number do they send?");
    task_value(task, "n", rsa.n);
    task_value(task, "e", rsa.e);
    task_value(task, "d", rsa.d);
    task_value(task, "m", m);
    task_answer_number(task, 62, c);
    power_mistakes(task, &rsa, m);
    mpz_clears(m, c, NULL);
    task_rsa_close(&rsa);
    return true;
}

/* --- two halves ------------------------------------------------------------------------------------ */

struct halves {
    mpz_t dp, dq, qinv, mp, mq, h;
};

static void open_halves(struct halves *halves, const struct task_rsa *rsa, const mpz_t c)
{
    mpz_inits(halves->dp, halves->dq, halves->qinv, halves->mp, halves->mq, halves->h, NULL);
    mpz_sub_ui(halves->h, rsa->p, 1);
    mpz_mod(halves->dp, rsa->d, halves->h);
    mpz_sub_ui(halves->h, rsa->q, 1);
    mpz_mod(halves->dq, rsa->d, halves->h);
    mpz_invert(halves->qinv, rsa->q, rsa->p);
    mpz_powm(halves->mp, c, halves->dp, rsa->p);
    mpz_powm(halves->mq, c, halves->dq, rsa->q);
    mpz_sub(halves->h, halves->mp, halves->mq);
    mpz_mul(halves->h, halves->h, halves->qinv);
    mpz_mod(halves->h, halves->h, rsa->p);
}

static void halves_mistakes(struct task *task, const struct task_rsa *rsa,
                            const struct halves *halves)
{
    mpz_t wrong, pinv;
    mpz_inits(wrong, pinv, NULL);
    mpz_sub(wrong, rsa->p, halves->h);
    task_mistake_number(task, wrong, N_("The sign is wrong: m_q is taken from m_p."));
    mpz_sub(wrong, halves->mp, halves->mq);
    mpz_mod(wrong, wrong, rsa->p);
    task_mistake_number(task, wrong, N_("qinv is missing: the difference is multiplied by it."));
    mpz_invert(pinv, rsa->p, rsa->q);
    mpz_sub(wrong, halves->mp, halves->mq);
    mpz_mul(wrong, wrong, pinv);
    mpz_mod(wrong, wrong, rsa->p);
    task_mistake_number(task, wrong,
                        N_("This is made with the inverse of p modulo q. qinv is that of q "
                           "modulo p."));
    mpz_mul(wrong, halves->h, rsa->q);
    mpz_add(wrong, wrong, halves->mq);
    task_mistake_number(task, wrong, N_("This is m, the whole message. h was asked."));
    mpz_clears(wrong, pinv, NULL);
}

static bool crt(struct task *task, struct task_random *random)
{
    struct task_rsa rsa;
    struct halves halves;
    mpz_t m, c;
    mpz_inits(m, c, NULL);
    task_rsa_open(&rsa, random, 48, 17);
    task_draw_number(m, random, rsa.n);
    mpz_powm(c, m, rsa.e, rsa.n);
    open_halves(&halves, &rsa, c);
    task_say(task, "A computer decrypts c by halves. It takes m_p = c^dp mod p and m_q = c^dq mod "
                   "q, then h = qinv (m_p - m_q) mod p, and m = m_q + h q. The key file has dp, "
                   "dq and qinv; here you find them yourself. What is h?");
    task_value(task, "p", rsa.p);
    task_value(task, "q", rsa.q);
    task_value(task, "d", rsa.d);
    task_value(task, "c", c);
    task_answer_number(task, 46, halves.h);
    halves_mistakes(task, &rsa, &halves);
    mpz_clears(m, c, halves.dp, halves.dq, halves.qinv, halves.mp, halves.mq, halves.h, NULL);
    task_rsa_close(&rsa);
    return true;
}

/* --- a prime that is none --------------------------------------------------------------------------- */

/* 6k + 1, 12k + 1 and 18k + 1 from a k of so many bits on, all three prime: by Chernick, 1939, their
 * product is a Carmichael number. */
static void find_factors(mpz_t factors[3], struct task_random *random)
{
    mpz_t k;
    mpz_init_set_ui(k, 1);
    mpz_mul_2exp(k, k, 41);
    mpz_add_ui(k, k, (unsigned long)task_draw_below(random, UINT64_C(1) << 41));
    bool found = false;
    for (; !found; mpz_add_ui(k, k, 1)) {
        found = true;
        for (unsigned i = 0; i < 3 && found; i++) {
            mpz_mul_ui(factors[i], k, 6 * (i + 1));
            mpz_add_ui(factors[i], factors[i], 1);
            found = mpz_probab_prime_p(factors[i], 25) > 0;
        }
    }
    mpz_clear(k);
}

static bool false_prime(struct task *task, struct task_random *random)
{
    mpz_t factors[3], q, wrong;
    mpz_inits(factors[0], factors[1], factors[2], q, wrong, NULL);
    find_factors(factors, random);
    mpz_mul(q, factors[0], factors[1]);
    mpz_mul(q, q, factors[2]);
    task_say(task, "A program has made this q for a key. For every base b that it tried, b to the "
                   "power of q - 1 was 1 modulo q, so it took q for a prime. But q is a product "
                   "of three primes. Find the smallest of them.");
    task_value(task, "q", q);
    task_say(task, "Three primes of this size are too long for trial division. This is not:");
    task_show(task, "bin/attack rsa factor NUMBER");
    task_answer_number(task, 41, factors[0]);
    task_mistake_number(task, factors[2], N_("This is the largest of the three primes."));
    task_mistake_number(task, factors[1], N_("This is the prime in the middle."));
    mpz_divexact(wrong, q, factors[0]);
    task_mistake_number(task, wrong,
                        N_("This is q divided by its smallest prime. That prime was asked."));
    mpz_divexact(wrong, q, factors[2]);
    task_mistake_number(task, wrong, N_("This is a product of two primes. Factor it again."));
    mpz_clears(factors[0], factors[1], factors[2], q, wrong, NULL);
    return true;
}

const struct task_kind task_kinds_02[] = {
    {2, "private-exponent", N_("A private exponent"), private_exponent, TASK_QUICK},
    {2, "encrypt", N_("A power, and nothing else"), encrypt, TASK_QUICK},
    {2, "crt", N_("By halves"), crt, TASK_QUICK},
    {2, "false-prime", N_("A prime that is none"), false_prime, TASK_COSTLY},
    {0},
};

/*
 * Tasks of lesson 14: raw RSA, broken without factoring n.
 */
#include "arithmetic.h"
#include "kind.h"

#include <math.h>
#include <stdlib.h>

#define PRIME_BITS 128

/* A number of so many bits at most. */
static void draw_message(mpz_t m, struct task_random *random, unsigned bits)
{
    mpz_t limit;
    mpz_init(limit);
    mpz_setbit(limit, bits);
    task_draw_number(m, random, limit);
    mpz_clear(limit);
}

/* --- a power that was never cut ------------------------------------------------------------------- */

static void cube_mistakes(struct task *task, const struct task_rsa *rsa, const mpz_t c)
{
    mpz_t wrong;
    mpz_init(wrong);
    /* As Python does it: the nearest float to c, and a power of that. */
    double nearest = strtod(task_decimal(task, c), NULL);
    mpz_set_d(wrong, pow(nearest, 1.0 / 3.0));
    task_mistake_number(task, wrong,
                        N_("c ** (1/3) is a float of 53 bits. Look for the root by halving."));
    mpz_set_d(wrong, cbrt(nearest));
    task_mistake_number(task, wrong,
                        N_("A float has 53 bits, and m has more. Work with whole numbers."));
    mpz_sqrt(wrong, c);
    task_mistake_number(task, wrong, N_("This is the square root. e is 3."));
    mpz_fdiv_q_ui(wrong, c, 3);
    task_mistake_number(task, wrong, N_("You divided by 3. The third root is asked."));
    task_mistake_power(task, c, rsa->e, rsa->n,
                       N_("You encrypted once more. c is below n: the power was never cut."));
    mpz_clear(wrong);
}

static bool cube_root(struct task *task, struct task_random *random)
{
    struct task_rsa rsa;
    mpz_t m, c;
    mpz_inits(m, c, NULL);
    task_rsa_open(&rsa, random, PRIME_BITS, 3);
    draw_message(m, random, 80);
    mpz_pow_ui(c, m, 3);
    task_say(task, "Somebody has sent you a number m under raw RSA, as c. The public key has n and "
                   "e. Find m.");
    task_value(task, "n", rsa.n);
    task_value(task, "e", rsa.e);
    task_value(task, "c", c);
    task_answer_number(task, 79, m);
    cube_mistakes(task, &rsa, c);
    mpz_clears(m, c, NULL);
    task_rsa_close(&rsa);
    return true;
}

/* --- the same letter to three people ------------------------------------------------------------------ */

#define PEOPLE 3

static void broadcast_mistakes(struct task *task, const mpz_srcptr *c, const mpz_srcptr *n,
                               const mpz_t m)
{
    mpz_t wrong;
    mpz_init(wrong);
    mpz_pow_ui(wrong, m, PEOPLE);
    task_mistake_number(task, wrong,
                        N_("This is m^3, joined from the three. Its root is missing."));
    task_join_remainders(wrong, c, n, 2);
    task_mistake_number(task, wrong,
                        N_("You joined the first two alone. m^3 is larger than n1 n2."));
    mpz_root(wrong, wrong, PEOPLE);
    task_mistake_number(
        task, wrong, N_("You joined two and took the root, which leaves a rest. Take all three."));
    mpz_root(wrong, c[0], PEOPLE);
    task_mistake_number(task, wrong, N_("You took the root of c1. m^3 was cut modulo n1."));
    mpz_mul(wrong, c[0], c[1]);
    mpz_mul(wrong, wrong, c[2]);
    mpz_root(wrong, wrong, PEOPLE);
    task_mistake_number(task, wrong,
                        N_("You multiplied the three. The Chinese remainder theorem joins them."));
    mpz_clear(wrong);
}

static bool broadcast(struct task *task, struct task_random *random)
{
    struct task_rsa rsa[PEOPLE];
    mpz_t m, c[PEOPLE];
    mpz_srcptr remainders[PEOPLE], moduli[PEOPLE];
    mpz_init(m);
    draw_message(m, random, 124);
    task_say(task, "The same number m went to three people, under raw RSA with e = 3. Find m.");
    for (unsigned i = 0; i < PEOPLE; i++) {
        task_rsa_open(&rsa[i], random, PRIME_BITS / 2, PEOPLE);
        mpz_init(c[i]);
        mpz_powm(c[i], m, rsa[i].e, rsa[i].n);
        remainders[i] = c[i];
        moduli[i] = rsa[i].n;
        task_value(task, task_text(task, "n%u", i + 1), rsa[i].n);
        task_value(task, task_text(task, "c%u", i + 1), c[i]);
    }
    task_answer_number(task, 123, m);
    broadcast_mistakes(task, remainders, moduli, m);
    for (unsigned i = 0; i < PEOPLE; i++) {
        mpz_clear(c[i]);
        task_rsa_close(&rsa[i]);
    }
    mpz_clear(m);
    return true;
}

/* --- one n for two ---------------------------------------------------------------------------------- */

struct common {
    struct task_rsa rsa;
    mpz_t e2, m, c1, c2, x, y, part, other; /* x e1 + y e2 = 1 */
};

/* c1^x c2^y mod n; a minus stands for an inverse. */
static void join_powers(mpz_t out, struct common *common, const mpz_t x, const mpz_t y)
{
    mpz_powm(common->part, common->c1, x, common->rsa.n);
    mpz_powm(common->other, common->c2, y, common->rsa.n);
    mpz_mul(out, common->part, common->other);
    mpz_mod(out, out, common->rsa.n);
}

static void common_mistakes(struct task *task, struct common *common)
{
    mpz_t wrong, x, y;
    mpz_inits(wrong, x, y, NULL);
    mpz_abs(x, common->x);
    mpz_abs(y, common->y);
    join_powers(wrong, common, x, y);
    task_mistake_number(task, wrong,
                        N_("You lost the minus sign. It stands for an inverse modulo n."));
    join_powers(wrong, common, common->y, common->x);
    task_mistake_number(task, wrong, N_("You changed x and y: x belongs to e1 and c1."));
    mpz_neg(x, common->x);
    mpz_neg(y, common->y);
    join_powers(wrong, common, x, y);
    task_mistake_number(task, wrong,
                        N_("You inverted the wrong one: this is 1/m. The minus has the inverse."));
    join_powers(wrong, common, common->x, common->y);
    mpz_add(wrong, common->part, common->other);
    mpz_mod(wrong, wrong, common->rsa.n);
    task_mistake_number(task, wrong, N_("You added the two powers. They are to be multiplied."));
    task_mistake_number(task, common->part, N_("This is one power alone, of c1. c2 is missing."));
    task_mistake_number(task, common->other, N_("This is one power alone, of c2. c1 is missing."));
    mpz_clears(wrong, x, y, NULL);
}

static bool common_modulus(struct task *task, struct task_random *random)
{
    static const unsigned exponents[] = {7, 11, 13, 19, 23, 29, 31, 37, 41, 43};
    const unsigned count = sizeof(exponents) / sizeof(*exponents);
    struct common common;
    unsigned first = task_draw_between(random, 0, count - 1);
    unsigned second = (first + task_draw_between(random, 1, count - 1)) % count;
    task_rsa_open(&common.rsa, random, PRIME_BITS, exponents[first]);
    mpz_inits(common.m, common.c1, common.c2, common.x, common.y, common.part, common.other, NULL);
    mpz_init_set_ui(common.e2, exponents[second]);
    task_draw_number(common.m, random, common.rsa.n);
    mpz_powm(common.c1, common.m, common.rsa.e, common.rsa.n);
    mpz_powm(common.c2, common.m, common.e2, common.rsa.n);
    mpz_gcdext(common.part, common.x, common.y, common.rsa.e, common.e2);
    task_say(task, "Anna and Boris have one n, Anna with e1 and Boris with e2. Both got the same "
                   "number m under raw RSA: Anna as c1, Boris as c2. Find m without any d.");
    task_value(task, "n", common.rsa.n);
    task_value(task, "e1", common.rsa.e);
    task_value(task, "c1", common.c1);
    task_value(task, "e2", common.e2);
    task_value(task, "c2", common.c2);
    task_answer_number(task, 250, common.m);
    common_mistakes(task, &common);
    mpz_clears(common.e2, common.m, common.c1, common.c2, common.x, common.y, common.part,
               common.other, NULL);
    task_rsa_close(&common.rsa);
    return true;
}

/* --- a signature that nobody made ----------------------------------------------------------------------- */

static void product_mistakes(struct task *task, const struct task_rsa *rsa, const mpz_t s1,
                             const mpz_t s2)
{
    mpz_t wrong;
    mpz_init(wrong);
    task_mistake_product(task, s1, s2, rsa->n,
                         N_("This signs m1 m2. In m the factor m1 is there twice."));
    mpz_mul(wrong, s1, s1);
    mpz_mul(wrong, wrong, s2);
    task_mistake_number(task, wrong, N_("The last reduction is missing: take it modulo n."));
    mpz_mul_2exp(wrong, s1, 1);
    task_mistake_product(task, wrong, s2, rsa->n,
                         N_("You took 2 times s1. m1 twice as a factor is s1 squared."));
    mpz_mul_2exp(wrong, s1, 1);
    mpz_add(wrong, wrong, s2);
    mpz_mod(wrong, wrong, rsa->n);
    task_mistake_number(task, wrong, N_("You added the signatures. Multiply them."));
    mpz_mul(wrong, s2, s2);
    task_mistake_product(task, wrong, s1, rsa->n,
                         N_("You squared s2. It is m1 that is there "
                            "twice."));
    mpz_clear(wrong);
}

static bool product(struct task *task, struct task_random *random)
{
    struct task_rsa rsa;
    mpz_t m1, m2, s1, s2, m, s;
    mpz_inits(m1, m2, s1, s2, m, s, NULL);
    task_rsa_open(&rsa, random, PRIME_BITS, 17);
    draw_message(m1, random, 40);
    draw_message(m2, random, 40);
    mpz_mul(m, m1, m1);
    mpz_mul(m, m, m2);
    mpz_powm(s1, m1, rsa.d, rsa.n);
    mpz_powm(s2, m2, rsa.d, rsa.n);
    mpz_powm(s, m, rsa.d, rsa.n);
    task_say(task, "Anna has signed m1 and m2 with raw RSA; s1 and s2 are her signatures. She has "
                   "not signed m, which is m1 m1 m2. Find her signature of m.");
    task_value(task, "n", rsa.n);
    task_value(task, "e", rsa.e);
    task_value(task, "m1", m1);
    task_value(task, "s1", s1);
    task_value(task, "m2", m2);
    task_value(task, "s2", s2);
    task_value(task, "m", m);
    task_answer_number(task, 250, s);
    product_mistakes(task, &rsa, s1, s2);
    task_mistake_power(task, m, rsa.e, rsa.n,
                       N_("You raised m to e. Everybody can; a signature is m to the power d."));
    mpz_clears(m1, m2, s1, s2, m, s, NULL);
    task_rsa_close(&rsa);
    return true;
}

/* --- blinding ---------------------------------------------------------------------------------------------- */

static void blind_mistakes(struct task *task, const struct task_rsa *rsa, const mpz_t r,
                           const mpz_t answer)
{
    mpz_t wrong;
    mpz_init(wrong);
    task_mistake_number(task, answer,
                        N_("This is the answer a. r is still in it: divide by r modulo n."));
    task_mistake_product(task, answer, r, rsa->n,
                         N_("You multiplied by r. Divide by it: multiply by its inverse."));
    mpz_powm(wrong, r, rsa->e, rsa->n);
    mpz_invert(wrong, wrong, rsa->n);
    task_mistake_product(task, answer, wrong, rsa->n,
                         N_("You divided by r^e. In the answer r stands by itself."));
    mpz_fdiv_q(wrong, answer, r);
    task_mistake_number(task, wrong,
                        N_("You divided whole numbers. Modulo n it is a times the inverse of r."));
    mpz_sub(wrong, answer, r);
    mpz_mod(wrong, wrong, rsa->n);
    task_mistake_number(task, wrong, N_("You subtracted r. It is a factor: divide by it."));
    mpz_clear(wrong);
}

static bool blind(struct task *task, struct task_random *random)
{
    struct task_rsa rsa;
    mpz_t m, r, answer, s;
    mpz_inits(m, r, answer, s, NULL);
    task_rsa_open(&rsa, random, PRIME_BITS, 17);
    draw_message(r, random, 100);
    task_draw_number(m, random, rsa.n);
    mpz_powm(s, m, rsa.d, rsa.n);
    mpz_mul(answer, s, r);
    mpz_mod(answer, answer, rsa.n);
    task_say(task, "You want Anna's signature of m, and she will not sign that. So you drew r, and "
                   "asked her to sign m r^e modulo n. She answered a. What is her signature of m?");
    task_value(task, "n", rsa.n);
    task_value(task, "e", rsa.e);
    task_value(task, "m", m);
    task_value(task, "r", r);
    task_value(task, "a", answer);
    task_answer_number(task, 250, s);
    blind_mistakes(task, &rsa, r, answer);
    mpz_clears(m, r, answer, s, NULL);
    task_rsa_close(&rsa);
    return true;
}

/* --- one wrong half -------------------------------------------------------------------------------------------- */

struct fault {
    struct task_rsa rsa;
    mpz_t m, s, right, wrong; /* the prime whose half was right, and the other */
};

/* s is m^d modulo the one prime, and has a bit turned modulo the other. */
static void make_fault(struct fault *fault, struct task_random *random)
{
    mpz_t halves[2];
    mpz_inits(halves[0], halves[1], NULL);
    mpz_powm(halves[0], fault->m, fault->rsa.d, fault->right);
    mpz_powm(halves[1], fault->m, fault->rsa.d, fault->wrong);
    mpz_combit(halves[1], task_draw_between(random, 0, PRIME_BITS - 2));
    task_join_remainders(fault->s, (const mpz_srcptr[]){halves[0], halves[1]},
                         (const mpz_srcptr[]){fault->right, fault->wrong}, 2);
    mpz_clears(halves[0], halves[1], NULL);
}

static void fault_mistakes(struct task *task, const struct fault *fault)
{
    mpz_t wrong;
    mpz_init(wrong);
    task_mistake_number(task, fault->wrong, N_("This is the other prime: its half was wrong."));
    mpz_powm(wrong, fault->s, fault->rsa.e, fault->rsa.n);
    task_mistake_number(task, wrong,
                        N_("This is s^e. Take m off it, then the common divisor with "
                           "n."));
    mpz_sub(wrong, wrong, fault->m);
    mpz_mod(wrong, wrong, fault->rsa.n);
    task_mistake_number(task, wrong,
                        N_("This is s^e - m. Its greatest common divisor with n is missing."));
    mpz_sub(wrong, fault->s, fault->m);
    mpz_gcd(wrong, wrong, fault->rsa.n);
    task_mistake_number(task, wrong, N_("You forgot to raise s to e before you took m off it."));
    task_mistake_number(task, fault->rsa.d,
                        N_("This is d. The prime whose half was right was asked for."));
    mpz_clear(wrong);
}

static bool crt_fault(struct task *task, struct task_random *random)
{
    struct fault fault;
    task_rsa_open(&fault.rsa, random, PRIME_BITS, 17);
    mpz_inits(fault.m, fault.s, fault.right, fault.wrong, NULL);
    bool p_is_right = task_draw_below(random, 2) == 0;
    mpz_set(fault.right, p_is_right ? fault.rsa.p : fault.rsa.q);
    mpz_set(fault.wrong, p_is_right ? fault.rsa.q : fault.rsa.p);
    task_draw_number(fault.m, random, fault.rsa.n);
    make_fault(&fault, random);
    task_say(task, "Anna signs m with two halves, m^d mod p and m^d mod q. In one half a bit went "
                   "wrong, and out came s. Which is the prime whose half was right?");
    task_value(task, "n", fault.rsa.n);
    task_value(task, "e", fault.rsa.e);
    task_value(task, "m", fault.m);
    task_value(task, "s", fault.s);
    task_answer_number(task, 120, fault.right);
    fault_mistakes(task, &fault);
    mpz_clears(fault.m, fault.s, fault.right, fault.wrong, NULL);
    task_rsa_close(&fault.rsa);
    return true;
}

const struct task_kind task_kinds_14[] = {
    {14, "cube-root", N_("A power that was never cut"), cube_root, TASK_COSTLY},
    {14, "broadcast", N_("One letter to three people"), broadcast, TASK_COSTLY},
    {14, "common-modulus", N_("One n for two"), common_modulus, TASK_COSTLY},
    {14, "product", N_("A signature that nobody made"), product, TASK_COSTLY},
    {14, "blind", N_("A blinded signature"), blind, TASK_COSTLY},
    {14, "crt-fault", N_("One wrong half"), crt_fault, TASK_COSTLY},
    {0},
};

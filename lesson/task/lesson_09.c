/*
 * Tasks of lesson 09: Diffie-Hellman by hand, and three logarithms that are cheap. Those of ML-KEM
 * are in lattice.c and hybrid.c.
 */
#include "arithmetic.h"
#include "dh.h"
#include "hybrid.h"
#include "kind.h"
#include "lattice.h"
#include "talk.h"

/* Both sides of an exchange. */
struct exchange {
    mpz_t p, g, order, a, b, A, B, K;
};

static void exchange_open(struct exchange *exchange)
{
    mpz_inits(exchange->p, exchange->g, exchange->order, exchange->a, exchange->b, exchange->A,
              exchange->B, exchange->K, NULL);
}

static void exchange_close(struct exchange *exchange)
{
    mpz_clears(exchange->p, exchange->g, exchange->order, exchange->a, exchange->b, exchange->A,
               exchange->B, exchange->K, NULL);
}

/* a and b below the order, which is set, and what follows from them. */
static void exchange_run(struct exchange *exchange, struct task_random *random)
{
    task_draw_number(exchange->a, random, exchange->order);
    task_draw_number(exchange->b, random, exchange->order);
    mpz_powm(exchange->A, exchange->g, exchange->a, exchange->p);
    mpz_powm(exchange->B, exchange->g, exchange->b, exchange->p);
    mpz_powm(exchange->K, exchange->B, exchange->a, exchange->p);
}

/* --- the shared secret -------------------------------------------------------------------------- */

static void shared_mistakes(struct task *task, const struct exchange *exchange)
{
    mpz_t wrong;
    mpz_init(wrong);
    task_mistake_power(task, exchange->A, exchange->a, exchange->p,
                       N_("You raised A, your own number. Raise B, the one that came."));
    task_mistake_power(task, exchange->a, exchange->B, exchange->p,
                       N_("You changed base and exponent: B is the base, and a the exponent."));
    task_mistake_product(task, exchange->A, exchange->B, exchange->p,
                         N_("You multiplied A by B. Any listener can; raise B to the power a."));
    task_mistake_product(task, exchange->a, exchange->B, exchange->p,
                         N_("This is a times B. K is B to the power a."));
    mpz_xor(wrong, exchange->B, exchange->a);
    task_mistake_number(task, wrong,
                        N_("In Python ^ is XOR, and no power. A power is pow(B, a, p)."));
    mpz_sub_ui(wrong, exchange->p, 1);
    task_mistake_power(task, exchange->B, exchange->a, wrong,
                       N_("You reduced modulo p - 1. Exponents are reduced so, powers modulo p."));
    task_mistake_number(task, exchange->A,
                        N_("This is A, which crosses the line. K is made of B and your a."));
    mpz_clear(wrong);
}

static bool shared_secret(struct task *task, struct task_random *random)
{
    struct exchange exchange;
    exchange_open(&exchange);
    task_draw_prime(exchange.p, random, 64);
    task_draw_number(exchange.g, random, exchange.p);
    mpz_sub_ui(exchange.order, exchange.p, 1);
    exchange_run(&exchange, random);
    task_say(task, "You agree on a secret with Boris by Diffie-Hellman, modulo p and with the "
                   "generator g. You have drawn a. From Boris comes B. Find the shared secret K.");
    task_value(task, "p", exchange.p);
    task_value(task, "g", exchange.g);
    task_value(task, "a", exchange.a);
    task_value(task, "B", exchange.B);
    task_answer_number(task, 63, exchange.K);
    shared_mistakes(task, &exchange);
    exchange_close(&exchange);
    return true;
}

/* --- baby steps, giant steps -------------------------------------------------------------------- */

/* p = 2 r order + 1, and a g of that order. Slow only if `order` is. */
static void draw_group(struct exchange *exchange, struct task_random *random, unsigned p_bits,
                       unsigned order_bits)
{
    mpz_t cofactor, limit;
    mpz_inits(cofactor, limit, NULL);
    task_draw_prime(exchange->order, random, order_bits);
    mpz_setbit(limit, p_bits - order_bits - 1);
    do {
        task_draw_number(cofactor, random, limit);
        mpz_mul_2exp(cofactor, cofactor, 1);
        mpz_mul(exchange->p, cofactor, exchange->order);
        mpz_add_ui(exchange->p, exchange->p, 1);
    } while (!mpz_probab_prime_p(exchange->p, 25));
    do {
        task_draw_number(exchange->g, random, exchange->p);
        mpz_powm(exchange->g, exchange->g, cofactor, exchange->p);
    } while (mpz_cmp_ui(exchange->g, 1) == 0);
    mpz_clears(cofactor, limit, NULL);
}

/* a = m i + j, with m^2 just above the order. */
static void step_mistakes(struct task *task, const struct exchange *exchange)
{
    mpz_t m, i, j, wrong;
    mpz_inits(m, i, j, wrong, NULL);
    mpz_sqrt(m, exchange->order);
    mpz_add_ui(m, m, 1);
    mpz_fdiv_qr(i, j, exchange->a, m);
    mpz_mul(wrong, j, m);
    mpz_add(wrong, wrong, i);
    task_mistake_number(task, wrong,
                        N_("You changed the steps: a is m times the giant step, plus the baby "
                           "step."));
    mpz_add_ui(wrong, exchange->a, 1);
    task_mistake_number(task, wrong, N_("One too many: the first baby step is g^0, which is 1."));
    mpz_add(wrong, exchange->a, m);
    task_mistake_number(task, wrong, N_("One giant step too many: the first one is A itself."));
    mpz_sub(wrong, exchange->order, exchange->a);
    task_mistake_number(task, wrong,
                        N_("This is the exponent of 1/A: the giant steps went the wrong way."));
    mpz_add(wrong, exchange->a, exchange->order);
    task_mistake_number(task, wrong,
                        N_("This exponent does it, too; but the least was asked: less the order."));
    task_mistake_number(task, exchange->b, N_("This is the exponent behind B. A was asked for."));
    task_mistake_number(task, exchange->K, N_("This is K. The exponent a was asked for."));
    mpz_clears(m, i, j, wrong, NULL);
}

static bool logarithm(struct task *task, struct task_random *random)
{
    struct exchange exchange;
    exchange_open(&exchange);
    draw_group(&exchange, random, 64, 42);
    exchange_run(&exchange, random);
    task_say(task, "You heard p, g, A and B. The order of g is the prime number r, of 42 bits. "
                   "Find a, the least exponent with g^a = A modulo p.");
    task_value(task, "p", exchange.p);
    task_value(task, "g", exchange.g);
    task_value(task, "r", exchange.order);
    task_value(task, "A", exchange.A);
    task_value(task, "B", exchange.B);
    task_say(task, "By hand it is baby steps and giant steps in Python, with a table of two "
                   "million numbers. Or use this:");
    task_show(task, "attack dlog find --p P --g G --public A");
    task_answer_number(task, 41, exchange.a);
    step_mistakes(task, &exchange);
    exchange_close(&exchange);
    return true;
}

/* --- piece by piece ------------------------------------------------------------------------------ */

#define SMOOTH_PRIMES 7 /* of 16 bits; and 2 */

struct smooth {
    struct exchange exchange;
    mpz_t primes[SMOOTH_PRIMES];
    mpz_t largest;
};

/* Whether g^((p - 1) / f) is 1 for one of the primes f of p - 1: then g is no generator. */
static bool has_smaller_order(const struct smooth *smooth)
{
    mpz_t exponent, power;
    bool smaller = false;
    mpz_inits(exponent, power, NULL);
    for (size_t i = 0; i <= SMOOTH_PRIMES && !smaller; i++) {
        if (i < SMOOTH_PRIMES)
            mpz_divexact(exponent, smooth->exchange.order, smooth->primes[i]);
        else
            mpz_fdiv_q_2exp(exponent, smooth->exchange.order, 1);
        mpz_powm(power, smooth->exchange.g, exponent, smooth->exchange.p);
        smaller = mpz_cmp_ui(power, 1) == 0;
    }
    mpz_clears(exponent, power, NULL);
    return smaller;
}

/* A prime of 16 bits that is no factor of the product so far, and with it the product. */
static void draw_factor(mpz_t prime, mpz_t product, const mpz_t before, struct task_random *random)
{
    do
        task_draw_prime(prime, random, 16);
    while (mpz_divisible_p(before, prime));
    mpz_mul(product, before, prime);
}

/* p = 2 f1 f2 ... f7 + 1; the last prime is drawn again until p is one. */
static void draw_smooth(struct smooth *smooth, struct task_random *random)
{
    struct exchange *exchange = &smooth->exchange;
    mpz_t product;
    mpz_init_set_ui(product, 2);
    for (size_t i = 0; i + 1 < SMOOTH_PRIMES; i++)
        draw_factor(smooth->primes[i], product, product, random);
    do {
        draw_factor(smooth->primes[SMOOTH_PRIMES - 1], exchange->order, product, random);
        mpz_add_ui(exchange->p, exchange->order, 1);
    } while (!mpz_probab_prime_p(exchange->p, 25));
    mpz_clear(product);
    mpz_set_ui(smooth->largest, 0);
    for (size_t i = 0; i < SMOOTH_PRIMES; i++)
        if (mpz_cmp(smooth->primes[i], smooth->largest) > 0)
            mpz_set(smooth->largest, smooth->primes[i]);
    do
        task_draw_number(exchange->g, random, exchange->p);
    while (has_smaller_order(smooth));
}

static void smooth_mistakes(struct task *task, const struct smooth *smooth)
{
    mpz_t part, wrong;
    mpz_inits(part, wrong, NULL);
    mpz_fdiv_q_2exp(part, smooth->exchange.order, 1);
    mpz_mod(wrong, smooth->exchange.a, part);
    task_mistake_number(task, wrong,
                        N_("The piece modulo 2 is missing: g to this power is -A, and not A."));
    mpz_divexact(part, smooth->exchange.order, smooth->largest);
    mpz_mod(wrong, smooth->exchange.a, part);
    task_mistake_number(task, wrong, N_("The piece modulo the largest prime of p - 1 is missing."));
    mpz_mod(wrong, smooth->exchange.a, smooth->largest);
    task_mistake_number(task, wrong,
                        N_("This is one piece alone: a modulo the largest prime of p - 1."));
    mpz_fdiv_r_2exp(part, smooth->exchange.a, 1);
    for (size_t i = 0; i < SMOOTH_PRIMES; i++) {
        mpz_mod(wrong, smooth->exchange.a, smooth->primes[i]);
        mpz_add(part, part, wrong);
    }
    task_mistake_number(task, part,
                        N_("You added the pieces. The Chinese remainder theorem joins them."));
    mpz_sub(wrong, smooth->exchange.order, smooth->exchange.a);
    task_mistake_number(task, wrong, N_("This is p - 1 - a: the exponent of 1/A."));
    mpz_clears(part, wrong, NULL);
}

static bool smooth_group(struct task *task, struct task_random *random)
{
    struct smooth smooth;
    exchange_open(&smooth.exchange);
    mpz_init(smooth.largest);
    for (size_t i = 0; i < SMOOTH_PRIMES; i++)
        mpz_init(smooth.primes[i]);
    draw_smooth(&smooth, random);
    exchange_run(&smooth.exchange, random);
    /* Else nothing is lost without the piece modulo 2. */
    mpz_mul_2exp(smooth.exchange.b, smooth.exchange.a, 1);
    bool fits = mpz_cmp(smooth.exchange.b, smooth.exchange.order) > 0;
    task_say(task,
             "p has more than 100 bits, so nobody counts up to a. But p - 1 is a product of small "
             "primes. Find a between 0 and p - 1, with g^a = A modulo p.");
    task_value(task, "p", smooth.exchange.p);
    task_value(task, "g", smooth.exchange.g);
    task_value(task, "A", smooth.exchange.A);
    task_answer_number(task, 105, smooth.exchange.a);
    smooth_mistakes(task, &smooth);
    for (size_t i = 0; i < SMOOTH_PRIMES; i++)
        mpz_clear(smooth.primes[i]);
    mpz_clear(smooth.largest);
    exchange_close(&smooth.exchange);
    return fits;
}

/* --- a generator of small order ------------------------------------------------------------------ */

static void mistake_three(struct task *task, const mpz_t order, const mpz_t a, const mpz_t b,
                          const char *sentence)
{
    task_mistake(task,
                 task_text(task, "%s %s %s", task_decimal(task, order), task_decimal(task, a),
                           task_decimal(task, b)),
                 sentence);
}

static bool small_order(struct task *task, struct task_random *random)
{
    struct exchange exchange;
    mpz_t wrong, other;
    exchange_open(&exchange);
    mpz_inits(wrong, other, NULL);
    draw_group(&exchange, random, 64, 21);
    exchange_run(&exchange, random);
    task_say(task, "p has 64 bits, but g has a small order. Find the order r of g, the exponent a "
                   "of A and the exponent b of B, both below r. Answer with the three numbers, "
                   "r a b, with blanks between them.");
    task_value(task, "p", exchange.p);
    task_value(task, "g", exchange.g);
    task_value(task, "A", exchange.A);
    task_value(task, "B", exchange.B);
    task_answer_text(task, 41,
                     task_text(task, "%s %s %s", task_decimal(task, exchange.order),
                               task_decimal(task, exchange.a), task_decimal(task, exchange.b)));
    mistake_three(task, exchange.order, exchange.b, exchange.a,
                  N_("You changed a and b: a belongs to A."));
    mpz_sub_ui(wrong, exchange.p, 1);
    mistake_three(task, wrong, exchange.a, exchange.b,
                  N_("p - 1 is the order of the whole group. g comes back to 1 much sooner."));
    mpz_add_ui(wrong, exchange.order, 1);
    mistake_three(task, wrong, exchange.a, exchange.b,
                  N_("You counted 1 twice, as g^0 and as g^r. r is the least with g^r = 1."));
    mpz_sub_ui(wrong, exchange.order, 1);
    mistake_three(task, wrong, exchange.a, exchange.b,
                  N_("You stopped one power before 1. r is the least with g^r = 1."));
    mpz_add_ui(wrong, exchange.a, 1);
    mpz_add_ui(other, exchange.b, 1);
    mistake_three(task, exchange.order, wrong, other,
                  N_("Your exponents are one too high: g^0 is 1, and g^1 is g."));
    mpz_clears(wrong, other, NULL);
    exchange_close(&exchange);
    return true;
}

/* --- a talk in a small group ----------------------------------------------------------------------- */

static bool small_talk(struct task *task, struct task_random *random)
{
    struct exchange exchange;
    struct dh_group *group = NULL;
    exchange_open(&exchange);
    draw_group(&exchange, random, 64, 40);
    const char *name = task_text(task, "%s,%s", task_decimal(task, exchange.p),
                                 task_decimal(task, exchange.g));
    exchange_close(&exchange);
    if (dh_group_parse(&group, name))
        return false;
    bool made = task_talk(task, random, "dh:feistel-cbc", group, TALK_LONG);
    dh_group_free(group);
    if (!made)
        return false;
    task_say(task, "talk.rec is what a listener has kept of a talk in the suite dh. Its cipher is "
                   "nothing to break in an hour, but the client took a small group. What was the "
                   "second line that the client said?");
    task_show(task, "attack dlog talk talk.rec");
    return true;
}

const struct task_kind task_kinds_09[] = {
    {9, "shared-secret", N_("A shared secret"), shared_secret, TASK_QUICK},
    {9, "logarithm", N_("A logarithm by baby steps"), logarithm, TASK_QUICK},
    {9, "smooth-group", N_("A logarithm piece by piece"), smooth_group, TASK_COSTLY},
    {9, "small-order", N_("A generator of small order"), small_order, TASK_QUICK},
    {9, "small-talk", N_("A talk in a small group"), small_talk, TASK_SLOW},
    {9, "lattice-key", N_("A key with noise"), lattice_key, TASK_QUICK},
    {9, "lattice-open", N_("A secret below the noise"), lattice_open, TASK_QUICK},
    {9, "noise-left-out", N_("The noise was left out"), lattice_no_noise, TASK_QUICK},
    {9, "transform", N_("A product by values"), lattice_transform, TASK_QUICK},
    {9, "both-secrets", N_("Two secrets, one key"), hybrid_key, TASK_QUICK},
    {9, "rejected", N_("A changed ciphertext"), hybrid_rejected, TASK_QUICK},
    {0},
};

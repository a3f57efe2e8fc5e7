/*
 * Tasks of lesson 16: weak keys, by their public halves alone.
 */
#include "arithmetic.h"
#include "kind.h"

#include <string.h>

/* --- a prime in common -------------------------------------------------------------------------------- */

#define KEYS        16
#define SHARED_BITS 80 /* of each prime */

/* The moduli of all keys, one a line; those of one and other share the prime. */
static void attach_moduli(struct task *task, struct task_random *random, mpz_t *moduli,
                          const unsigned places[2])
{
    const char *rows = "";
    mpz_t p;
    mpz_init(p);
    for (unsigned i = 0, given = 0; i < KEYS; i++) {
        const char *number;
        if (i == places[0] || i == places[1]) {
            number = task_decimal(task, moduli[given++]);
        } else {
            mpz_t n;
            mpz_init(n);
            task_draw_prime(p, random, SHARED_BITS);
            task_draw_prime(n, random, SHARED_BITS);
            mpz_mul(n, n, p);
            number = task_decimal(task, n);
            mpz_clear(n);
        }
        rows = task_text(task, "%s%s\n", rows, number);
    }
    mpz_clear(p);
    task_attach(task, "moduli.txt", rows, strlen(rows));
}

static bool shared_prime(struct task *task, struct task_random *random)
{
    mpz_t p, q[2], n[2];
    mpz_inits(p, q[0], q[1], n[0], n[1], NULL);
    task_draw_prime(p, random, SHARED_BITS);
    for (int i = 0; i < 2; i++) {
        task_draw_prime(q[i], random, SHARED_BITS);
        mpz_mul(n[i], p, q[i]);
    }
    unsigned first = task_draw_between(random, 0, KEYS - 2);
    const unsigned places[2] = {first, task_draw_between(random, first + 1, KEYS - 1)};
    task_say(task,
             "The file moduli.txt has the moduli of %d keys, one a line. Two of them have a prime "
             "in common. Find it: by the greatest common divisor of each pair, or with this:",
             KEYS);
    task_show(task, "keytool audit --moduli moduli.txt --shared-only");
    attach_moduli(task, random, n, places);
    task_answer_number(task, SHARED_BITS - 2, p);
    task_mistake_number(task, q[0],
                        N_("This is the other prime of one of the two keys. The shared one was "
                           "asked for."));
    task_mistake_number(task, q[1],
                        N_("This prime stands in one key alone: you divided by the shared one."));
    task_mistake_number(task, n[0],
                        N_("This is one of the two moduli. Its common divisor with the other is "
                           "asked."));
    task_mistake_number(task, n[1],
                        N_("This is a modulus of the list. The prime that two of them share is "
                           "asked."));
    mpz_mul(q[0], q[0], q[1]);
    mpz_mul(q[0], q[0], p);
    task_mistake_number(task, q[0],
                        N_("This is the least common multiple. Take the greatest common divisor."));
    mpz_clears(p, q[0], q[1], n[0], n[1], NULL);
    return true;
}

/* --- primes close together -------------------------------------------------------------------------------- */

static bool close_primes(struct task *task, struct task_random *random)
{
    mpz_t p, q, n, wrong;
    mpz_inits(p, q, n, wrong, NULL);
    task_draw_prime(q, random, 128);
    /* Some dozens of Fermat's steps: (p - q)^2 / (8 sqrt(n)). */
    mpz_set_ui(p, task_draw_between(random, 40, 120));
    mpz_mul_2exp(p, p, 62);
    mpz_add(p, p, q);
    mpz_nextprime(p, p);
    mpz_mul(n, p, q);
    task_say(task, "Two primes of 128 bits were drawn close together. This is their product. Which "
                   "is the larger one?");
    task_value(task, "n", n);
    task_answer_number(task, 120, p);
    task_mistake_number(task, q, N_("This is the smaller prime."));
    mpz_add(wrong, p, q);
    task_mistake_number(task, wrong, N_("This is p + q, which is 2 a. The larger prime is a + b."));
    mpz_fdiv_q_2exp(wrong, wrong, 1);
    task_mistake_number(task, wrong,
                        N_("This is a, halfway between the primes. The larger one is a + b."));
    mpz_sub(wrong, p, wrong);
    task_mistake_number(task, wrong,
                        N_("This is b, half of the distance. The larger prime is a + b."));
    mpz_sqrt(wrong, n);
    task_mistake_number(task, wrong,
                        N_("This is the root of n, where the search begins. a^2 - n has to be a "
                           "square."));
    mpz_add_ui(wrong, wrong, 1);
    task_mistake_number(task, wrong,
                        N_("This is the first a that is tried. Go on until a^2 - n is a square."));
    mpz_clears(p, q, n, wrong, NULL);
    return true;
}

/* --- a small d ---------------------------------------------------------------------------------------------- */

struct wiener {
    struct task_rsa rsa;
    mpz_t phi, d, e, k; /* e d = 1 + k phi */
};

/* The denominators of the convergents of e/n in front of d, which is one itself, and behind it. */
static void find_neighbours(mpz_t before, mpz_t behind, const struct wiener *wiener)
{
    mpz_t a, b, quotient, last;
    bool found = false;
    mpz_inits(a, b, quotient, NULL);
    mpz_init_set_ui(last, 1); /* and behind, the one after it, is 0 */
    mpz_set(a, wiener->e);
    mpz_set(b, wiener->rsa.n);
    while (mpz_sgn(b) > 0 && !found) {
        found = mpz_cmp(behind, wiener->d) == 0;
        if (found)
            mpz_set(before, last);
        mpz_fdiv_qr(quotient, a, a, b);
        mpz_swap(a, b);
        mpz_addmul(last, behind, quotient);
        mpz_swap(last, behind);
    }
    mpz_clears(a, b, quotient, last, NULL);
}

static bool wiener_draw(struct wiener *wiener, struct task_random *random)
{
    mpz_t q1;
    mpz_init(q1);
    mpz_sub_ui(wiener->phi, wiener->rsa.p, 1);
    mpz_sub_ui(q1, wiener->rsa.q, 1);
    mpz_mul(wiener->phi, wiener->phi, q1);
    task_draw_prime(wiener->d, random, 60);
    bool fits = mpz_invert(wiener->e, wiener->d, wiener->phi) != 0;
    mpz_mul(wiener->k, wiener->e, wiener->d);
    mpz_fdiv_q(wiener->k, wiener->k, wiener->phi);
    mpz_clear(q1);
    return fits;
}

static void wiener_mistakes(struct task *task, const struct wiener *wiener)
{
    mpz_t before, behind;
    mpz_inits(before, behind, NULL);
    find_neighbours(before, behind, wiener);
    task_mistake_number(task, wiener->k,
                        N_("This is k, the numerator of the convergent. d is its "
                           "denominator."));
    task_mistake_number(task, before,
                        N_("You stopped one convergent early. Test each with a power of 2."));
    task_mistake_number(task, behind,
                        N_("You took one convergent too many. Test each with a power of 2."));
    task_mistake_number(task, wiener->rsa.p, N_("This is a prime of n. d was asked for."));
    if (mpz_invert(before, wiener->e, wiener->rsa.n))
        task_mistake_number(task, before,
                            N_("This is the inverse of e modulo n. Exponents live modulo phi."));
    mpz_clears(before, behind, NULL);
}

static bool small_d(struct task *task, struct task_random *random)
{
    struct wiener wiener;
    mpz_inits(wiener.phi, wiener.d, wiener.e, wiener.k, NULL);
    task_rsa_open(&wiener.rsa, random, 128, 65537);
    bool fits = wiener_draw(&wiener, random);
    if (fits) {
        task_say(task,
                 "Somebody has chosen a small d, to decrypt fast, and made e of it. These are "
                 "n and e. Find d: by hand by the convergents of e/n, or with this:");
        task_show(task, "attack rsa factor N --e E --method wiener");
        task_value(task, "n", wiener.rsa.n);
        task_value(task, "e", wiener.e);
        task_answer_number(task, 58, wiener.d);
        wiener_mistakes(task, &wiener);
    }
    mpz_clears(wiener.phi, wiener.d, wiener.e, wiener.k, NULL);
    task_rsa_close(&wiener.rsa);
    return fits;
}

/* --- from two public keys to a letter ------------------------------------------------------------------------ */

struct thief {
    struct task_rsa rsa;
    mpz_t n2, m, c, phi, d;
};

/* What c becomes under an inverse of e modulo that number, if there is one. */
static void thief_mistake(struct task *task, struct thief *thief, const mpz_t modulus,
                          const mpz_t n, const char *sentence)
{
    if (mpz_invert(thief->d, thief->rsa.e, modulus))
        task_mistake_power(task, thief->c, thief->d, n, sentence);
}

static void thief_mistakes(struct task *task, struct thief *thief)
{
    mpz_t wrong;
    mpz_init(wrong);
    thief_mistake(task, thief, thief->rsa.n, thief->rsa.n,
                  N_("Your d is the inverse of e modulo n. Take it modulo (p - 1) (q - 1)."));
    thief_mistake(task, thief, thief->phi, thief->n2,
                  N_("You decrypted modulo n2. The letter is to the owner of n1."));
    mpz_sub_ui(wrong, thief->rsa.p, 1);
    mpz_mul(wrong, wrong, thief->rsa.q);
    thief_mistake(task, thief, wrong, thief->rsa.n,
                  N_("Your phi is (p - 1) q. It is (p - 1) (q - 1)."));
    task_mistake_number(task, thief->rsa.p, N_("This is the shared prime. Go on: q, phi, d, m."));
    task_mistake_number(task, thief->rsa.q, N_("This is a prime of n1. Go on: phi, d, m."));
    task_mistake_power(task, thief->c, thief->rsa.e, thief->rsa.n,
                       N_("You encrypted c once more. It is decrypted by d."));
    mpz_clear(wrong);
}

static bool thief(struct task *task, struct task_random *random)
{
    struct thief thief;
    mpz_inits(thief.n2, thief.m, thief.c, thief.phi, thief.d, NULL);
    task_rsa_open(&thief.rsa, random, 96, 65537);
    task_draw_prime(thief.n2, random, 96);
    mpz_mul(thief.n2, thief.n2, thief.rsa.p);
    mpz_sub_ui(thief.phi, thief.rsa.p, 1);
    mpz_sub_ui(thief.d, thief.rsa.q, 1);
    mpz_mul(thief.phi, thief.phi, thief.d);
    task_draw_number(thief.m, random, thief.rsa.n);
    mpz_powm(thief.c, thief.m, thief.rsa.e, thief.rsa.n);
    task_say(task, "Two keys share a prime. The number m was sent to the first of them under raw "
                   "RSA, as c. You have their public halves. Find m.");
    task_value(task, "n1", thief.rsa.n);
    task_value(task, "n2", thief.n2);
    task_value(task, "e", thief.rsa.e);
    task_value(task, "c", thief.c);
    task_answer_number(task, 180, thief.m);
    thief_mistakes(task, &thief);
    mpz_clears(thief.n2, thief.m, thief.c, thief.phi, thief.d, NULL);
    task_rsa_close(&thief.rsa);
    return true;
}

const struct task_kind task_kinds_16[] = {
    {16, "shared-prime", N_("A prime in common"), shared_prime, TASK_COSTLY},
    {16, "close-primes", N_("Primes close together"), close_primes, TASK_COSTLY},
    {16, "small-d", N_("A small private exponent"), small_d, TASK_COSTLY},
    {16, "thief", N_("A letter, by two public keys"), thief, TASK_COSTLY},
    {0},
};

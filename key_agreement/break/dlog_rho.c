/*
 * Pollard's rho for logarithms: a walk through the powers of g that looks like chance, and each of
 * whose stations is known as g^a h^b. When it comes to a station again, g^a h^b = g^c h^d, and
 * x = (a - c) / (d - b) modulo the order.
 *
 * The next station is this one times one of 32 fixed g^u h^v, picked by its hash (Teske). Of the
 * places one remembers one: where the walk stood at step 1, 2, 4, 8, ... (Brent). No table.
 */
#include "dlog_internal.h"

#include <stdlib.h>
#include <string.h>

enum { WAYS = 32, ASKED_EVERY = 1 << 16, WALKS = 64 };

struct walk {
    struct dlog_run *run;
    mpz_srcptr base, target;
    uint64_t order, random, began;
    uint64_t u[WAYS], v[WAYS];
    mp_limb_t *ways;        /* WAYS elements */
    mp_limb_t *here, *mark; /* two more, in the same memory */
    uint64_t a, b, mark_a, mark_b;
};

/* SplitMix64: a public generator of numbers that look like chance. */
static uint64_t chance(struct walk *walk)
{
    uint64_t z = walk->random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (z ^ z >> 31) % walk->order;
}

/* element = base^a target^b */
static void set_power(struct walk *walk, mp_limb_t *element, uint64_t a, uint64_t b)
{
    mpz_srcptr modulus = walk->run->field->modulus;
    mpz_t left, right;
    mpz_init_set_ui(left, a);
    mpz_init_set_ui(right, b);
    mpz_powm(left, walk->base, left, modulus);
    mpz_powm(right, walk->target, right, modulus);
    mpz_mul(left, left, right);
    dlog_field_set(walk->run->field, element, left);
    mpz_clears(left, right, NULL);
}

static void start(struct walk *walk)
{
    const size_t limbs = walk->run->field->limbs;
    for (size_t i = 0; i < WAYS; i++) {
        walk->u[i] = chance(walk);
        walk->v[i] = chance(walk);
        set_power(walk, walk->ways + i * limbs, walk->u[i], walk->v[i]);
    }
    walk->mark_a = walk->a = chance(walk);
    walk->mark_b = walk->b = chance(walk);
    set_power(walk, walk->here, walk->a, walk->b);
    memcpy(walk->mark, walk->here, limbs * sizeof(*walk->here));
}

static uint64_t add(uint64_t a, uint64_t b, uint64_t order)
{
    return a + b >= order ? a + b - order : a + b; /* order < 2^62 */
}

static void step(struct walk *walk)
{
    struct dlog_field *field = walk->run->field;
    const size_t way = dlog_field_hash(walk->here) >> 59;
    dlog_field_multiply(field, walk->here, walk->here, walk->ways + way * field->limbs);
    walk->a = add(walk->a, walk->u[way], walk->order);
    walk->b = add(walk->b, walk->v[way], walk->order);
}

/* Until it is where it was. */
static bool walk_round(struct walk *walk)
{
    const size_t bytes = walk->run->field->limbs * sizeof(*walk->here);
    for (uint64_t done = 1, next_mark = 1;; done++) {
        step(walk);
        if (memcmp(walk->here, walk->mark, bytes) == 0)
            return true;
        if (done == next_mark) {
            memcpy(walk->mark, walk->here, bytes);
            walk->mark_a = walk->a;
            walk->mark_b = walk->b;
            next_mark *= 2;
        }
        const uint64_t cost = walk->run->field->multiplications - walk->began;
        if (cost >= walk->run->bounds.multiplications ||
            (done % ASKED_EVERY == 0 && !dlog_goes_on(walk->run->listener, cost)))
            return false;
    }
}

static void tell(const struct walk *walk, const mpz_t order, uint64_t x)
{
    mpz_t a, b, c, d, found;
    mpz_init_set_ui(a, walk->a);
    mpz_init_set_ui(b, walk->b);
    mpz_init_set_ui(c, walk->mark_a);
    mpz_init_set_ui(d, walk->mark_b);
    mpz_init_set_ui(found, x);
    dlog_tell(walk->run->listener,
              (struct dlog_step){
                  "rho",
                  "g^a h^b = g^c h^d; x = (a - c) / (d - b) mod order",
                  {{"order", order}, {"a", a}, {"b", b}, {"c", c}, {"d", d}, {"x", found}}});
    mpz_clears(a, b, c, d, found, NULL);
}

/* False: b = d, and the walk has told nothing. */
static bool solve(uint64_t *x, const struct walk *walk)
{
    mpz_t top, bottom, order;
    mpz_init_set_ui(top, add(walk->a, walk->order - walk->mark_a, walk->order));
    mpz_init_set_ui(bottom, add(walk->mark_b, walk->order - walk->b, walk->order));
    mpz_init_set_ui(order, walk->order);
    bool solved = mpz_invert(bottom, bottom, order) != 0;
    mpz_mul(top, top, bottom);
    mpz_mod(top, top, order);
    *x = mpz_get_ui(top);
    if (solved)
        tell(walk, order, *x);
    mpz_clears(top, bottom, order, NULL);
    return solved;
}

enum dlog_outcome dlog_rho(uint64_t *x, struct dlog_run *run, const mpz_t base, const mpz_t target,
                           uint64_t order)
{
    struct walk walk = {.run = run,
                        .base = base,
                        .target = target,
                        .order = order,
                        .random = run->bounds.seed,
                        .began = run->field->multiplications};
    const size_t limbs = run->field->limbs;
    enum dlog_outcome outcome = DLOG_BOUND;
    walk.ways = calloc((WAYS + 2) * limbs, sizeof(*walk.ways));
    if (!walk.ways)
        return DLOG_MEMORY;
    walk.here = walk.ways + WAYS * limbs;
    walk.mark = walk.here + limbs;
    for (int i = 0; i < WALKS && outcome == DLOG_BOUND; i++) {
        start(&walk);
        if (!walk_round(&walk))
            break;
        if (solve(x, &walk))
            outcome = DLOG_FOUND;
    }
    free(walk.ways);
    return outcome;
}

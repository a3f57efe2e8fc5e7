/*
 * Pollard's p - 1 in two stages: see rsa_p_minus_1.h.
 */
#include "rsa_p_minus_1.h"

#include "rsa_primes.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
    BATCH = 256,    /* primes between two gcds */
    GAPS = 178,     /* powers kept for stage 2: primes below 10^10 are at most 354 apart */
    MOST_BASES = 8, /* tried, where p and q fall at the same prime */
};

struct rsa_p_minus_1 {
    mpz_t n, a, saved, product, t;
    mpz_t gap[GAPS]; /* stage 2: a0^(2 i) */
    uint64_t bound1, bound2;
    struct rsa_primes *primes;
    uint64_t batch[BATCH], prime, before; /* the last prime taken, and the one before the batch */
    size_t count;
    unsigned long base;
    int stage;
};

static bool restart(struct rsa_p_minus_1 *state, unsigned long base)
{
    uint64_t limit = state->bound2 > state->bound1 ? state->bound2 : state->bound1;
    rsa_primes_free(state->primes);
    state->primes = rsa_primes_new(limit);
    state->base = base;
    state->stage = 1;
    state->prime = 0;
    mpz_set_ui(state->a, base);
    return state->primes;
}

struct rsa_p_minus_1 *rsa_p_minus_1_new(const mpz_t n, uint64_t bound1, uint64_t bound2)
{
    struct rsa_p_minus_1 *state = calloc(1, sizeof(*state));
    if (!state)
        return NULL;
    mpz_inits(state->n, state->a, state->saved, state->product, state->t, NULL);
    for (int i = 0; i < GAPS; i++)
        mpz_init(state->gap[i]);
    mpz_set(state->n, n);
    state->bound1 = bound1 > RSA_PRIMES_MOST ? RSA_PRIMES_MOST : bound1;
    state->bound2 = bound2 > RSA_PRIMES_MOST ? RSA_PRIMES_MOST : bound2;
    if (restart(state, 2))
        return state;
    rsa_p_minus_1_free(state);
    return NULL;
}

void rsa_p_minus_1_free(struct rsa_p_minus_1 *state)
{
    if (!state)
        return;
    mpz_clears(state->n, state->a, state->saved, state->product, state->t, NULL);
    for (int i = 0; i < GAPS; i++)
        mpz_clear(state->gap[i]);
    rsa_primes_free(state->primes);
    free(state);
}

int rsa_p_minus_1_stage(const struct rsa_p_minus_1 *state)
{
    return state->stage;
}

uint64_t rsa_p_minus_1_prime(const struct rsa_p_minus_1 *state)
{
    return state->prime;
}

/* The next primes up to the bound; the first beyond it is kept back in state->prime. */
static void fill_batch(struct rsa_p_minus_1 *state, uint64_t bound)
{
    state->count = 0;
    while (state->count < BATCH && state->prime != 0 && state->prime <= bound) {
        state->batch[state->count++] = state->prime;
        state->prime = rsa_primes_next(state->primes);
    }
}

/* gcd(x - 1, n). */
static bool proper(mpz_t p, struct rsa_p_minus_1 *state, const mpz_t x)
{
    mpz_sub_ui(state->t, x, 1);
    mpz_gcd(p, state->t, state->n);
    return mpz_cmp_ui(p, 1) > 0 && mpz_cmp(p, state->n) < 0;
}

/* How often a prime is taken: prime^k <= bound1. */
static unsigned powers(const struct rsa_p_minus_1 *state, uint64_t prime)
{
    unsigned count = 1;
    for (uint64_t power = prime; power <= state->bound1 / prime; power *= prime)
        count++;
    return count;
}

/* p and q came in one batch of stage 1: takes it again from the saved place, a prime at a time. */
static bool look_closer_1(mpz_t p, struct rsa_p_minus_1 *state)
{
    for (size_t i = 0; i < state->count; i++)
        for (unsigned k = powers(state, state->batch[i]); k > 0; k--) {
            mpz_powm_ui(state->saved, state->saved, state->batch[i], state->n);
            if (proper(p, state, state->saved))
                return true;
        }
    return false;
}

/* All of n came out at once: with another base, p and q may fall apart. */
static enum rsa_progress next_base(struct rsa_p_minus_1 *state)
{
    if (state->base >= MOST_BASES)
        return RSA_DONE;
    return restart(state, state->base + 1) ? RSA_MORE : RSA_NO_MEMORY;
}

static enum rsa_progress run_stage_1(mpz_t p, uint64_t *work, struct rsa_p_minus_1 *state)
{
    if (state->prime == 0)
        state->prime = rsa_primes_next(state->primes);
    fill_batch(state, state->bound1);
    mpz_set(state->saved, state->a);
    mpz_set_ui(state->product, 1);
    for (size_t i = 0; i < state->count; i++)
        for (unsigned k = powers(state, state->batch[i]); k > 0; k--)
            mpz_mul_ui(state->product, state->product, state->batch[i]);
    *work += mpz_sizeinbase(state->product, 2);
    mpz_powm(state->a, state->a, state->product, state->n);
    if (proper(p, state, state->a))
        return RSA_FOUND;
    if (mpz_cmp(p, state->n) == 0)
        return look_closer_1(p, state) ? RSA_FOUND : next_base(state);
    if (state->count == BATCH)
        return RSA_MORE;
    if (state->prime == 0 || state->bound2 <= state->bound1)
        return RSA_DONE;
    /* Stage 2 begins: a0^(2 i), and a0^prime for the first prime beyond bound1. */
    state->stage = 2;
    mpz_set_ui(state->gap[0], 1);
    mpz_powm_ui(state->gap[1], state->a, 2, state->n);
    for (int i = 2; i < GAPS; i++) {
        mpz_mul(state->gap[i], state->gap[i - 1], state->gap[1]);
        mpz_mod(state->gap[i], state->gap[i], state->n);
    }
    *work += GAPS;
    mpz_powm_ui(state->a, state->a, state->prime, state->n);
    state->before = state->prime;
    return RSA_MORE;
}

/* x = a0^from becomes a0^to. */
static void step_to(mpz_t x, const struct rsa_p_minus_1 *state, uint64_t from, uint64_t to)
{
    mpz_mul(x, x, state->gap[(to - from) / 2]);
    mpz_mod(x, x, state->n);
}

static bool look_closer_2(mpz_t p, struct rsa_p_minus_1 *state, uint64_t from)
{
    for (size_t i = 0; i < state->count; i++) {
        step_to(state->saved, state, from, state->batch[i]);
        from = state->batch[i];
        if (proper(p, state, state->saved))
            return true;
    }
    return false;
}

static enum rsa_progress run_stage_2(mpz_t p, uint64_t *work, struct rsa_p_minus_1 *state)
{
    uint64_t from = state->before;
    fill_batch(state, state->bound2);
    mpz_set(state->saved, state->a);
    mpz_set_ui(state->product, 1);
    for (size_t i = 0; i < state->count; i++) {
        step_to(state->a, state, state->before, state->batch[i]);
        state->before = state->batch[i];
        mpz_sub_ui(state->t, state->a, 1);
        mpz_mul(state->product, state->product, state->t);
        mpz_mod(state->product, state->product, state->n);
    }
    *work += 2 * state->count;
    mpz_gcd(p, state->product, state->n);
    if (mpz_cmp_ui(p, 1) > 0 && mpz_cmp(p, state->n) < 0)
        return RSA_FOUND;
    if (mpz_cmp(p, state->n) == 0)
        return look_closer_2(p, state, from) ? RSA_FOUND : next_base(state);
    return state->count == BATCH && state->prime != 0 ? RSA_MORE : RSA_DONE;
}

enum rsa_progress rsa_p_minus_1_run(mpz_t p, uint64_t *work, struct rsa_p_minus_1 *state,
                                    uint64_t limit)
{
    enum rsa_progress progress = RSA_MORE;
    for (*work = 0; progress == RSA_MORE && *work < limit;)
        progress = state->stage == 1 ? run_stage_1(p, work, state) : run_stage_2(p, work, state);
    return progress;
}

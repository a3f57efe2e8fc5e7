/*
 * Random probable primes, FIPS 186-5 A.1.3, with a sieve in front of Miller-Rabin.
 *
 * The standard draws each candidate afresh. Here candidates are drawn from a random stretch of
 * neighbours, so that one sieve serves them all: docs/bignum_rsa.md says how little that changes.
 */
#include "rsa_prime.h"

#include "rsa_key.h"
#include "rsa_memory.h"
#include "rsa_number.h"
#include "rsa_prime_lanes.h"
#include "rsa_sieve.h"
#include "rsa_tell.h"

/* What is asked of a prime besides being one. */
struct wanted {
    unsigned bits;
    mpz_srcptr e, other;
    mpz_t low, count; /* candidates: the first, and how many odd numbers from there to 2^bits */
    mpz_t t, limit;   /* scratch */
    bool sifted;      /* candidates have passed the round with base 2 */
    const struct rsa_listener *listener;
};

/* A.1.3 steps 4.4 and 5.5: sqrt(2) 2^(bits-1) <= p < 2^bits, p odd. */
static void wanted_open(struct wanted *wanted, unsigned bits, const mpz_t e, const mpz_t other)
{
    wanted->bits = bits;
    wanted->e = e;
    wanted->other = other;
    mpz_inits(wanted->low, wanted->count, wanted->t, wanted->limit, NULL);
    mpz_setbit(wanted->low, 2 * (mp_bitcnt_t)bits - 1);
    mpz_sqrt(wanted->low, wanted->low); /* irrational: the next integer is above it */
    mpz_add_ui(wanted->low, wanted->low, 1);
    mpz_setbit(wanted->low, 0);
    mpz_setbit(wanted->count, bits);
    mpz_sub(wanted->count, wanted->count, wanted->low);
    mpz_cdiv_q_2exp(wanted->count, wanted->count, 1);
}

static void wanted_close(struct wanted *wanted)
{
    rsa_mpz_wipe(wanted->low);
    rsa_mpz_wipe(wanted->count);
    rsa_mpz_wipe(wanted->t);
    rsa_mpz_wipe(wanted->limit);
}

/* Step 5.4: |p - q| > 2^(bits - 100); for the small, that they differ. */
static bool far_from_other(struct wanted *wanted, const mpz_t p)
{
    if (!wanted->other)
        return true;
    mpz_sub(wanted->t, p, wanted->other);
    mpz_set_ui(wanted->limit, 0);
    if (wanted->bits > 100)
        mpz_setbit(wanted->limit, wanted->bits - 100);
    return mpz_cmpabs(wanted->t, wanted->limit) > 0;
}

/* Steps 4.5 and 5.6: gcd(p - 1, e) = 1. */
static bool fits_exponent(struct wanted *wanted, const mpz_t p)
{
    mpz_sub_ui(wanted->t, p, 1);
    mpz_gcd(wanted->t, wanted->t, wanted->e);
    return mpz_cmp_ui(wanted->t, 1) == 0;
}

/* RSA_OK and *fate NULL: it is a prime as wanted; else why it fell. */
static enum rsa_error judge(const char **fate, struct wanted *wanted, const mpz_t p,
                            const struct rsa_random *source)
{
    bool prime = false;
    *fate = "fell: too close to the other prime";
    if (!far_from_other(wanted, p))
        return RSA_OK;
    *fate = "fell: p - 1 and e have a common divisor";
    if (!fits_exponent(wanted, p))
        return RSA_OK;
    /* One round with base 2 rejects nearly every composite; it is not counted among the rounds. */
    *fate = "fell: composite, says Miller-Rabin with base 2";
    mpz_set_ui(wanted->t, 2);
    if (!wanted->sifted && !rsa_miller_rabin_base(p, wanted->t))
        return RSA_OK;
    *fate = "fell: composite, says Miller-Rabin with a random base";
    enum rsa_error error = rsa_miller_rabin(&prime, p, rsa_prime_rounds(wanted->bits), source);
    *fate = prime ? NULL : *fate;
    return error;
}

static enum rsa_error is_wanted(bool *good, struct wanted *wanted, const mpz_t p,
                                const struct rsa_random *source)
{
    const char *fate;
    enum rsa_error error = judge(&fate, wanted, p, source);
    *good = !error && !fate;
    if (!error) {
        rsa_tell_number(wanted->listener,
                        (struct rsa_step){.name = "candidate",
                                          .formula = fate ? fate : "prime, as wanted",
                                          .section = "FIPS 186-5 A.1.3",
                                          .is_private = true},
                        p);
    }
    return error;
}

static void tell_sieve(const struct wanted *wanted, struct rsa_sieve *sieve, unsigned long stretch)
{
    mpz_t number;
    if (!wanted->listener)
        return;
    mpz_init_set_ui(number, stretch);
    rsa_tell_number(wanted->listener,
                    (struct rsa_step){.name = "stretch",
                                      .formula = "odd numbers in a row, from a random start",
                                      .section = "docs/bignum_rsa.md"},
                    number);
    mpz_set_ui(number, rsa_sieve_survivors(sieve));
    rsa_tell_number(wanted->listener,
                    (struct rsa_step){.name = "survivors",
                                      .formula = "of them have no small divisor: the candidates, "
                                                 "drawn at random",
                                      .section = "docs/bignum_rsa.md"},
                    number);
    mpz_clear(number);
}

/* Lays the sieve over a random stretch of the candidates, or over all of them if they are few:
 * *all then tells that there is no other stretch to try. */
static enum rsa_error lay_sieve(bool *all, struct rsa_sieve *sieve, struct wanted *wanted,
                                const struct rsa_random *source)
{
    unsigned long stretch = rsa_sieve_stretch(sieve);
    *all = mpz_cmp_ui(wanted->count, stretch) <= 0;
    if (*all) {
        rsa_sieve_run(sieve, wanted->low, mpz_get_ui(wanted->count));
        tell_sieve(wanted, sieve, mpz_get_ui(wanted->count));
        return RSA_OK;
    }
    /* The start is uniform among those that leave room for a whole stretch. */
    mpz_sub_ui(wanted->limit, wanted->count, stretch - 1);
    enum rsa_error error = rsa_number_random(wanted->t, wanted->limit, source);
    if (error)
        return error;
    mpz_mul_2exp(wanted->t, wanted->t, 1);
    mpz_add(wanted->t, wanted->t, wanted->low);
    rsa_sieve_run(sieve, wanted->t, stretch);
    tell_sieve(wanted, sieve, stretch);
    return RSA_OK;
}

/* Draws survivors until one is a prime as wanted; *found is false if none is. */
static enum rsa_error draw_prime(bool *found, mpz_t p, struct rsa_sieve *sieve,
                                 struct wanted *wanted, const struct rsa_random *source)
{
    bool drawn = false;
    struct rsa_sift *sift = NULL;
    enum rsa_error error = wanted->sifted ? rsa_sift_new(&sift, sieve) : RSA_OK;
    *found = false;
    while (!error && !*found) {
        error = sift ? rsa_sift_draw(sift, p, &drawn) : rsa_sieve_draw(sieve, p, &drawn, source);
        if (error || !drawn)
            break;
        error = is_wanted(found, wanted, p, source);
    }
    rsa_sift_free(sift);
    return error;
}

/* A stretch has 185 primes on average; so many without one that fits e mean that there is none. */
enum { MOST_STRETCHES = 64 };

enum rsa_error rsa_prime_generate(mpz_t p, unsigned bits, const mpz_t e, const mpz_t other,
                                  const struct rsa_random *source)
{
    return rsa_prime_generate_told(p, bits, e, other, source, NULL);
}

enum rsa_error rsa_prime_generate_told(mpz_t p, unsigned bits, const mpz_t e, const mpz_t other,
                                       const struct rsa_random *source,
                                       const struct rsa_listener *listener)
{
    struct rsa_sieve *sieve = NULL;
    struct wanted wanted;
    bool found = false, all = false;
    enum rsa_error error;
    if (bits < 2 || bits > RSA_MAX_BITS)
        return RSA_ERR_BITS;
    wanted_open(&wanted, bits, e, other);
    wanted.listener = listener;
    wanted.sifted = !listener && rsa_prime_lanes_serve(bits, source);
    error = rsa_sieve_new(&sieve, bits);
    for (int i = 0; i < MOST_STRETCHES && !error && !found && !all; i++) {
        error = lay_sieve(&all, sieve, &wanted, source);
        if (!error)
            error = draw_prime(&found, p, sieve, &wanted, source);
    }
    if (!error && !found)
        error = RSA_ERR_EXPONENT;
    if (error)
        mpz_set_ui(p, 0);
    rsa_sieve_free(sieve);
    wanted_close(&wanted);
    rsa_scrub_stack(bits);
    return error;
}

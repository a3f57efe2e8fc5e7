/*
 * What logarithms are made of. Internal to the room.
 */
#ifndef GLASSBOX_DLOG_INTERNAL_H
#define GLASSBOX_DLOG_INTERNAL_H

#include "dlog.h"

/* --- factors --------------------------------------------------------------------------------- */

struct dlog_prime {
    mpz_t prime;
    unsigned long exponent;
};
struct dlog_factors {
    struct dlog_prime *primes;
    size_t count;
    mpz_t rest; /* 1, or a composite number that took more than was allowed */
};
/* Takes n >= 1 apart. False without memory; it is to be closed all the same. */
bool dlog_factors_open(struct dlog_factors *factors, const mpz_t n, uint64_t squarings)
    __attribute__((warn_unused_result));
void dlog_factors_close(struct dlog_factors *factors);
bool dlog_factors_add(struct dlog_factors *factors, const mpz_t prime, unsigned long exponent)
    __attribute__((warn_unused_result));

/* --- multiplying modulo some number ------------------------------------------------------------ */

__extension__ typedef unsigned __int128 dlog_wide;

/* Elements are so many limbs. One odd limb: in Montgomery's form, and quick. */
struct dlog_field {
    mpz_t modulus;
    size_t limbs;
    mp_limb_t inverse;  /* of one odd limb, modulo 2^64; else 0 */
    mp_limb_t *scratch; /* a product, and a quotient */
    uint64_t multiplications;
};
bool dlog_field_open(struct dlog_field *field, const mpz_t modulus)
    __attribute__((warn_unused_result));
void dlog_field_close(struct dlog_field *field);
void dlog_field_set(const struct dlog_field *field, mp_limb_t *out, const mpz_t number);
void dlog_field_multiply_long(struct dlog_field *field, mp_limb_t *out, const mp_limb_t *a,
                              const mp_limb_t *b);

/* out = a b; all of them may be the same. */
static inline void dlog_field_multiply(struct dlog_field *field, mp_limb_t *out, const mp_limb_t *a,
                                       const mp_limb_t *b)
{
    field->multiplications++;
    if (field->inverse == 0) {
        dlog_field_multiply_long(field, out, a, b);
        return;
    }
    const mp_limb_t n = field->scratch[0];
    const dlog_wide product = (dlog_wide)a[0] * b[0];
    const mp_limb_t part = (mp_limb_t)product * field->inverse;
    const mp_limb_t high = (mp_limb_t)(product >> 64),
                    less = (mp_limb_t)(((dlog_wide)part * n) >> 64);
    out[0] = high >= less ? high - less : high - less + n;
}

/* 64 bits that look like chance, made of an element. */
static inline uint64_t dlog_field_hash(const mp_limb_t *element)
{
    uint64_t hash = element[0] * 0x9e3779b97f4a7c15u;
    return (hash ^ hash >> 32) * 0xd6e8feb86659fd93u;
}

/* --- logarithms of elements -------------------------------------------------------------------- */

struct dlog_run {
    struct dlog_field *field;
    struct dlog_bounds bounds; /* with no zeros */
    const struct dlog_listener *listener;
    uint64_t entries; /* of the largest table so far */
};

enum dlog_outcome { DLOG_FOUND, DLOG_ABSENT, DLOG_BOUND, DLOG_MEMORY };

/* x < range with base^x = target modulo the field's modulus, to which base is coprime. */
enum dlog_outcome dlog_baby_steps(uint64_t *x, struct dlog_run *run, const mpz_t base,
                                  const mpz_t target, uint64_t range);
/* How many baby steps there will be, and how many multiplications at most, both kinds. */
uint64_t dlog_baby_count(const struct dlog_bounds *bounds, uint64_t range);
uint64_t dlog_baby_cost(const struct dlog_bounds *bounds, uint64_t range);

/* The same for a base of prime order, below 2^62; target is a power of it. */
enum dlog_outcome dlog_rho(uint64_t *x, struct dlog_run *run, const mpz_t base, const mpz_t target,
                           uint64_t order);

/* By the method that the bounds name; first of all, whether they allow it. order: a prime. */
enum dlog_outcome dlog_prime_order(mpz_t x, struct dlog_run *run, const mpz_t base,
                                   const mpz_t target, const mpz_t order);

/* --- piece by piece ---------------------------------------------------------------------------- */

/* h is a power of g, whose order modulo the run's field is `order`; prime divides it. */
struct dlog_piece {
    struct dlog_run *run;
    mpz_srcptr g, h, order, prime;
};
/* x modulo `power`, the largest power of the prime in the order. */
enum dlog_outcome dlog_prime_power(mpz_t x, mpz_t power, const struct dlog_piece *piece);

/* One search on its way. */
struct dlog_search {
    struct dlog_result *result; /* x and modulus grow, piece by piece */
    struct dlog_bounds bounds;
    const struct dlog_listener *listener;
    mpz_srcptr p, g, A;
    bool is_open;   /* something was left: */
    char left[190]; /* what it is */
};

/* What a power of a prime, q^e, which divides p, tells of x. False: the verdict stands. */
bool dlog_part_look(struct dlog_search *search, const struct dlog_prime *of)
    __attribute__((warn_unused_result));
/* The rest of x, if it is known to be short. False: not found. */
bool dlog_short_look(struct dlog_search *search);
/* The whole; result is open. */
void dlog_search_run(struct dlog_search *search);

/* Ends it, with false. */
bool dlog_search_end(struct dlog_search *search, enum dlog_verdict verdict, const char *reason);
bool dlog_search_no_power(struct dlog_search *search);
bool dlog_search_no_memory(struct dlog_search *search);
/* Adds the work of a run to the result. */
void dlog_search_count(struct dlog_search *search, const struct dlog_run *run);

/* x known modulo `modulus`; then also that it is y modulo m. False: it cannot be both. */
bool dlog_known_add(mpz_t x, mpz_t modulus, const mpz_t y, const mpz_t m)
    __attribute__((warn_unused_result));

void dlog_tell(const struct dlog_listener *listener, struct dlog_step step);
/* Asked every now and then: see goes_on. */
bool dlog_goes_on(const struct dlog_listener *listener, uint64_t multiplications);
/* bounds, or what stands for its zeros and for NULL. */
struct dlog_bounds dlog_bounds_whole(const struct dlog_bounds *bounds);

#endif

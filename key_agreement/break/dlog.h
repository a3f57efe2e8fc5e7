/*
 * Discrete logarithms: from p, g and A = g^x mod p to x, wherever that is cheap.
 *
 *     p prime, or taken apart             modulo each power of a prime by itself (CRT)
 *     the order r of g                    taken apart: x modulo each prime of r (Pohlig-Hellman)
 *     a prime of r, f                     baby steps, giant steps: sqrt(f) multiplications and as many
 *                                         entries of a table; or Pollard's rho: as many, and no table
 *     x known to be short                 baby steps over what is left
 *
 * So the largest prime of r decides, and nothing else does. Not here: index calculus and the number
 * field sieve, which the field's records are made by. A p that resists this may be small for them:
 * dh_look.h has the sizes that standards ask for.
 *
 * Numbers are GMP's. Nothing is secret, nothing is wiped, and the time tells everything. Every run is
 * bounded, and the same numbers with the same seed do the same work.
 */
#ifndef GLASSBOX_DLOG_H
#define GLASSBOX_DLOG_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dlog_verdict {
    DLOG_BROKEN,         /* x is found, and g^x = A */
    DLOG_RESISTED,       /* not within the bounds: reason says what was left */
    DLOG_NOT_APPLICABLE, /* there is no x, or nothing to look for: reason says why */
    DLOG_NO_MEMORY,      /* no verdict */
};

enum dlog_method { DLOG_EITHER, DLOG_BABY_STEPS, DLOG_RHO };

struct dlog_bounds {
    uint64_t multiplications; /* of one logarithm modulo a prime of the order; 0: 2^30 */
    size_t table_bytes;       /* of the baby steps; 0: 64 MiB. Fewer baby steps, more giant ones. */
    uint64_t factoring;       /* squarings of rho to take one number apart; 0: 2^20 */
    unsigned exponent_bits;   /* x is known to have no more than these; 0: nothing is known */
    enum dlog_method method;  /* DLOG_EITHER: baby steps while they fit the table, then rho */
    uint64_t seed;            /* of the walks of rho */
};
#define DLOG_MULTIPLICATIONS ((uint64_t)1 << 30)
#define DLOG_TABLE_BYTES     ((size_t)64 << 20)
#define DLOG_FACTORING       ((uint64_t)1 << 20)

/* --- listening ------------------------------------------------------------------------------- */

#define DLOG_STEP_NUMBERS 6
struct dlog_step {
    const char *name;    /* "baby steps" */
    const char *formula; /* "g^i for i < m" */
    struct {
        const char *name;  /* NULL ends */
        mpz_srcptr number; /* gone after the call */
    } numbers[DLOG_STEP_NUMBERS];
};

struct dlog_listener {
    void (*hear)(void *context, const struct dlog_step *step); /* NULL: nothing is told */
    /* Now and then, with the multiplications of the logarithm that is sought. False: it stops, as
     * at its bound. NULL: it goes on. */
    bool (*goes_on)(void *context, uint64_t multiplications);
    void *context;
};

/* --- the logarithm --------------------------------------------------------------------------- */

struct dlog_result {
    enum dlog_verdict verdict;
    char reason[200]; /* a sentence, in lower case, without a full stop; "" if broken */
    mpz_t x;          /* modulo `modulus`: all of it if broken, else what is known of it */
    mpz_t modulus; /* if broken the order of g: x + modulus does the same; 0: it was not needed */
    unsigned open_bits; /* the largest prime of the order that was left; 0: none, or unknown */
    uint64_t
        multiplications; /* of baby steps, giant steps and rho; the rest is nothing beside them */
    uint64_t entries;    /* of the largest table */
};
void dlog_result_open(struct dlog_result *result);
void dlog_result_close(struct dlog_result *result);

/* Looks for x with g^x = A mod p. Any p >= 2 is taken, even or odd, prime or not, and any g in
 * 1 .. p-1 and A in 0 .. p-1. bounds and listener may be NULL. */
void dlog_find(struct dlog_result *result, const mpz_t p, const mpz_t g, const mpz_t A,
               const struct dlog_bounds *bounds, const struct dlog_listener *listener);

/* --- confinement to small subgroups ------------------------------------------------------------ */

/* One who answers every number with the same exponent: takes `sent` as its peer's public number,
 * and tells whether its K is this one, as who sees a message under K can tell. */
enum dlog_answer { DLOG_YES, DLOG_NO, DLOG_REFUSED /* it looked at the number, and hung up */ };
struct dlog_victim {
    enum dlog_answer (*has)(void *context, const mpz_t sent, const mpz_t K);
    void *context;
};

/* Finds the victim's x, of A = g^x mod p for a prime p, by sending numbers of small order: such a
 * number w of order f has f powers, and which of them is K tells x modulo f. What the small primes
 * of p-1 leave is looked for as dlog_find does. guesses: how many values of K were asked for. */
void dlog_confine(struct dlog_result *result, uint64_t *guesses, const mpz_t p, const mpz_t g,
                  const mpz_t A, const struct dlog_victim *victim, const struct dlog_bounds *bounds,
                  const struct dlog_listener *listener);

#endif

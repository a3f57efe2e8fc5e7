/*
 * Factoring n: one interface to all methods, each run in slices up to a bound.
 *
 *     method      finds                                    bound is of       work is counted in
 *     trial       p, if it is small                        the divisors      divisions
 *     fermat      p near q, or u p near v q                steps             steps
 *     pattern     primes that repeat a word                (none)            tries
 *     wiener      a small d; needs e                       (none)            convergents
 *     rho         p in 1.2 sqrt(p) steps                   steps             steps
 *     p-1         p, if p - 1 has small primes alone       those primes      multiplications
 *     ecm         p of up to 20 or 30 digits, if libecm    B1                curves
 *
 * In the order of what they cost here. No method of this list breaks a well made key of 512 bits or
 * more; what would (the quadratic and the number field sieve) is not covered, and Boneh-Durfee's
 * range of d neither. Nothing is drawn at random: a run repeats itself.
 *
 *     struct rsa_factoring *search = rsa_factoring_new(RSA_METHOD_RHO, n, NULL, 0);
 *     while (rsa_factoring_run(search, 100000) == RSA_MORE)
 *         show(rsa_factoring_work(search));
 *     rsa_factoring_say(&finding, search);
 *     rsa_factoring_free(search);
 */
#ifndef GLASSBOX_RSA_FACTOR_H
#define GLASSBOX_RSA_FACTOR_H

#include "rsa_break.h"
#include "rsa_progress.h"

enum rsa_method {
    RSA_METHOD_TRIAL,
    RSA_METHOD_FERMAT,
    RSA_METHOD_PATTERN,
    RSA_METHOD_WIENER,
    RSA_METHOD_RHO,
    RSA_METHOD_P_MINUS_1,
    RSA_METHOD_ECM,
    RSA_METHODS
};

struct rsa_method_info {
    const char *name;    /* "p-1" */
    const char *idea;    /* one clause */
    const char *unit;    /* of work: a plural in s */
    uint64_t bound;      /* if none is given: some seconds at most, for 2048 bits; 0: it has none */
    uint64_t most_bound; /* more is cut to it */
};

const struct rsa_method_info *rsa_method_info(enum rsa_method method);

/* Whether this build has GMP-ECM's library. */
bool rsa_method_has_ecm(void);

/* Why the method cannot be used on these numbers: a clause, or NULL if it can. n is at least 2; e
 * may be NULL. The clauses: n is below 4, is prime, is even, is too short, e is not known, no libecm. */
const char *rsa_method_hindrance(enum rsa_method method, const mpz_t n, mpz_srcptr e);

struct rsa_factoring;

/* n and e (which may be NULL) are copied. bound 0: that of the method. The method has no hindrance.
 * NULL without memory. */
struct rsa_factoring *rsa_factoring_new(enum rsa_method method, const mpz_t n, mpz_srcptr e,
                                        uint64_t bound);

/* Runs on for about so much work more: RSA_MORE, and it can be run again; else it is over. */
enum rsa_progress rsa_factoring_run(struct rsa_factoring *search, uint64_t work);

uint64_t rsa_factoring_work(const struct rsa_factoring *search);  /* so far */
uint64_t rsa_factoring_bound(const struct rsa_factoring *search); /* that was given, or cut */
/* The factor that was found; 0 so far. */
mpz_srcptr rsa_factoring_factor(const struct rsa_factoring *search);

/* Tells where the search is: its numbers. */
void rsa_factoring_tell(const struct rsa_factoring *search, const struct rsa_listener *listener);

/* Broken: p, q and n with their proof, and d if e is known and fits. Resisted: up to what. The
 * finding is initialised. */
void rsa_factoring_say(struct rsa_finding *finding, const struct rsa_factoring *search);

void rsa_factoring_free(struct rsa_factoring *search); /* NULL is fine */

/* log2 of the work that the method is expected to take for a factor of so many bits, that nothing
 * favours: trial, rho and ecm alone; 0 for the others. ecm: in multiplications modulo n, as for the
 * best choice of B1 (Lenstra: exp(sqrt(2 ln p ln ln p))). */
double rsa_method_expected(enum rsa_method method, double factor_bits);

#endif

/*
 * What the tests for weaknesses share. Internal to bignum_rsa/break.
 */
#ifndef GLASSBOX_RSA_WEAKNESS_INTERNAL_H
#define GLASSBOX_RSA_WEAKNESS_INTERNAL_H

#include "rsa_weakness.h"

/* An n below so many bits is small, whatever its primes are like. */
#define WEAKNESS_SMALL_BITS 64

/* One key while it is judged. */
struct judging {
    mpz_srcptr n, e, d, p, q; /* NULL: not known; e only in tests that need none */
    size_t bits;              /* of n */
    uint64_t bound;           /* of the deep part */
    struct rsa_weakness_report *report;
};

/* Each writes the detail, and the proof if it is broken. */
typedef enum rsa_verdict weakness_test(struct rsa_weakness_finding *finding,
                                       struct judging *judging);

weakness_test weakness_e_one, weakness_e_even, weakness_e_huge, weakness_small_d;
weakness_test weakness_even, weakness_small_factor, weakness_power, weakness_close;
weakness_test weakness_prime, weakness_short, weakness_smooth;
weakness_test weakness_pattern_primes, weakness_pattern, weakness_roca;
weakness_test weakness_composite, weakness_private_close, weakness_private_pattern;
weakness_test weakness_private_smooth, weakness_private_small_d;

/* The detail, as printf; returns the verdict. */
enum rsa_verdict weakness_say(struct rsa_weakness_finding *finding, enum rsa_verdict verdict,
                              const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The proof, as gmp_printf; the verdict is broken. */
enum rsa_verdict weakness_prove(struct rsa_weakness_finding *finding, const char *format, ...);

/* Broken by a factor of n: keeps it, and the proof that p q = n. The detail is the caller's. */
enum rsa_verdict weakness_factored(struct rsa_weakness_finding *finding, struct judging *judging,
                                   const mpz_t p);

/* What is odd about the bits of a number, in a few words: false if nothing is. code: a condition in
 * Python that holds of `x`. A number drawn at random is called odd once in 2^40 at most. */
bool weakness_bits(char detail[RSA_FINDING_BYTES], char code[RSA_FINDING_BYTES], const mpz_t x);

#endif

/*
 * What a key is made of. Internal to the library.
 */
#ifndef GLASSBOX_RSA_KEY_INTERNAL_H
#define GLASSBOX_RSA_KEY_INTERNAL_H

#include "rsa_key.h"
#include "rsa_listener.h"

#include <gmp.h>

struct rsa_blinding;

struct rsa_key {
    mpz_t number[RSA_NUMBERS]; /* the private ones are 0 in a public key */
    bool is_private;
    bool is_view;                        /* the numbers and the blinding are another key's */
    struct rsa_blinding *blinding;       /* pairs only */
    const struct rsa_listener *listener; /* NULL: nobody */
    const struct rsa_stand_in *stand_in; /* rsa_stand_in.h; NULL: nobody */
};

enum { RSA_DEFAULT_EXPONENT = 65537, RSA_SMALL_EXPONENT = 17 };

/* A key of zeros, NULL without memory. */
struct rsa_key *rsa_key_new(void);

/* The limbs that a number takes. */
size_t rsa_key_limbs(const struct rsa_key *key, enum rsa_number number);

/* Computes n, d, dp, dq, qinv from p, q and e (RFC 8017 3.2): d = e^-1 mod lambda.
 * RSA_ERR_EXPONENT if there is no inverse; errors of rsa_key_derive_crt. */
enum rsa_error rsa_key_derive(struct rsa_key *key);
/* The CRT parts that are still 0, from p, q and d. RSA_ERR_PRIMES_EQUAL; RSA_ERR_NOT_PRIME if p and
 * q have a common divisor. */
enum rsa_error rsa_key_derive_crt(struct rsa_key *key, enum rsa_number *bad);
/* p and q, p > q, of a key that has n, e and d. RSA_ERR_PRIVATE if d is none for them. */
enum rsa_error rsa_key_recover_primes(struct rsa_key *key);
/* lambda(n) = lcm(p - 1, q - 1). */
void rsa_key_lambda(mpz_t lambda, const struct rsa_key *key);

/* The parts of rsa_key_check; bad may be NULL. Size and parity of n, range and parity of e; */
enum rsa_error rsa_key_check_public(const struct rsa_key *key, enum rsa_number *bad);
/* p and q odd, from 3 to n; 0 < d < n; */
enum rsa_error rsa_key_check_ranges(const struct rsa_key *key, enum rsa_number *bad);
/* dp, qinv < p and dq < q; */
enum rsa_error rsa_key_check_crt_ranges(const struct rsa_key *key, enum rsa_number *bad);
/* p and q prime and different; */
enum rsa_error rsa_key_check_primes(const struct rsa_key *key, enum rsa_number *bad);
/* e and d inverse to each other modulo lambda, and d not small. */
enum rsa_error rsa_key_check_exponents(const struct rsa_key *key, enum rsa_number *bad);

/* The last step of every way to a pair: it is a pair from here on, with its blinding. */
enum rsa_error rsa_key_finish(struct rsa_key *key);

#endif

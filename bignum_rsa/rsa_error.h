/*
 * Errors and randomness, shared by all of bignum_rsa.
 */
#ifndef GLASSBOX_RSA_ERROR_H
#define GLASSBOX_RSA_ERROR_H

#include <stddef.h>
#include <stdint.h>

enum rsa_error {
    RSA_OK = 0,
    RSA_ERR_MEMORY,       /* no memory */
    RSA_ERR_RANDOM,       /* the random source failed */
    RSA_ERR_BITS,         /* a modulus size outside RSA_MIN_BITS .. RSA_MAX_BITS */
    RSA_ERR_EXPONENT,     /* e is even, smaller than 3, or not coprime to p-1 and q-1 */
    RSA_ERR_NUMBER,       /* text that is no number; or 0, where no number is 0 */
    RSA_ERR_LARGE,        /* a number of more than RSA_MAX_BITS bits */
    RSA_ERR_NOT_PRIME,    /* p or q is composite */
    RSA_ERR_PRIMES_EQUAL, /* p = q */
    RSA_ERR_PRIMES_CLOSE, /* |p - q| is so small that Fermat's method factors n */
    RSA_ERR_MODULUS,      /* n is not p * q, or even */
    RSA_ERR_PRIVATE,      /* d does not undo e modulo lcm(p-1, q-1), or is too small */
    RSA_ERR_CRT,          /* dp, dq or qinv does not fit p, q and d */
    RSA_ERR_NO_PRIVATE,   /* a private operation was asked of a public key */
    RSA_ERR_TOO_LONG,     /* the message is too long for the modulus and the padding */
    RSA_ERR_RANGE,        /* the integer is not below the modulus */
    RSA_ERR_FAULT,        /* a private operation failed its own check; nothing was released */
    RSA_ERR_DECRYPT,      /* decryption failed; one code, without detail */
    RSA_ERR_VERIFY,       /* the signature is not valid; one code, without detail */
};

/* One sentence in lower case, without a full stop. Never NULL. */
const char *rsa_strerror(enum rsa_error error);

/* A source of random bytes: fills out and returns 0, or returns -1. NULL in its place means
 * getrandom(2). A source that repeats itself makes keys that others can make too. */
struct rsa_random {
    int (*fill)(void *context, uint8_t *out, size_t bytes);
    void *context;
};

/* Fills out from the source, or from getrandom(2) if source is NULL. */
enum rsa_error rsa_random_bytes(uint8_t *out, size_t bytes, const struct rsa_random *source)
    __attribute__((warn_unused_result));

#endif

/*
 * The ways to a key: generated, from two primes, from text, from bytes.
 */
#include "rsa_key_internal.h"

#include "rsa_memory.h"
#include "rsa_number.h"
#include "rsa_prime.h"

/* The least modulus that has room for e = 65537. */
enum { BITS_FOR_DEFAULT = 18 };

static enum rsa_error exponent_parse(mpz_t e, const char *text, size_t bits)
{
    if (!text) {
        mpz_set_ui(e, bits < BITS_FOR_DEFAULT ? RSA_SMALL_EXPONENT : RSA_DEFAULT_EXPONENT);
        return RSA_OK;
    }
    enum rsa_error error = rsa_number_parse(e, text);
    if (!error && (mpz_even_p(e) || mpz_cmp_ui(e, 3) < 0))
        error = RSA_ERR_EXPONENT;
    return error;
}

/* Hands the key over, or frees it if there was an error. */
static enum rsa_error hand_over(struct rsa_key **out, struct rsa_key *key, enum rsa_error error)
{
    if (error) {
        rsa_key_free(key);
        key = NULL;
    } else {
        key->listener = NULL;
    }
    *out = key;
    return error;
}

/* FIPS 186-5 A.1.3: p and q, then (A.1.1) d, until d is not too small. */
static enum rsa_error generate(struct rsa_key *key, unsigned bits, const struct rsa_random *source)
{
    mpz_t *number = key->number;
    enum { TRIES = 64 }; /* a d too small turns up once in 2^(bits/2) pairs */
    enum rsa_error error = RSA_ERR_PRIVATE;
    for (int i = 0; i < TRIES && error == RSA_ERR_PRIVATE; i++) {
        error = rsa_prime_generate_told(number[RSA_P], (bits + 1) / 2, number[RSA_E], NULL, source,
                                        key->listener);
        if (!error) {
            error = rsa_prime_generate_told(number[RSA_Q], bits / 2, number[RSA_E], number[RSA_P],
                                            source, key->listener);
        }
        if (!error)
            error = rsa_key_derive(key);
        if (!error)
            error = rsa_key_check_exponents(key, NULL);
    }
    return error == RSA_ERR_PRIVATE ? RSA_ERR_EXPONENT : error;
}

enum rsa_error rsa_key_generate(struct rsa_key **out, unsigned bits, const char *exponent,
                                const struct rsa_random *source)
{
    return rsa_key_generate_told(out, bits, exponent, source, NULL);
}

enum rsa_error rsa_key_generate_told(struct rsa_key **out, unsigned bits, const char *exponent,
                                     const struct rsa_random *source,
                                     const struct rsa_listener *listener)
{
    struct rsa_key *key;
    enum rsa_error error;
    *out = NULL;
    if (bits < RSA_MIN_GENERATED_BITS || bits > RSA_MAX_BITS)
        return RSA_ERR_BITS;
    key = rsa_key_new();
    if (!key)
        return RSA_ERR_MEMORY;
    key->listener = listener;
    error = exponent_parse(key->number[RSA_E], exponent, bits);
    if (!error && mpz_sizeinbase(key->number[RSA_E], 2) >= bits)
        error = RSA_ERR_EXPONENT; /* e < 2^(bits-1) < n */
    if (!error)
        error = generate(key, bits, source);
    if (!error)
        error = rsa_key_finish(key);
    rsa_scrub_stack(bits);
    return hand_over(out, key, error);
}

enum rsa_error rsa_key_from_primes(struct rsa_key **out, const char *p, const char *q,
                                   const char *exponent)
{
    return rsa_key_from_primes_told(out, p, q, exponent, NULL);
}

enum rsa_error rsa_key_from_primes_told(struct rsa_key **out, const char *p, const char *q,
                                        const char *exponent, const struct rsa_listener *listener)
{
    struct rsa_key *key = rsa_key_new();
    enum rsa_error error;
    *out = NULL;
    if (!key)
        return RSA_ERR_MEMORY;
    key->listener = listener;
    error = rsa_number_parse(key->number[RSA_P], p);
    if (!error)
        error = rsa_number_parse(key->number[RSA_Q], q);
    if (!error) {
        mpz_mul(key->number[RSA_N], key->number[RSA_P], key->number[RSA_Q]);
        /* The primes before n and e, in which wrong ones show as faults of another name. */
        bool fits = rsa_key_bits(key) >= RSA_MIN_BITS && rsa_key_bits(key) <= RSA_MAX_BITS;
        error = fits ? rsa_key_check_primes(key, NULL) : RSA_ERR_BITS;
    }
    if (!error)
        error = exponent_parse(key->number[RSA_E], exponent, rsa_key_bits(key));
    if (!error)
        error = rsa_key_check_public(key, NULL);
    if (!error)
        error = rsa_key_derive(key);
    if (!error)
        error = rsa_key_check_exponents(key, NULL);
    if (!error)
        error = rsa_key_finish(key);
    rsa_scrub_stack(mpz_sizeinbase(key->number[RSA_N], 2));
    return hand_over(out, key, error);
}

/* Reads what is given; *bad is the number being read. */
static enum rsa_error numbers_parse(struct rsa_key *key, const char *const numbers[RSA_NUMBERS],
                                    enum rsa_number last, enum rsa_number *bad)
{
    for (int i = RSA_N; i <= (int)last; i++) {
        *bad = (enum rsa_number)i;
        if (!numbers[i] && (i == RSA_N || i == RSA_E))
            return RSA_ERR_NUMBER;
        enum rsa_error error = numbers[i] ? rsa_number_parse(key->number[i], numbers[i]) : RSA_OK;
        if (error)
            return error == RSA_ERR_LARGE && i == RSA_N ? RSA_ERR_BITS : error;
        if (numbers[i] && mpz_sgn(key->number[i]) == 0)
            return RSA_ERR_NUMBER; /* 0 would stand for "not given" */
    }
    return RSA_OK;
}

static enum rsa_error pair_complete(struct rsa_key *key, enum rsa_number *bad)
{
    enum rsa_error error = rsa_key_check_ranges(key, bad);
    if (!error)
        error = rsa_key_derive_crt(key, bad);
    if (!error)
        error = rsa_key_check_crt_ranges(key, bad);
    if (!error)
        error = rsa_key_finish(key);
    return error;
}

enum rsa_error rsa_key_from_text(struct rsa_key **out, const char *const numbers[RSA_NUMBERS],
                                 enum rsa_number *bad)
{
    struct rsa_key *key;
    bool pair = numbers[RSA_D] != NULL;
    enum rsa_number fault = RSA_NUMBERS;
    enum rsa_error error;
    *out = NULL;
    key = rsa_key_new();
    if (!key)
        return RSA_ERR_MEMORY;
    error = numbers_parse(key, numbers, pair ? RSA_QINV : RSA_E, &fault);
    if (!error)
        error = rsa_key_check_public(key, &fault);
    if (!error && pair && !numbers[RSA_P] && !numbers[RSA_Q]) {
        fault = RSA_D;
        error = rsa_key_recover_primes(key);
    } else if (!error && pair && (!numbers[RSA_P] || !numbers[RSA_Q])) {
        fault = numbers[RSA_P] ? RSA_Q : RSA_P;
        error = RSA_ERR_NO_PRIVATE;
    }
    if (!error && pair)
        error = pair_complete(key, &fault);
    if (bad)
        *bad = error ? fault : RSA_NUMBERS;
    rsa_scrub_stack(mpz_sizeinbase(key->number[RSA_N], 2));
    return hand_over(out, key, error);
}

/* Bytes to a number of at most RSA_MAX_BITS. */
static bool bytes_import(mpz_t number, const uint8_t *in, size_t bytes)
{
    while (bytes > 0 && *in == 0) {
        in++;
        bytes--;
    }
    if (bytes > RSA_MAX_BYTES)
        return false;
    mpz_import(number, bytes, 1, 1, 1, 0, in);
    return true;
}

enum rsa_error rsa_key_from_public_bytes(struct rsa_key **out, const uint8_t *n, size_t n_bytes,
                                         const uint8_t *e, size_t e_bytes)
{
    struct rsa_key *key = rsa_key_new();
    enum rsa_error error;
    *out = NULL;
    if (!key)
        return RSA_ERR_MEMORY;
    if (!bytes_import(key->number[RSA_N], n, n_bytes))
        error = RSA_ERR_BITS;
    else if (!bytes_import(key->number[RSA_E], e, e_bytes))
        error = RSA_ERR_EXPONENT;
    else
        error = rsa_key_check_public(key, NULL);
    return hand_over(out, key, error);
}

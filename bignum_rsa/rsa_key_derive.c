/*
 * The numbers that follow from p, q and e: n, d and the CRT parts (RFC 8017 3.2).
 */
#include "rsa_key_internal.h"

#include "rsa_blinding.h"
#include "rsa_memory.h"

void rsa_key_lambda(mpz_t lambda, const struct rsa_key *key)
{
    mpz_t q_minus_1;

    mpz_init(q_minus_1);
    mpz_sub_ui(lambda, key->number[RSA_P], 1);
    mpz_sub_ui(q_minus_1, key->number[RSA_Q], 1);
    mpz_lcm(lambda, lambda, q_minus_1);
    rsa_mpz_wipe(q_minus_1);
}

/* part = d mod (prime - 1), unless it was given. */
static void derive_exponent(mpz_t part, const mpz_t d, const mpz_t prime)
{
    mpz_t prime_minus_1;

    if (mpz_sgn(part) != 0) {
        return;
    }
    mpz_init(prime_minus_1);
    mpz_sub_ui(prime_minus_1, prime, 1);
    mpz_mod(part, d, prime_minus_1);
    rsa_mpz_wipe(prime_minus_1);
}

enum rsa_error rsa_key_derive_crt(struct rsa_key *key, enum rsa_number *bad)
{
    mpz_t *number = key->number;

    derive_exponent(number[RSA_DP], number[RSA_D], number[RSA_P]);
    derive_exponent(number[RSA_DQ], number[RSA_D], number[RSA_Q]);
    if (mpz_sgn(number[RSA_QINV]) != 0 ||
        mpz_invert(number[RSA_QINV], number[RSA_Q], number[RSA_P])) {
        return RSA_OK;
    }
    /* A common divisor: the larger of the two has it as a proper divisor. */
    int order = mpz_cmp(number[RSA_P], number[RSA_Q]);
    *bad = order > 0 ? RSA_P : RSA_Q;
    return order == 0 ? RSA_ERR_PRIMES_EQUAL : RSA_ERR_NOT_PRIME;
}

enum rsa_error rsa_key_derive(struct rsa_key *key)
{
    mpz_t *number = key->number;
    enum rsa_number bad;
    mpz_t lambda;
    int invertible;

    for (int i = RSA_DP; i < RSA_NUMBERS; i++) {
        mpz_set_ui(number[i], 0);
    }
    mpz_mul(number[RSA_N], number[RSA_P], number[RSA_Q]);
    mpz_init(lambda);
    rsa_key_lambda(lambda, key);
    invertible = mpz_invert(number[RSA_D], number[RSA_E], lambda);
    rsa_mpz_wipe(lambda);
    return invertible ? rsa_key_derive_crt(key, &bad) : RSA_ERR_EXPONENT;
}

enum rsa_error rsa_key_finish(struct rsa_key *key)
{
    key->is_private = true;
    key->blinding = rsa_blinding_new(rsa_key_limbs(key, RSA_N));
    return key->blinding ? RSA_OK : RSA_ERR_MEMORY;
}

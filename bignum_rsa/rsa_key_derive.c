/*
 * The numbers that follow from p, q and e: n, d and the CRT parts (RFC 8017 3.2).
 */
#include "rsa_key_internal.h"

#include "rsa_blinding.h"
#include "rsa_memory.h"
#include "rsa_tell.h"

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
    if (mpz_sgn(part) != 0)
        return;
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
        mpz_invert(number[RSA_QINV], number[RSA_Q], number[RSA_P]))
        return RSA_OK;
    /* A common divisor: the larger of the two has it as a proper divisor. */
    int order = mpz_cmp(number[RSA_P], number[RSA_Q]);
    *bad = order > 0 ? RSA_P : RSA_Q;
    return order == 0 ? RSA_ERR_PRIMES_EQUAL : RSA_ERR_NOT_PRIME;
}

/* RFC 8017 3.2, and Euler's phi, which the course speaks of and nothing here needs. */
static void tell_numbers(const struct rsa_key *key, const mpz_t lambda)
{
    static const struct {
        const char *formula;
        bool is_private;
    } told[RSA_NUMBERS] = {
        [RSA_P] = {"the first prime", true},
        [RSA_Q] = {"the second prime", true},
        [RSA_N] = {"p q", false},
        [RSA_E] = {"chosen: odd, coprime to lambda", false},
        [RSA_D] = {"e^-1 mod lambda", true},
        [RSA_DP] = {"d mod (p - 1)", true},
        [RSA_DQ] = {"d mod (q - 1)", true},
        [RSA_QINV] = {"q^-1 mod p", true},
    };
    static const enum rsa_number order[] = {RSA_P, RSA_Q,  RSA_N,  RSA_NUMBERS, RSA_E,
                                            RSA_D, RSA_DP, RSA_DQ, RSA_QINV};
    mpz_t phi;
    mpz_init(phi);
    mpz_sub(phi, key->number[RSA_N], key->number[RSA_P]); /* p q - p - q + 1 */
    mpz_sub(phi, phi, key->number[RSA_Q]);
    mpz_add_ui(phi, phi, 1);
    for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        enum rsa_number number = order[i];
        if (number == RSA_NUMBERS) {
            rsa_tell_number(key->listener,
                            (struct rsa_step){.name = "phi",
                                              .formula = "(p - 1) (q - 1)",
                                              .section = "Rivest, Shamir, Adleman 1978",
                                              .is_private = true},
                            phi);
            rsa_tell_number(key->listener,
                            (struct rsa_step){.name = "lambda",
                                              .formula = "lcm(p - 1, q - 1)",
                                              .section = "RFC 8017 3.1",
                                              .is_private = true},
                            lambda);
            continue;
        }
        rsa_tell_number(key->listener,
                        (struct rsa_step){.name = rsa_number_name(number),
                                          .formula = told[number].formula,
                                          .section = "RFC 8017 3.2",
                                          .is_private = told[number].is_private},
                        key->number[number]);
    }
    rsa_mpz_wipe(phi);
}

enum rsa_error rsa_key_derive(struct rsa_key *key)
{
    mpz_t *number = key->number;
    enum rsa_number bad;
    mpz_t lambda;
    int invertible;
    for (int i = RSA_DP; i < RSA_NUMBERS; i++)
        mpz_set_ui(number[i], 0);
    mpz_mul(number[RSA_N], number[RSA_P], number[RSA_Q]);
    mpz_init(lambda);
    rsa_key_lambda(lambda, key);
    invertible = mpz_invert(number[RSA_D], number[RSA_E], lambda);
    enum rsa_error error = invertible ? rsa_key_derive_crt(key, &bad) : RSA_ERR_EXPONENT;
    if (!error && key->listener)
        tell_numbers(key, lambda);
    rsa_mpz_wipe(lambda);
    return error;
}

enum rsa_error rsa_key_finish(struct rsa_key *key)
{
    key->is_private = true;
    key->blinding = rsa_blinding_new(rsa_key_limbs(key, RSA_N));
    return key->blinding ? RSA_OK : RSA_ERR_MEMORY;
}

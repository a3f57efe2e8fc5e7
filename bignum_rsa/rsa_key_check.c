/*
 * Whether the numbers of a key belong together, and if not, which one is wrong.
 *
 * A round trip would not tell: with 561 = 3 * 11 * 17, a Carmichael number, in the place of a prime
 * every message still comes back, while n falls apart for anyone who tries. So each number is held
 * against its definition (RFC 8017 3.2, FIPS 186-5 A.1.1).
 */
#include "rsa_key_internal.h"

#include "rsa_memory.h"
#include "rsa_prime.h"

/* Below this size a key is for learning: its primes may be close, and its d small. */
enum { BITS_OF_REAL_KEYS = 512 };

static enum rsa_error blame(enum rsa_number *bad, enum rsa_number number, enum rsa_error error)
{
    if (bad)
        *bad = number;
    return error;
}

enum rsa_error rsa_key_check_public(const struct rsa_key *key, enum rsa_number *bad)
{
    const mpz_t *number = key->number;
    size_t bits = mpz_sizeinbase(number[RSA_N], 2);
    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS)
        return blame(bad, RSA_N, RSA_ERR_BITS);
    if (mpz_even_p(number[RSA_N]))
        return blame(bad, RSA_N, RSA_ERR_MODULUS);
    /* RFC 8017 3.1: 3 <= e < n; odd, as it must be coprime to the even lambda. */
    if (mpz_even_p(number[RSA_E]) || mpz_cmp_ui(number[RSA_E], 3) < 0 ||
        mpz_cmp(number[RSA_E], number[RSA_N]) >= 0)
        return blame(bad, RSA_E, RSA_ERR_EXPONENT);
    return RSA_OK;
}

enum rsa_error rsa_key_check_ranges(const struct rsa_key *key, enum rsa_number *bad)
{
    const mpz_t *number = key->number;
    for (enum rsa_number i = RSA_P; i <= RSA_Q; i++) {
        if (mpz_even_p(number[i]) || mpz_cmp_ui(number[i], 3) < 0)
            return blame(bad, i, RSA_ERR_NOT_PRIME);
        if (mpz_cmp(number[i], number[RSA_N]) >= 0)
            return blame(bad, i, RSA_ERR_MODULUS);
    }
    if (mpz_sgn(number[RSA_D]) <= 0 || mpz_cmp(number[RSA_D], number[RSA_N]) >= 0)
        return blame(bad, RSA_D, RSA_ERR_PRIVATE);
    return RSA_OK;
}

enum rsa_error rsa_key_check_crt_ranges(const struct rsa_key *key, enum rsa_number *bad)
{
    static const enum rsa_number parts[] = {RSA_DP, RSA_DQ, RSA_QINV};
    static const enum rsa_number primes[] = {RSA_P, RSA_Q, RSA_P};
    for (int i = 0; i < 3; i++)
        if (mpz_cmp(key->number[parts[i]], key->number[primes[i]]) >= 0)
            return blame(bad, parts[i], RSA_ERR_CRT);
    return RSA_OK;
}

static enum rsa_error check_primes(const struct rsa_key *key, enum rsa_number *bad, bool quick)
{
    if (mpz_cmp(key->number[RSA_P], key->number[RSA_Q]) == 0)
        return blame(bad, RSA_Q, RSA_ERR_PRIMES_EQUAL);
    for (enum rsa_number i = RSA_P; i <= RSA_Q; i++) {
        bool prime = quick && rsa_baillie_psw(key->number[i]);
        enum rsa_error error = RSA_OK;
        if (!quick) /* the key may come from anywhere: rounds for numbers not drawn at random */
            error = rsa_miller_rabin(&prime, key->number[i], RSA_ROUNDS_ANY, NULL);
        if (error)
            return error;
        if (!prime)
            return blame(bad, i, RSA_ERR_NOT_PRIME);
    }
    return RSA_OK;
}

enum rsa_error rsa_key_check_primes(const struct rsa_key *key, enum rsa_number *bad)
{
    return check_primes(key, bad, false);
}

static enum rsa_error check_primes_quickly(const struct rsa_key *key, enum rsa_number *bad)
{
    return check_primes(key, bad, true);
}

/* FIPS 186-5 A.1.3 step 5.4: |p - q| > 2^(bits/2 - 100). */
static bool primes_are_close(const struct rsa_key *key)
{
    mpz_t distance, limit;
    bool close;
    if (rsa_key_bits(key) < BITS_OF_REAL_KEYS)
        return false;
    mpz_inits(distance, limit, NULL);
    mpz_sub(distance, key->number[RSA_P], key->number[RSA_Q]);
    mpz_setbit(limit, rsa_key_bits(key) / 2 - 100);
    close = mpz_cmpabs(distance, limit) <= 0;
    rsa_mpz_wipe(distance);
    mpz_clear(limit);
    return close;
}

static enum rsa_error check_modulus(const struct rsa_key *key, enum rsa_number *bad)
{
    mpz_t product;
    bool equal;
    mpz_init(product);
    mpz_mul(product, key->number[RSA_P], key->number[RSA_Q]);
    equal = mpz_cmp(product, key->number[RSA_N]) == 0;
    rsa_mpz_wipe(product);
    return equal ? RSA_OK : blame(bad, RSA_N, RSA_ERR_MODULUS);
}

/* Whether d, reduced modulo lambda, is so small that it can be found. 81 d^4 < n is Wiener's
 * bound, n^(1/4) / 3; FIPS 186-5 A.1.1 criterion 3 asks for more, d > 2^(bits/2). */
static bool is_small(const mpz_t d, const struct rsa_key *key)
{
    mpz_t power;
    bool small;
    if (mpz_cmp_ui(d, 1) <= 0)
        return true; /* e = 1 modulo lambda: every message is its own ciphertext */
    if (rsa_key_bits(key) >= BITS_OF_REAL_KEYS)
        return mpz_sizeinbase(d, 2) <= rsa_key_bits(key) / 2;
    mpz_init(power);
    mpz_pow_ui(power, d, 4);
    mpz_mul_ui(power, power, 81);
    small = mpz_cmp(power, key->number[RSA_N]) < 0;
    rsa_mpz_wipe(power);
    return small;
}

enum rsa_error rsa_key_check_exponents(const struct rsa_key *key, enum rsa_number *bad)
{
    mpz_t lambda, t;
    enum rsa_error error = RSA_OK;
    mpz_inits(lambda, t, NULL);
    rsa_key_lambda(lambda, key);
    mpz_gcd(t, key->number[RSA_E], lambda);
    if (mpz_cmp_ui(t, 1) != 0) {
        error = blame(bad, RSA_E, RSA_ERR_EXPONENT);
        goto out;
    }
    mpz_mul(t, key->number[RSA_E], key->number[RSA_D]);
    mpz_sub_ui(t, t, 1);
    if (!mpz_divisible_p(t, lambda)) {
        error = blame(bad, RSA_D, RSA_ERR_PRIVATE);
        goto out;
    }
    mpz_mod(t, key->number[RSA_D], lambda);
    if (is_small(t, key))
        error = blame(bad, RSA_D, RSA_ERR_PRIVATE);
out:
    rsa_mpz_wipe(lambda);
    rsa_mpz_wipe(t);
    return error;
}

/* RFC 8017 3.2: e dP = 1 mod (p - 1), e dQ = 1 mod (q - 1), q qInv = 1 mod p. */
static enum rsa_error check_crt(const struct rsa_key *key, enum rsa_number *bad)
{
    static const struct {
        enum rsa_number part, factor, modulus;
        unsigned less;
    } rules[] = {{RSA_DP, RSA_E, RSA_P, 1}, {RSA_DQ, RSA_E, RSA_Q, 1}, {RSA_QINV, RSA_Q, RSA_P, 0}};
    enum rsa_error error = RSA_OK;
    mpz_t product, modulus;
    mpz_inits(product, modulus, NULL);
    for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && !error; i++) {
        mpz_mul(product, key->number[rules[i].part], key->number[rules[i].factor]);
        mpz_sub_ui(product, product, 1);
        mpz_sub_ui(modulus, key->number[rules[i].modulus], rules[i].less);
        if (!mpz_divisible_p(product, modulus))
            error = blame(bad, rules[i].part, RSA_ERR_CRT);
    }
    rsa_mpz_wipe(product);
    rsa_mpz_wipe(modulus);
    return error ? error : rsa_key_check_crt_ranges(key, bad);
}

static enum rsa_error check_distance(const struct rsa_key *key, enum rsa_number *bad)
{
    return primes_are_close(key) ? blame(bad, RSA_Q, RSA_ERR_PRIMES_CLOSE) : RSA_OK;
}

/* In this order: each may rely on those before it. */
static const struct {
    enum { EVERY_KEY, PAIR, PAIR_IN_FULL, PAIR_QUICKLY } of;
    const char *what;
    enum rsa_error (*run)(const struct rsa_key *key, enum rsa_number *bad);
} tests[] = {
    {EVERY_KEY, "n is odd and of a fit size, e is odd, 3 <= e < n", rsa_key_check_public},
    {PAIR, "p and q are odd and 3 <= p, q < n; 0 < d < n", rsa_key_check_ranges},
    {PAIR, "n = p q", check_modulus},
    {PAIR_IN_FULL, "p and q are prime and differ (64 rounds of Miller-Rabin each)",
     rsa_key_check_primes},
    {PAIR_QUICKLY, "p and q are prime and differ (Baillie-PSW)", check_primes_quickly},
    {PAIR, "p and q are far apart (from 512 bits up)", check_distance},
    {PAIR, "e d = 1 mod lcm(p-1, q-1), and d is not small", rsa_key_check_exponents},
    {PAIR, "dp, dq and qinv fit e, p and q", check_crt},
};

static enum rsa_error check(const struct rsa_key *key, enum rsa_number *bad, bool quick,
                            void (*told)(void *context, const char *what, enum rsa_error error),
                            void *context)
{
    enum rsa_error error = RSA_OK;
    if (bad)
        *bad = RSA_NUMBERS;
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]) && !error; i++) {
        if (tests[i].of == (quick ? PAIR_IN_FULL : PAIR_QUICKLY) ||
            (tests[i].of != EVERY_KEY && !key->is_private))
            continue;
        error = tests[i].run(key, bad);
        if (told)
            told(context, tests[i].what, error);
    }
    rsa_scrub_stack(rsa_key_bits(key));
    return error;
}

enum rsa_error rsa_key_check(const struct rsa_key *key, enum rsa_number *bad)
{
    return check(key, bad, false, NULL, NULL);
}

enum rsa_error rsa_key_check_quickly(const struct rsa_key *key, enum rsa_number *bad)
{
    return check(key, bad, true, NULL, NULL);
}

enum rsa_error rsa_key_check_each(const struct rsa_key *key, enum rsa_number *bad,
                                  void (*told)(void *context, const char *what,
                                               enum rsa_error error),
                                  void *context)
{
    return check(key, bad, false, told, context);
}

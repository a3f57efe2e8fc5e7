/*
 * Keys that are weak on purpose: see rsa_flaw.h.
 */
#include "rsa_flaw.h"

#include "rsa_memory.h"
#include "rsa_number.h"
#include "rsa_prime.h"
#include "rsa_primes.h"

#include <stdbool.h>

enum { EXPONENT = 65537, SMALL = 4096, WORD_BITS = 32 };

/* What is made: e and d are 0 until they are computed. */
struct making {
    mpz_t p, q, e, d, t;
    unsigned bits; /* of a prime */
    const struct rsa_key *other;
    const struct rsa_random *source;
};

static enum rsa_error draw_prime(mpz_t p, struct making *making, mpz_srcptr other)
{
    return rsa_prime_generate(p, making->bits, making->e, other, making->source);
}

static bool fits_exponent(struct making *making, const mpz_t p)
{
    mpz_sub_ui(making->t, p, 1);
    mpz_gcd(making->t, making->t, making->e);
    return mpz_cmp_ui(making->t, 1) == 0;
}

static void next_prime(mpz_t p, struct making *making)
{
    do
        mpz_nextprime(p, p);
    while (!fits_exponent(making, p));
}

static enum rsa_error make_close(struct making *making)
{
    enum rsa_error error = draw_prime(making->p, making, NULL);
    mpz_set(making->q, making->p);
    if (!error)
        next_prime(making->q, making);
    return error;
}

static enum rsa_error make_shared(struct making *making)
{
    char *text = rsa_key_number_text(making->other, RSA_P, 16);
    enum rsa_error error = text ? rsa_number_parse(making->p, text) : RSA_ERR_NO_PRIVATE;
    rsa_text_free(text);
    if (!error && !fits_exponent(making, making->p))
        error = RSA_ERR_EXPONENT;
    return error ? error : draw_prime(making->q, making, making->p);
}

/* --- smooth: p - 1 = 2 and different primes below 4096 --------------------------------------- */

/* The primes below 4096, in a drawn order. */
static enum rsa_error shuffle_primes(unsigned long out[SMALL], size_t *count,
                                     const struct rsa_random *source)
{
    struct rsa_primes *primes = rsa_primes_new(SMALL);
    enum rsa_error error = primes ? RSA_OK : RSA_ERR_MEMORY;
    *count = 0;
    for (unsigned long prime = error ? 0 : rsa_primes_next(primes); prime && !error;
         prime = rsa_primes_next(primes)) {
        uint32_t draw;
        error = rsa_random_bytes((uint8_t *)&draw, sizeof(draw), source);
        size_t at = draw % (*count + 1);
        out[*count] = prime;
        out[(*count)++] = out[at];
        out[at] = prime;
    }
    rsa_primes_free(primes);
    return error;
}

/* product * a * b + 1: a prime of the wanted size? 3/4 of 2^bits is above sqrt(1/2) of it, so n has
 * all its bits. */
static bool is_smooth_prime(mpz_t p, const mpz_t product, unsigned long a, unsigned long b,
                            unsigned bits)
{
    mpz_mul_ui(p, product, a * b);
    mpz_add_ui(p, p, 1);
    return mpz_sizeinbase(p, 2) == bits && mpz_tstbit(p, bits - 2) && rsa_baillie_psw(p);
}

/* The first primes of the order make all but some 22 bits; of the others the last two are chosen. */
static bool try_smooth(mpz_t p, const struct making *making, const unsigned long *primes,
                       size_t count)
{
    enum { BITS_OF_TWO = 22 };
    mpz_t product;
    size_t i = 0;
    bool found = false;
    mpz_init_set_ui(product, 2);
    for (; i < count && mpz_sizeinbase(product, 2) + BITS_OF_TWO < making->bits; i++)
        if (primes[i] > 2)
            mpz_mul_ui(product, product, primes[i]);
    for (size_t a = i; a < count && !found; a++)
        for (size_t b = i; b < a && !found; b++)
            found = primes[a] > 2 && primes[b] > 2 &&
                    is_smooth_prime(p, product, primes[a], primes[b], making->bits);
    rsa_mpz_wipe(product);
    return found;
}

static enum rsa_error make_smooth(struct making *making)
{
    unsigned long primes[SMALL];
    size_t count;
    enum rsa_error error;
    do
        error = shuffle_primes(primes, &count, making->source);
    while (!error && !try_smooth(making->p, making, primes, count));
    return error ? error : draw_prime(making->q, making, making->p);
}

/* --- small d: chosen first ------------------------------------------------------------------- */

static enum rsa_error make_small_d(struct making *making)
{
    mpz_t phi, limit;
    enum rsa_error error;
    bool good = false;
    mpz_set_ui(making->e, 1); /* any prime will do */
    error = draw_prime(making->p, making, NULL);
    if (!error)
        error = draw_prime(making->q, making, making->p);
    mpz_inits(phi, limit, NULL);
    mpz_sub_ui(phi, making->p, 1);
    mpz_sub_ui(limit, making->q, 1);
    mpz_mul(phi, phi, limit);
    mpz_set_ui(limit, 0);
    mpz_setbit(limit, making->bits / 2 - 3); /* d of bits(n) / 4 - 2 bits: below n^(1/4) / 3 */
    while (!error && !good) {
        error = rsa_number_random(making->d, limit, making->source);
        mpz_add(making->d, making->d, limit);
        good = mpz_invert(making->e, making->d, phi);
    }
    rsa_mpz_wipe(phi);
    mpz_clear(limit);
    return error;
}

/* --- a word that is repeated ----------------------------------------------------------------- */

static enum rsa_error draw_repeated(mpz_t p, struct making *making)
{
    uint32_t word;
    enum rsa_error error = rsa_random_bytes((uint8_t *)&word, sizeof(word), making->source);
    word |= 3u << (WORD_BITS - 2); /* so that n has all its bits */
    mpz_set_ui(p, 0);
    for (unsigned i = 0; i < making->bits / WORD_BITS; i++) {
        mpz_mul_2exp(p, p, WORD_BITS);
        mpz_add_ui(p, p, word);
    }
    next_prime(p, making);
    return error;
}

static enum rsa_error make_pattern(struct making *making)
{
    enum rsa_error error = draw_repeated(making->p, making);
    do
        if (!error)
            error = draw_repeated(making->q, making);
    while (!error && mpz_cmp(making->p, making->q) == 0);
    return error;
}

static enum rsa_error make_fixed_bases(struct making *making)
{
    enum rsa_error error;
    do
        error = rsa_flaw_pseudoprime(making->p, making->bits, making->source);
    while (!error && !fits_exponent(making, making->p));
    return error ? error : draw_prime(making->q, making, making->p);
}

/* --- the table ------------------------------------------------------------------------------- */

static const struct {
    const char *name, *words;
    enum rsa_error (*make)(struct making *making);
} flaws[RSA_FLAWS] = {
    [RSA_FLAW_CLOSE] = {"close", "q is the next prime after p", make_close},
    [RSA_FLAW_SHARED] = {"shared", "p is a prime of another key, too", make_shared},
    [RSA_FLAW_SMOOTH] = {"smooth", "p - 1 has small primes alone", make_smooth},
    [RSA_FLAW_SMALL_D] = {"small-d", "d is small", make_small_d},
    [RSA_FLAW_PATTERN] = {"pattern", "p and q repeat a word of 32 bits each", make_pattern},
    [RSA_FLAW_FIXED_BASES] = {"fixed-bases",
                              "p is composite, and passes Miller-Rabin with the bases 2 to 37",
                              make_fixed_bases},
};

const char *rsa_flaw_name(enum rsa_flaw flaw)
{
    return flaws[flaw].name;
}

const char *rsa_flaw_words(enum rsa_flaw flaw)
{
    return flaws[flaw].words;
}

/* d = e^-1 mod (p - 1)(q - 1), if it was not chosen. For the composite p of fixed-bases that is no
 * multiple of the true phi, but of lambda: it works. */
static enum rsa_error give_d(struct making *making)
{
    mpz_t q_less;
    if (mpz_sgn(making->d) != 0)
        return RSA_OK;
    mpz_init(q_less);
    mpz_sub_ui(making->t, making->p, 1);
    mpz_sub_ui(q_less, making->q, 1);
    mpz_lcm(making->t, making->t, q_less);
    bool good = mpz_invert(making->d, making->e, making->t);
    rsa_mpz_wipe(q_less);
    return good ? RSA_OK : RSA_ERR_EXPONENT;
}

static enum rsa_error give_key(struct rsa_key **key, struct making *making)
{
    mpz_srcptr numbers[] = {making->t, making->e, making->d, making->p, making->q};
    char *texts[RSA_NUMBERS] = {NULL};
    enum rsa_error error = RSA_OK;
    mpz_mul(making->t, making->p, making->q);
    for (int i = RSA_N; i <= RSA_Q; i++) {
        texts[i] = rsa_number_write(numbers[i], 16);
        if (!texts[i])
            error = RSA_ERR_MEMORY;
    }
    if (!error)
        error = rsa_key_from_text(key, (const char *const *)texts, NULL);
    for (int i = RSA_N; i <= RSA_Q; i++)
        rsa_text_free(texts[i]);
    return error;
}

enum rsa_error rsa_flaw_make(struct rsa_key **key, enum rsa_flaw flaw, unsigned bits,
                             const struct rsa_key *other, const struct rsa_random *source)
{
    struct making making = {.other = other, .source = source};
    *key = NULL;
    if (other)
        bits = rsa_key_bits(other);
    if (bits < RSA_FLAW_LEAST_BITS || bits > RSA_FLAW_MOST_BITS || bits % RSA_FLAW_STEP_BITS != 0)
        return RSA_ERR_BITS;
    making.bits = bits / 2;
    mpz_inits(making.p, making.q, making.d, making.t, NULL);
    mpz_init_set_ui(making.e, EXPONENT);
    enum rsa_error error = flaws[flaw].make(&making);
    if (!error)
        error = give_d(&making);
    if (!error)
        error = give_key(key, &making);
    rsa_mpz_wipe(making.p);
    rsa_mpz_wipe(making.q);
    rsa_mpz_wipe(making.d);
    rsa_mpz_wipe(making.t);
    mpz_clear(making.e);
    return error;
}

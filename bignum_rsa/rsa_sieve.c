/*
 * A sieve over one random stretch of odd numbers: see rsa_sieve.h.
 *
 * Two sieves of Eratosthenes in a row: the first finds the small primes, the second strikes their
 * multiples out of the stretch. What they hold is as secret as the prime that comes of it.
 */
#include "rsa_sieve.h"

#include "rsa_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct rsa_sieve {
    mpz_t start;
    uint32_t *primes; /* odd ones, ascending */
    size_t prime_count;
    uint8_t *struck; /* struck[i]: start + 2 i has a small divisor */
    unsigned long stretch;
    uint32_t *survivors; /* indexes not struck and not drawn */
    size_t survivor_count;
};

enum {
    /* Candidates per stretch. A stretch of 64 numbers per bit holds 185 primes on average, of any
     * size: 128 / ln 2. The fewest serves sizes up to 17 bits with all their primes at once. */
    STRETCH_PER_BIT = 64,
    STRETCH_LEAST = 1 << 16,
    /* Small primes go up to 256 times the bits (2^18 for a prime of 1024 bits): beyond it, finding
     * where a divisor falls costs more than the Miller-Rabin rounds that it saves. */
    DEPTH_PER_BIT = 256,
};

/* Small primes must stay below every candidate's square root, or a prime would strike itself. */
static uint32_t sieve_depth(unsigned bits)
{
    uint32_t depth = DEPTH_PER_BIT * (uint32_t)bits;
    return bits < 36 && depth > (uint32_t)1 << (bits / 2) ? (uint32_t)1 << (bits / 2) : depth;
}

/* The odd primes below `limit`. composite[i] speaks of 2 i + 1. */
static void small_primes(struct rsa_sieve *sieve, uint8_t *composite, uint32_t limit)
{
    for (uint32_t i = 1; 2 * i + 1 < limit; i++) {
        uint32_t prime = 2 * i + 1;
        if (composite[i])
            continue;
        sieve->primes[sieve->prime_count++] = prime;
        for (uint64_t j = (uint64_t)prime * prime / 2; 2 * j + 1 < limit; j += prime)
            composite[j] = 1;
    }
}

enum rsa_error rsa_sieve_new(struct rsa_sieve **out, unsigned bits)
{
    struct rsa_sieve *sieve = calloc(1, sizeof(*sieve));
    uint32_t depth = sieve_depth(bits);
    uint8_t *composite = calloc(depth / 2 + 1, 1);
    *out = NULL;
    if (!sieve || !composite) {
        free(sieve);
        free(composite);
        return RSA_ERR_MEMORY;
    }
    mpz_init2(sieve->start, bits + GMP_NUMB_BITS);
    sieve->stretch = STRETCH_PER_BIT * (unsigned long)bits;
    if (sieve->stretch < STRETCH_LEAST)
        sieve->stretch = STRETCH_LEAST;
    sieve->primes = malloc((depth / 2 + 1) * sizeof(*sieve->primes));
    sieve->struck = malloc(sieve->stretch);
    sieve->survivors = malloc(sieve->stretch * sizeof(*sieve->survivors));
    if (!sieve->primes || !sieve->struck || !sieve->survivors) {
        free(composite);
        rsa_sieve_free(sieve);
        return RSA_ERR_MEMORY;
    }
    small_primes(sieve, composite, depth);
    free(composite); /* not secret, not wiped */
    *out = sieve;
    return RSA_OK;
}

void rsa_sieve_free(struct rsa_sieve *sieve)
{
    if (!sieve)
        return;
    if (sieve->struck)
        explicit_bzero(sieve->struck, sieve->stretch);
    if (sieve->survivors)
        explicit_bzero(sieve->survivors, sieve->stretch * sizeof(*sieve->survivors));
    rsa_mpz_wipe(sieve->start);
    free(sieve->primes); /* not secret, not wiped */
    free(sieve->struck);
    free(sieve->survivors);
    explicit_bzero(sieve, sizeof(*sieve));
    free(sieve);
}

unsigned long rsa_sieve_stretch(const struct rsa_sieve *sieve)
{
    return sieve->stretch;
}

/* Strikes start + 2 i for every i with start + 2 i = 0 mod prime. */
static void strike(struct rsa_sieve *sieve, uint32_t prime, uint32_t start_residue,
                   unsigned long count)
{
    /* 2 i = -start mod prime: halve the residue, made even by adding the odd prime. */
    uint32_t twice = start_residue ? prime - start_residue : 0;
    unsigned long first = (twice % 2 ? twice + prime : twice) / 2;
    for (unsigned long i = first; i < count; i += prime)
        sieve->struck[i] = 1;
}

/* Strikes for as many primes, from `first` on, as have a product below 2^64: one long division
 * by the product serves them all. Returns the index of the next prime. */
static size_t strike_group(struct rsa_sieve *sieve, size_t first, unsigned long count)
{
    unsigned long product = 1;
    size_t end = first;
    while (end < sieve->prime_count && product <= UINT64_MAX / sieve->primes[end])
        product *= sieve->primes[end++];
    unsigned long residue = mpz_fdiv_ui(sieve->start, product);
    for (size_t i = first; i < end; i++)
        strike(sieve, sieve->primes[i], (uint32_t)(residue % sieve->primes[i]), count);
    return end;
}

void rsa_sieve_run(struct rsa_sieve *sieve, const mpz_t start, unsigned long count)
{
    mpz_set(sieve->start, start);
    memset(sieve->struck, 0, count);
    for (size_t i = 0; i < sieve->prime_count;)
        i = strike_group(sieve, i, count);
    sieve->survivor_count = 0;
    for (unsigned long i = 0; i < count; i++)
        if (!sieve->struck[i])
            sieve->survivors[sieve->survivor_count++] = (uint32_t)i;
}

size_t rsa_sieve_survivors(const struct rsa_sieve *sieve)
{
    return sieve->survivor_count;
}

enum rsa_error rsa_sieve_draw(struct rsa_sieve *sieve, mpz_t candidate, bool *found,
                              const struct rsa_random *source)
{
    uint64_t draw = 0;
    *found = sieve->survivor_count > 0;
    if (!*found)
        return RSA_OK;
    enum rsa_error error = rsa_random_bytes((uint8_t *)&draw, sizeof(draw), source);
    /* At most 2^20 survivors: the remainder of 64 random bits is uniform to within 2^-44. */
    size_t index = (size_t)(draw % sieve->survivor_count);
    mpz_add_ui(candidate, sieve->start, 2 * (unsigned long)sieve->survivors[index]);
    sieve->survivors[index] = sieve->survivors[--sieve->survivor_count];
    return error;
}

/*
 * Groups made to order: see dh_make.h.
 *
 *     q = start      +6       +12      +18  ...        q = 5 mod 6: then 3 divides neither q nor p
 *     struck by r, if r divides q or 2 q + 1
 *
 * What is left of a random stretch is tried in turn: Baillie-PSW on q, then on p = 2 q + 1. As
 * p = 11 mod 12, 3 is a square modulo p (quadratic reciprocity), and 2 is one if p = 7 mod 8. A
 * square that is not 1 has the order q.
 */
#include "dh_make.h"
#include "dh_factor.h"
#include "dh_internal.h"

#include <stdlib.h>
#include <string.h>

enum {
    STRETCH = 1 << 16,        /* candidates */
    DEPTH_PER_BIT = 1024,     /* the sieve has the primes up to 2^21 for a p of 2048 bits */
    TOLD_EVERY = 16,          /* candidates tried */
    MOST_STRETCHES = 1 << 20, /* more mean that the source of randomness does not move */
};

struct search {
    unsigned bits;
    mpz_t start, q, p;
    uint8_t *is_composite; /* of the small numbers */
    uint8_t *struck;       /* struck[i]: of start + 6 i */
    unsigned long depth;   /* small primes are below it */
    const struct dh_random *source;
    const struct dh_progress *progress;
    unsigned long tried, expected;
};

/* Small primes stay below the square root of q, or a prime would strike itself. */
static unsigned long sieve_depth(unsigned bits)
{
    unsigned long depth = DEPTH_PER_BIT * (unsigned long)bits;
    return bits < 48 && depth > 1ul << (bits - 2) / 2 ? 1ul << (bits - 2) / 2 : depth;
}

/* A number without factors below B is prime with probability e^gamma ln B / ln q (Mertens), and so
 * is p: of both, the square. e^(2 gamma) is 3.17. */
static unsigned long expected(unsigned bits, unsigned long depth)
{
    unsigned long depth_bits = 1;
    while (depth >> depth_bits != 0)
        depth_bits++;
    return 1 + 100ul * bits * bits / (depth_bits * depth_bits * 317);
}

static bool open(struct search *search)
{
    search->depth = sieve_depth(search->bits);
    search->expected = expected(search->bits, search->depth);
    mpz_inits(search->start, search->q, search->p, NULL);
    search->is_composite = calloc(search->depth + 1, 1);
    search->struck = malloc(STRETCH);
    if (!search->is_composite || !search->struck)
        return false;
    for (unsigned long i = 2; i * i < search->depth; i++)
        for (unsigned long j = i * i; !search->is_composite[i] && j < search->depth; j += i)
            search->is_composite[j] = 1;
    return true;
}

static void close(struct search *search)
{
    mpz_clears(search->start, search->q, search->p, NULL);
    free(search->is_composite);
    free(search->struck);
}

/* Strikes every start + 6 i that is `residue` modulo r. */
static void strike(struct search *search, unsigned long r, unsigned long residue)
{
    unsigned long sixth = r % 6 == 1 ? (5 * r + 1) / 6 : (r + 1) / 6; /* 6 sixth = 1 mod r */
    unsigned long start = mpz_fdiv_ui(search->start, r);
    for (unsigned long i = (residue + r - start) % r * sixth % r; i < STRETCH; i += r)
        search->struck[i] = 1;
}

/* A stretch from a random q of bits - 1 bits on. */
static enum dh_error lay_sieve(struct search *search)
{
    uint8_t bytes[DH_MAX_BYTES];
    size_t count = (search->bits + 7) / 8;
    enum dh_error error = dh_random_bytes(bytes, count, search->source);
    if (error)
        return error;
    mpz_import(search->start, count, 1, 1, 1, 0, bytes);
    mpz_fdiv_r_2exp(search->start, search->start, search->bits - 2);
    mpz_setbit(search->start, search->bits - 2);
    mpz_add_ui(search->start, search->start, 5 - mpz_fdiv_ui(search->start, 6));
    memset(search->struck, 0, STRETCH);
    for (unsigned long r = 5; r < search->depth; r += 2) {
        if (search->is_composite[r])
            continue;
        strike(search, r, 0);
        strike(search, r, (r - 1) / 2); /* 2 q + 1 = 0 mod r */
    }
    return DH_OK;
}

/* Whether q = start + 6 i and p are prime, and of the right size. */
static bool try(struct search *search, unsigned long i)
{
    mpz_add_ui(search->q, search->start, 6 * i);
    mpz_mul_2exp(search->p, search->q, 1);
    mpz_add_ui(search->p, search->p, 1);
    if (mpz_sizeinbase(search->p, 2) != search->bits)
        return false;
    if (search->progress && search->tried++ % TOLD_EVERY == 0)
        search->progress->tried(search->progress->context, search->tried, search->expected);
    return dh_is_prime(search->q, false) && dh_is_prime(search->p, false) &&
           dh_is_prime(search->q, true) && dh_is_prime(search->p, true);
}

static enum dh_error find(struct search *search)
{
    for (int stretch = 0; stretch < MOST_STRETCHES; stretch++) {
        enum dh_error error = lay_sieve(search);
        if (error)
            return error;
        for (unsigned long i = 0; i < STRETCH; i++)
            if (!search->struck[i] && try(search, i))
                return DH_OK;
    }
    return DH_ERR_RANDOM;
}

enum dh_error dh_group_make(struct dh_group **group, unsigned bits, const struct dh_random *source,
                            const struct dh_progress *progress)
{
    struct search search = {.bits = bits, .source = source, .progress = progress};
    *group = NULL;
    if (bits < DH_MIN_MADE_BITS || bits > DH_MAX_BITS)
        return DH_ERR_SIZE;
    enum dh_error error = open(&search) ? find(&search) : DH_ERR_MEMORY;
    if (!error) {
        mpz_set_ui(search.q, mpz_fdiv_ui(search.p, 8) == 7 ? 2 : 3);
        error = dh_group_new(group, search.p, search.q);
    }
    close(&search);
    return error;
}

/*
 * A sieve of Eratosthenes in segments of odd numbers: see rsa_primes.h.
 */
#include "rsa_primes.h"

#include <stdlib.h>
#include <string.h>

enum { SEGMENT = 1 << 15, ROOT = 100000 }; /* ROOT^2 = RSA_PRIMES_MOST */

struct rsa_primes {
    uint64_t limit, low; /* struck[i] speaks of low + 2 i */
    size_t next;         /* index of the next to look at; SEGMENT: a new segment */
    uint64_t root;       /* divisors up to it are known: base[] */
    uint32_t *base;
    size_t base_count;
    int gave_two;
    uint8_t struck[SEGMENT];
};

/* The odd primes up to root, by plain sieving. */
static int fill_base(struct rsa_primes *primes)
{
    uint64_t half = primes->root / 2 + 1;
    uint8_t *composite = calloc(half, 1); /* [i] speaks of 2 i + 1 */
    primes->base = malloc(half * sizeof(*primes->base));
    if (composite && primes->base)
        for (uint64_t i = 1; i < half; i++) {
            if (composite[i])
                continue;
            primes->base[primes->base_count++] = (uint32_t)(2 * i + 1);
            for (uint64_t j = 2 * i * (i + 1); j < half; j += 2 * i + 1)
                composite[j] = 1;
        }
    int done = composite && primes->base;
    free(composite);
    return done;
}

struct rsa_primes *rsa_primes_new(uint64_t limit)
{
    struct rsa_primes *primes = calloc(1, sizeof(*primes));
    if (!primes)
        return NULL;
    primes->limit = limit > RSA_PRIMES_MOST ? RSA_PRIMES_MOST : limit;
    for (primes->root = 1; primes->root < ROOT && primes->root * primes->root < primes->limit;)
        primes->root++;
    primes->next = SEGMENT;
    primes->low = 3 - 2 * (uint64_t)SEGMENT; /* the first segment begins at 3 */
    if (fill_base(primes))
        return primes;
    rsa_primes_free(primes);
    return NULL;
}

static void next_segment(struct rsa_primes *primes)
{
    uint64_t low = primes->low += 2 * (uint64_t)SEGMENT;
    primes->next = 0;
    memset(primes->struck, 0, sizeof(primes->struck));
    for (size_t i = 0; i < primes->base_count; i++) {
        uint64_t prime = primes->base[i], first = prime * prime;
        if (first >= low + 2 * (uint64_t)SEGMENT)
            break;
        if (first < low) { /* the first odd multiple from low on */
            first = (low + prime - 1) / prime * prime;
            first += first % 2 == 0 ? prime : 0;
        }
        for (uint64_t j = (first - low) / 2; j < SEGMENT; j += prime)
            primes->struck[j] = 1;
    }
}

uint64_t rsa_primes_next(struct rsa_primes *primes)
{
    if (!primes->gave_two) {
        primes->gave_two = 1;
        return primes->limit >= 2 ? 2 : 0;
    }
    for (;;) {
        if (primes->next == SEGMENT)
            next_segment(primes);
        uint64_t number = primes->low + 2 * primes->next;
        if (number > primes->limit)
            return 0;
        if (!primes->struck[primes->next++])
            return number;
    }
}

void rsa_primes_free(struct rsa_primes *primes)
{
    if (!primes)
        return;
    free(primes->base);
    free(primes);
}

/*
 * A random source that says what it is told: see fed_random.h.
 */
#include "fed_random.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* SplitMix64 (Steele, Lea, Flood, 2014). */
uint64_t fed_random_next(struct fed_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static int fill(void *context, uint8_t *out, size_t bytes)
{
    struct fed_random *random = context;

    for (size_t i = 0; i < bytes; i++) {
        if (random->left > 0) {
            out[i] = *random->bytes++;
            random->left--;
        } else {
            out[i] = (uint8_t)fed_random_next(random);
        }
    }
    return 0;
}

void fed_random_init(struct fed_random *random, const uint8_t *bytes, size_t count, uint64_t seed)
{
    *random =
        (struct fed_random){.bytes = bytes, .left = count, .state = seed, .source = {fill, random}};
}

uint64_t test_seed_of_figures(void)
{
    const uint64_t usual = 20261129;
    if (getenv("TEST_SEED"))
        return test_seed();
    fprintf(stderr, "TEST_SEED=%" PRIu64 "\n", usual);
    return usual;
}

uint64_t test_seed(void)
{
    const char *given = getenv("TEST_SEED");
    uint64_t seed = 0;

    if (given)
        seed = strtoull(given, NULL, 0);
    else if (rsa_random_bytes((uint8_t *)&seed, sizeof(seed), NULL))
        abort();
    fprintf(stderr, "TEST_SEED=%" PRIu64 "\n", seed);
    return seed;
}

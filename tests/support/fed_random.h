/*
 * A random source that says what it is told, then goes on from a seed: for vectors whose salt or
 * seed is published, and for property tests that can be run again.
 */
#ifndef GLASSBOX_TESTS_FED_RANDOM_H
#define GLASSBOX_TESTS_FED_RANDOM_H

#include "rsa_error.h"

struct fed_random {
    const uint8_t *bytes; /* handed out first */
    size_t left;
    uint64_t state; /* then this generator; not for secrets */
    struct rsa_random source;
};

/* bytes is not copied. */
void fed_random_init(struct fed_random *random, const uint8_t *bytes, size_t count, uint64_t seed);

/* TEST_SEED from the environment, or a new one; printed on stderr, to repeat a failure. */
uint64_t test_seed(void);

/* The same, but always one number where none is given: for figures that chance moves across a bound
 * now and then, so that a change of the code alone moves them. */
uint64_t test_seed_of_figures(void);

/* The generator's next number. */
uint64_t fed_random_next(struct fed_random *random);

#endif

/*
 * One small key in every format, for tests that change and misread them. Without Criterion.
 */
#ifndef GLASSBOX_TESTS_KEY_SAMPLES_H
#define GLASSBOX_TESTS_KEY_SAMPLES_H

#include "key_formats.h"

/* The pair (512 bits, always the same); never freed. */
const struct rsa_key *sample_pair(void);

/* Knows the passphrase of those that have one. */
const struct key_access *sample_access(void);

#define KEY_SAMPLES 17
/* Sample number `index`, below KEY_SAMPLES; never freed. */
struct key_sample {
    const char *name; /* "pkcs8, DER" */
    bool private;
    bool strict; /* DER whose every bit is fixed by the key */
    struct key_wish wish;
    struct key_text text;
};
const struct key_sample *key_sample(size_t index);

#endif

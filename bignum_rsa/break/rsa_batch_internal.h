/*
 * Between the files of the batch gcd: rsa_batch_gcd.c (the whole, and what is the same),
 * rsa_batch_blocks.c (trees), rsa_batch_parts.c (hits taken apart).
 */
#ifndef GLASSBOX_RSA_BATCH_INTERNAL_H
#define GLASSBOX_RSA_BATCH_INTERNAL_H

#include "rsa_batch_gcd.h"

/* A divisor of a number. */
struct rsa_part {
    mpz_t value;
    size_t index;
    bool shared; /* in the end: with another number */
};
struct rsa_parts {
    struct rsa_part *parts;
    size_t count, space;
};

/* A number that takes part in the trees: the first of its kind, above 1. */
struct rsa_batch_live {
    size_t index, bytes;
};

struct rsa_batch_run {
    struct rsa_batch *batch;
    const struct rsa_batch_source *source;
    const struct rsa_batch_options *options;
    struct rsa_batch_live *live; /* ascending */
    size_t live_count;
    struct rsa_parts parts;
};

/* Bytes for each number of the source, in the lists of a run. */
#define RSA_BATCH_LIST_BYTES 48

void rsa_batch_hear(const struct rsa_batch_run *run, const struct rsa_batch_told *told);

/* Appends a part with a copy of the value. false without memory. */
bool rsa_parts_add(struct rsa_parts *parts, const mpz_t value, size_t index)
    __attribute__((warn_unused_result));
void rsa_parts_free(struct rsa_parts *parts);

/* Finds the numbers that share a factor: puts gcd and n / gcd of each into run->parts, n alone
 * where the gcd is n. */
enum rsa_batch_end rsa_batch_blocks(struct rsa_batch_run *run) __attribute__((warn_unused_result));

/* Takes the parts apart until no two have a factor in common, and makes hits and shared factors. */
enum rsa_batch_end rsa_batch_take_apart(struct rsa_batch_run *run)
    __attribute__((warn_unused_result));

#endif

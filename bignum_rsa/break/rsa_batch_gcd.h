/*
 * Shared primes: the moduli among many that have a factor in common, found all at once.
 *
 * Two keys that share one prime fall together: gcd(n1, n2) is it, in microseconds, and the sizes do
 * not matter. Who has n keys would have n^2 / 2 pairs to try; with trees of products
 * (rsa_product_tree.h) each key meets the product of all the others in nearly linear time
 * (Bernstein 2002; Heninger, Durumeric, Wustrow, Halderman, "Mining your Ps and Qs", 2012).
 *
 *     struct rsa_batch batch;
 *     enum rsa_batch_end end = rsa_batch_gcd(&batch, &source, NULL);
 *     for (size_t i = 0; end == RSA_BATCH_DONE && i < batch.hit_count; i++)
 *         ... batch.hits[i].factor divides number batch.hits[i].index ...
 *     rsa_batch_free(&batch);
 *
 * What the tree alone would get wrong is put right: a number that stands there twice is told as
 * such and goes into the tree once; where all primes of a number are shared, and so the gcd is
 * n, it is taken apart all the same. All hits are found, and each is a divisor that anybody can
 * check.
 *
 * With a bound of memory the numbers are taken in blocks. The product of each block goes to a
 * scratch file and comes back to meet each other block; the time grows with the number of
 * blocks, slowly while they are few. Nothing here reads or writes by itself: the caller gives
 * functions that do.
 *
 * Numbers may be of any sizes, even ones too; 0 and 1 are passed over. CT: no.
 */
#ifndef GLASSBOX_RSA_BATCH_GCD_H
#define GLASSBOX_RSA_BATCH_GCD_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where the numbers come from. Each is asked for two times or more, mostly in order. */
struct rsa_batch_source {
    size_t count;
    bool (*read)(void *context, size_t index, mpz_t number); /* false: it cannot be read */
    void *context;
};

/* Where products lie meanwhile: by places 0, 1, 2, ..., each written once, in order. */
struct rsa_batch_scratch {
    bool (*write)(void *context, size_t place, const mpz_t number);
    bool (*read)(void *context, size_t place, mpz_t number);
    void *context;
};

/* What is done now, for who wants to see it; told before it is. */
enum rsa_batch_step {
    RSA_BATCH_READ,       /* all numbers are read once */
    RSA_BATCH_MULTIPLY,   /* the product of a block, for the scratch file */
    RSA_BATCH_OTHERS,     /* the product of all other blocks, modulo that of this one */
    RSA_BATCH_TREE,       /* the product tree of a block */
    RSA_BATCH_REMAINDERS, /* down the tree, then a gcd for each number */
    RSA_BATCH_PARTS,      /* the hits are taken apart */
};
struct rsa_batch_told {
    enum rsa_batch_step step;
    size_t block, blocks;
    size_t numbers; /* of this step */
    size_t bits;    /* of their product, about */
};

struct rsa_batch_options {
    uint64_t memory; /* bytes that it may take, the hits apart; 0: without bound */
    const struct rsa_batch_scratch *scratch; /* NULL: there is none, and all must fit */
    void (*hear)(void *context, const struct rsa_batch_told *told);
    void *context;
};

enum rsa_batch_end {
    RSA_BATCH_DONE,
    RSA_BATCH_NO_MEMORY,
    RSA_BATCH_BOUND,   /* even in blocks it does not fit the bound; batch->memory would do */
    RSA_BATCH_SOURCE,  /* a number cannot be read */
    RSA_BATCH_SCRATCH, /* a product cannot be written or read */
};

/* A number with a divisor that it shares. */
struct rsa_batch_hit {
    size_t index;
    /* The least that it shares, 1 < factor < n; n itself where n divides another number and resists
     * else. */
    mpz_t factor;
};

/* A factor of several numbers: a prime, where the numbers are products of two primes. */
struct rsa_batch_shared {
    mpz_t factor;
    size_t *indices; /* ascending */
    size_t count;    /* at least 2 */
};

struct rsa_batch {
    /* first[i]: the first number that is the same as number i; i itself if none before it is.
     * Hits and shared factors speak of these alone. */
    size_t *first;
    struct rsa_batch_hit *hits; /* in the order of the numbers */
    size_t hit_count;
    struct rsa_batch_shared *shared; /* in the order of the factors */
    size_t shared_count;
    size_t count, distinct; /* numbers; those above 1, each once */
    size_t blocks;
    uint64_t memory; /* that the trees and lists were planned with */
    uint64_t work;   /* multiplications and divisions, the small and the large */
};

/* Judges the numbers of the source. options: NULL for none. The caller frees batch, whatever the
 * end. */
enum rsa_batch_end rsa_batch_gcd(struct rsa_batch *batch, const struct rsa_batch_source *source,
                                 const struct rsa_batch_options *options)
    __attribute__((warn_unused_result));
void rsa_batch_free(struct rsa_batch *batch);

#endif

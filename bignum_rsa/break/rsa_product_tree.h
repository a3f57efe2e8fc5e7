/*
 * Product and remainder trees: what makes one computation of many numbers cheap.
 *
 *              1909 * 2923 * 291 * 205                 up: each node is the product of the two
 *               /                 \                    below it; the root is P, that of all
 *         1909 * 2923          291 * 205               down: a number modulo the root, then modulo
 *          /      \             /     \                each node: in the end modulo each leaf
 *       1909     2923         291     205
 *
 * Each level has as many bits as all leaves together, and there are log2 of them: with fast
 * multiplication that is little more than reading them, where pairs would be n^2 / 2.
 *
 * Beside P goes the sum S of P / n over all leaves n, by S = S_left P_right + S_right P_left.
 * Modulo one n all terms but its own are 0, so S mod n is P / n mod n: the product of all the
 * others, without a division by n. Bernstein's P mod n^2 gives the same from numbers twice as long
 * ("How to find small factors of integers", 2002; "Scaled remainder trees", 2004).
 *
 * Memory: rsa_tree_bytes. GMP aborts where there is none. CT: no.
 */
#ifndef GLASSBOX_RSA_PRODUCT_TREE_H
#define GLASSBOX_RSA_PRODUCT_TREE_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RSA_TREE_LEVELS 48 /* more leaves than any memory holds */

struct rsa_tree {
    mpz_t *level[RSA_TREE_LEVELS]; /* [0]: the leaves; the last has one number, the root */
    size_t width[RSA_TREE_LEVELS];
    unsigned levels;
    uint64_t work; /* multiplications and divisions */
};

/* An array of numbers, all 0; NULL without memory. */
mpz_t *rsa_numbers_new(size_t count);
void rsa_numbers_free(mpz_t *numbers, size_t count);

/* Builds the tree over numbers above 0, which it takes over, also where it fails (no memory for
 * its arrays). count is at least 1. sum: becomes S, initialised by the caller; or NULL. */
bool rsa_tree_build(struct rsa_tree *tree, mpz_t *leaves, size_t count, mpz_ptr sum)
    __attribute__((warn_unused_result));

/* The product alone, level over level, as little of it as can be in memory. Takes the leaves
 * over. */
bool rsa_tree_product(mpz_t product, mpz_t *leaves, size_t count, uint64_t *work)
    __attribute__((warn_unused_result));

/* number modulo each leaf: an array as wide as the leaves, for rsa_numbers_free. The tree above
 * its leaves is used up on the way, and so is the number. NULL without memory. */
mpz_t *rsa_tree_remainders(struct rsa_tree *tree, mpz_t number);

void rsa_tree_free(struct rsa_tree *tree); /* fine on a {0} */

/* What building a tree and going down it takes at most, in bytes: so many leaves, and the bytes of
 * all of them together. */
uint64_t rsa_tree_bytes(uint64_t leaves, uint64_t bytes);

#endif

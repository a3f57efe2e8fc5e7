/*
 * Product and remainder trees; see rsa_product_tree.h.
 */
#include "rsa_product_tree.h"

#include <stdlib.h>

mpz_t *rsa_numbers_new(size_t count)
{
    mpz_t *numbers = calloc(count, sizeof(*numbers));
    for (size_t i = 0; numbers && i < count; i++)
        mpz_init(numbers[i]);
    return numbers;
}

void rsa_numbers_free(mpz_t *numbers, size_t count)
{
    for (size_t i = 0; numbers && i < count; i++)
        mpz_clear(numbers[i]);
    free(numbers);
}

static void free_level(struct rsa_tree *tree, unsigned level)
{
    rsa_numbers_free(tree->level[level], tree->width[level]);
    tree->level[level] = NULL;
}

void rsa_tree_free(struct rsa_tree *tree)
{
    for (unsigned i = 0; i < tree->levels; i++)
        free_level(tree, i);
    *tree = (struct rsa_tree){0};
}

/* --- up -------------------------------------------------------------------------------------- */

/* The products of pairs; one that is left over goes up as it is. */
static mpz_t *multiply_level(mpz_t *below, size_t width, uint64_t *work)
{
    mpz_t *products = rsa_numbers_new((width + 1) / 2);
    for (size_t i = 0; products && i + 1 < width; i += 2)
        mpz_mul(products[i / 2], below[i], below[i + 1]);
    if (products && width % 2 == 1)
        mpz_set(products[width / 2], below[width - 1]);
    *work += width / 2;
    return products;
}

/* S of a pair: S_left P_right + S_right P_left. The sums below are used up; they become those of
 * this level, in the first half of their array. */
static void add_sums(mpz_t *sums, mpz_t *products, size_t width, uint64_t *work)
{
    mpz_t sum;
    mpz_init(sum);
    for (size_t i = 0; i + 1 < width; i += 2) {
        mpz_mul(sum, sums[i], products[i + 1]);
        mpz_addmul(sum, sums[i + 1], products[i]);
        mpz_clear(sums[i]);
        mpz_clear(sums[i + 1]);
        mpz_init(sums[i]);
        mpz_init(sums[i + 1]);
        mpz_swap(sums[i / 2], sum);
    }
    if (width % 2 == 1)
        mpz_swap(sums[width / 2], sums[width - 1]);
    mpz_clear(sum);
    *work += width / 2 * 2;
}

bool rsa_tree_build(struct rsa_tree *tree, mpz_t *leaves, size_t count, mpz_ptr sum)
{
    mpz_t *sums = !sum ? NULL : rsa_numbers_new(count);
    bool done = sums || !sum;
    *tree = (struct rsa_tree){.level = {leaves}, .width = {count}, .levels = 1};
    for (size_t i = 0; sums && i < count; i++)
        mpz_set_ui(sums[i], 1); /* of a leaf alone P / n is 1 */
    for (size_t width = count; done && width > 1; width = (width + 1) / 2) {
        mpz_t *below = tree->level[tree->levels - 1];
        if (sums)
            add_sums(sums, below, width, &tree->work);
        tree->width[tree->levels] = (width + 1) / 2;
        tree->level[tree->levels] = multiply_level(below, width, &tree->work);
        done = tree->level[tree->levels++] != NULL;
    }
    if (done && sum)
        mpz_swap(sum, sums[0]);
    rsa_numbers_free(sums, count);
    if (!done)
        rsa_tree_free(tree);
    return done;
}

bool rsa_tree_product(mpz_t product, mpz_t *leaves, size_t count, uint64_t *work)
{
    mpz_t *level = leaves;
    size_t width = count;
    while (level && width > 1) {
        mpz_t *above = multiply_level(level, width, work);
        rsa_numbers_free(level, width);
        level = above;
        width = (width + 1) / 2;
    }
    if (!level)
        return false;
    mpz_swap(product, level[0]);
    rsa_numbers_free(level, 1);
    return true;
}

/* --- down ------------------------------------------------------------------------------------ */

/* Each parent's remainder modulo its children. */
static mpz_t *reduce_level(struct rsa_tree *tree, unsigned level, mpz_t *parents)
{
    mpz_t *rests = rsa_numbers_new(tree->width[level]);
    for (size_t i = 0; rests && i < tree->width[level]; i++) {
        mpz_tdiv_r(rests[i], parents[i / 2], tree->level[level][i]);
        if (i % 2 == 1 || i + 1 == tree->width[level]) {
            mpz_clear(parents[i / 2]);
            mpz_init(parents[i / 2]);
        }
    }
    tree->work += tree->width[level];
    return rests;
}

mpz_t *rsa_tree_remainders(struct rsa_tree *tree, mpz_t number)
{
    unsigned level = tree->levels - 1;
    mpz_t *rests = rsa_numbers_new(1);
    if (!rests)
        return NULL;
    mpz_tdiv_r(rests[0], number, tree->level[level][0]);
    mpz_clear(number);
    mpz_init(number);
    while (rests && level > 0) {
        mpz_t *parents = rests;
        free_level(tree, level--);
        rests = reduce_level(tree, level, parents);
        rsa_numbers_free(parents, (tree->width[level] + 1) / 2);
    }
    tree->levels = 1;
    return rests;
}

uint64_t rsa_tree_bytes(uint64_t leaves, uint64_t bytes)
{
    uint64_t levels = 1;
    for (uint64_t width = leaves; width > 1; width = (width + 1) / 2)
        levels++;
    return bytes * (levels + 8) + leaves * 2 * (sizeof(mpz_t) + 32);
}

/*
 * The batch gcd: trees over blocks of numbers.
 *
 * With P_i the product of block i, and S_i its sum of P_i / n (rsa_product_tree.h), each n of the
 * block meets
 *
 *     S_i * (product of all other P_j)  modulo n  =  the product of all other numbers  modulo n
 *
 * and so one tree a block is enough, with one multiplication modulo P_i for each other block. One
 * block is the plain case.
 */
#include "rsa_batch_internal.h"
#include "rsa_product_tree.h"

#include <stdlib.h>

/* --- how many blocks ------------------------------------------------------------------------- */

/* The sum times the product of the others, and what GMP takes to multiply: so many times the
 * block. */
#define OTHERS_TIMES 6

struct blocks {
    size_t *begin; /* of each in live[], and the end of the last */
    size_t count;
    uint64_t need; /* bytes for the largest */
};

/* Fills blocks so that each has about total / count bytes. false without memory. */
static bool divide(struct blocks *blocks, const struct rsa_batch_run *run, uint64_t total,
                   size_t count)
{
    size_t *begin = reallocarray(blocks->begin, count + 2, sizeof(*begin)), made = 0;
    uint64_t before = 0, bytes = 0;
    if (!begin)
        return false;
    *blocks = (struct blocks){.begin = begin};
    begin[0] = 0;
    for (size_t i = 0; i < run->live_count; i++) {
        bytes += run->live[i].bytes;
        before += run->live[i].bytes;
        bool last = i + 1 == run->live_count;
        if (!last && before * count < total * (made + 1))
            continue;
        uint64_t need = (last && made == 0 ? 0 : OTHERS_TIMES * bytes) +
                        rsa_tree_bytes(i + 1 - begin[made], bytes);
        blocks->need = need > blocks->need ? need : blocks->need;
        begin[++made] = i + 1;
        bytes = 0;
    }
    blocks->count = made;
    return true;
}

/* The fewest blocks that keep to the bound, or nearly. */
static enum rsa_batch_end plan(struct blocks *blocks, struct rsa_batch_run *run)
{
    uint64_t lists = (uint64_t)run->source->count * RSA_BATCH_LIST_BYTES, total = 0;
    uint64_t bound = run->options->memory;
    size_t most = run->options->scratch ? run->live_count : 1;
    for (size_t i = 0; i < run->live_count; i++)
        total += run->live[i].bytes;
    for (size_t count = 1;; count += 1 + count / 8) {
        count = count < most ? count : most;
        if (!divide(blocks, run, total, count))
            return RSA_BATCH_NO_MEMORY;
        run->batch->blocks = blocks->count;
        run->batch->memory = lists + blocks->need;
        if (bound == 0 || run->batch->memory <= bound)
            return RSA_BATCH_DONE;
        if (count == most)
            return RSA_BATCH_BOUND;
    }
}

/* --- one block ------------------------------------------------------------------------------- */

/* What belongs to a block while it is worked on. */
struct work {
    struct rsa_batch_run *run;
    const struct blocks *blocks;
    size_t block;
};

static size_t width_of(const struct work *work)
{
    return work->blocks->begin[work->block + 1] - work->blocks->begin[work->block];
}

static void hear(const struct work *work, enum rsa_batch_step step)
{
    size_t bytes = 0, begin = work->blocks->begin[work->block];
    for (size_t i = 0; i < width_of(work); i++)
        bytes += work->run->live[begin + i].bytes;
    rsa_batch_hear(work->run, &(struct rsa_batch_told){step, work->block, work->blocks->count,
                                                       width_of(work), bytes * 8});
}

/* The numbers of the block, read anew; NULL with *end. */
static mpz_t *read_leaves(enum rsa_batch_end *end, const struct work *work)
{
    const struct rsa_batch_source *source = work->run->source;
    const struct rsa_batch_live *live = &work->run->live[work->blocks->begin[work->block]];
    mpz_t *leaves = rsa_numbers_new(width_of(work));
    *end = leaves ? RSA_BATCH_DONE : RSA_BATCH_NO_MEMORY;
    for (size_t i = 0; leaves && i < width_of(work); i++) {
        if (source->read(source->context, live[i].index, leaves[i]) && mpz_sgn(leaves[i]) > 0)
            continue;
        rsa_numbers_free(leaves, width_of(work));
        *end = RSA_BATCH_SOURCE;
        return NULL;
    }
    return leaves;
}

static enum rsa_batch_end write_product(const struct work *work)
{
    const struct rsa_batch_scratch *scratch = work->run->options->scratch;
    enum rsa_batch_end end;
    mpz_t product;
    hear(work, RSA_BATCH_MULTIPLY);
    mpz_t *leaves = read_leaves(&end, work);
    if (!leaves)
        return end;
    mpz_init(product);
    if (!rsa_tree_product(product, leaves, width_of(work), &work->run->batch->work))
        end = RSA_BATCH_NO_MEMORY;
    else if (!scratch->write(scratch->context, work->block, product))
        end = RSA_BATCH_SCRATCH;
    mpz_clear(product);
    return end;
}

/* others = the product of all other blocks modulo that of this one. */
static enum rsa_batch_end read_others(mpz_t others, const struct work *work)
{
    const struct rsa_batch_scratch *scratch = work->run->options->scratch;
    mpz_t own, other;
    mpz_set_ui(others, 1);
    if (work->blocks->count == 1)
        return RSA_BATCH_DONE;
    hear(work, RSA_BATCH_OTHERS);
    mpz_inits(own, other, NULL);
    bool done = scratch->read(scratch->context, work->block, own) && mpz_sgn(own) > 0;
    for (size_t j = 0; done && j < work->blocks->count; j++) {
        if (j == work->block)
            continue;
        done = scratch->read(scratch->context, j, other);
        mpz_tdiv_r(other, other, own);
        mpz_mul(others, others, other);
        mpz_tdiv_r(others, others, own);
        work->run->batch->work += 3;
    }
    mpz_clears(own, other, NULL);
    return done ? RSA_BATCH_DONE : RSA_BATCH_SCRATCH;
}

/* The gcd of each number and what is left of the product of the others at its leaf. */
static bool add_parts(const struct work *work, mpz_t *leaves, mpz_t *rests)
{
    const struct rsa_batch_live *live = &work->run->live[work->blocks->begin[work->block]];
    struct rsa_parts *parts = &work->run->parts;
    bool done = true;
    for (size_t i = 0; done && i < width_of(work); i++) {
        mpz_gcd(rests[i], rests[i], leaves[i]);
        if (mpz_cmp_ui(rests[i], 1) == 0)
            continue;
        done = rsa_parts_add(parts, rests[i], live[i].index);
        mpz_divexact(leaves[i], leaves[i], rests[i]);
        if (done && mpz_cmp_ui(leaves[i], 1) > 0)
            done = rsa_parts_add(parts, leaves[i], live[i].index);
    }
    work->run->batch->work += width_of(work);
    return done;
}

static enum rsa_batch_end go_down(const struct work *work, struct rsa_tree *tree, mpz_t sum,
                                  mpz_t others)
{
    hear(work, RSA_BATCH_REMAINDERS);
    if (work->blocks->count > 1)
        mpz_mul(sum, sum, others);
    mpz_clear(others);
    mpz_init(others);
    mpz_t *rests = rsa_tree_remainders(tree, sum);
    bool done = rests && add_parts(work, tree->level[0], rests);
    rsa_numbers_free(rests, width_of(work));
    return done ? RSA_BATCH_DONE : RSA_BATCH_NO_MEMORY;
}

static enum rsa_batch_end search(const struct work *work)
{
    struct rsa_tree tree = {0};
    mpz_t others, sum;
    mpz_inits(others, sum, NULL);
    enum rsa_batch_end end = read_others(others, work);
    mpz_t *leaves = end == RSA_BATCH_DONE ? read_leaves(&end, work) : NULL;
    if (leaves) {
        hear(work, RSA_BATCH_TREE);
        end = rsa_tree_build(&tree, leaves, width_of(work), sum) ? go_down(work, &tree, sum, others)
                                                                 : RSA_BATCH_NO_MEMORY;
    }
    work->run->batch->work += tree.work;
    rsa_tree_free(&tree);
    mpz_clears(others, sum, NULL);
    return end;
}

enum rsa_batch_end rsa_batch_blocks(struct rsa_batch_run *run)
{
    struct blocks blocks = {0};
    struct work work = {.run = run, .blocks = &blocks};
    enum rsa_batch_end end = plan(&blocks, run);
    if (end == RSA_BATCH_DONE && blocks.count > 1)
        for (work.block = 0; end == RSA_BATCH_DONE && work.block < blocks.count; work.block++)
            end = write_product(&work);
    for (work.block = 0; end == RSA_BATCH_DONE && work.block < blocks.count; work.block++)
        end = search(&work);
    free(blocks.begin);
    return end;
}

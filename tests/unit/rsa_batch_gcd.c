/*
 * Shared primes among many moduli: against all pairs, which is slow and plain; with and without
 * a bound of memory; and what a source or a scratch file that fails comes to.
 */
#include "rsa_batch_gcd.h"
#include "fed_random.h"
#include "rsa_product_tree.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>

/* --- numbers in memory, and products in memory ------------------------------------------------ */

#define MOST 4000

struct numbers {
    mpz_t *n;
    size_t count;
    long reads_left; /* then it fails; below 0: never */
    struct {
        void *bytes; /* not GMP's memory, which is counted below */
        size_t count;
    } places[MOST];
    size_t place_count;
    long writes_left, returns_left;
    gmp_randstate_t random;
    uint64_t seed;
};

static bool read_number(void *context, size_t index, mpz_t number)
{
    struct numbers *numbers = context;
    if (numbers->reads_left == 0 || index >= numbers->count)
        return false;
    numbers->reads_left--;
    mpz_set(number, numbers->n[index]);
    return true;
}

static bool write_place(void *context, size_t place, const mpz_t number)
{
    struct numbers *numbers = context;
    if (place != numbers->place_count || numbers->writes_left-- == 0)
        return false;
    size_t bytes = (mpz_sizeinbase(number, 2) + 7) / 8;
    numbers->places[place].bytes = malloc(bytes);
    mpz_export(numbers->places[place].bytes, &numbers->places[place].count, 1, 1, 1, 0, number);
    numbers->place_count++;
    return true;
}

static bool read_place(void *context, size_t place, mpz_t number)
{
    struct numbers *numbers = context;
    if (place >= numbers->place_count || numbers->returns_left-- == 0)
        return false;
    mpz_import(number, numbers->places[place].count, 1, 1, 1, 0, numbers->places[place].bytes);
    return true;
}

static struct numbers *numbers_new(size_t count, uint64_t seed)
{
    struct numbers *numbers = calloc(1, sizeof(*numbers));
    numbers->n = rsa_numbers_new(count);
    numbers->count = count;
    numbers->reads_left = numbers->writes_left = numbers->returns_left = -1;
    numbers->seed = seed;
    gmp_randinit_default(numbers->random);
    gmp_randseed_ui(numbers->random, seed);
    return numbers;
}

static void forget_places(struct numbers *numbers)
{
    for (size_t i = 0; i < numbers->place_count; i++)
        free(numbers->places[i].bytes);
    numbers->place_count = 0;
}

static void numbers_free(struct numbers *numbers)
{
    forget_places(numbers);
    rsa_numbers_free(numbers->n, numbers->count);
    gmp_randclear(numbers->random);
    free(numbers);
}

static size_t below(struct numbers *numbers, size_t limit)
{
    return gmp_urandomm_ui(numbers->random, limit);
}

static enum rsa_batch_end run(struct rsa_batch *batch, struct numbers *numbers, uint64_t memory)
{
    const struct rsa_batch_source source = {numbers->count, read_number, numbers};
    const struct rsa_batch_scratch scratch = {write_place, read_place, numbers};
    const struct rsa_batch_options options = {.memory = memory, .scratch = &scratch};
    forget_places(numbers);
    return rsa_batch_gcd(batch, &source, memory == 0 ? NULL : &options);
}

/* --- against all pairs ------------------------------------------------------------------------ */

static const struct rsa_batch_hit *hit_of(const struct rsa_batch *batch, size_t index)
{
    for (size_t i = 0; i < batch->hit_count; i++)
        if (batch->hits[i].index == index)
            return &batch->hits[i];
    return NULL;
}

static size_t first_of(const struct numbers *numbers, size_t index)
{
    size_t first = 0;
    while (mpz_cmp(numbers->n[first], numbers->n[index]) != 0)
        first++;
    return mpz_cmp_ui(numbers->n[index], 1) > 0 ? first : index;
}

/* What all pairs say of a number: whether it shares anything, and whether one pair splits it. */
static void judge(bool *shares, bool *splits, const struct numbers *numbers, size_t i)
{
    mpz_t common;
    mpz_init(common);
    *shares = *splits = false;
    for (size_t j = 0; j < numbers->count; j++) {
        mpz_gcd(common, numbers->n[i], numbers->n[j]);
        if (mpz_sgn(numbers->n[j]) == 0 || mpz_cmp(numbers->n[i], numbers->n[j]) == 0 ||
            mpz_cmp_ui(common, 1) <= 0)
            continue;
        *shares = true;
        *splits |= mpz_cmp(common, numbers->n[i]) < 0;
    }
    mpz_clear(common);
}

static void check_number(const struct rsa_batch *batch, const struct numbers *numbers, size_t i)
{
    const struct rsa_batch_hit *hit = hit_of(batch, i);
    bool shares, splits;
    cr_assert_eq(batch->first[i], first_of(numbers, i), "first of %zu, TEST_SEED=%" PRIu64, i,
                 numbers->seed);
    if (batch->first[i] != i || mpz_cmp_ui(numbers->n[i], 1) <= 0) {
        cr_assert_null(hit, "%zu is no number of its own, TEST_SEED=%" PRIu64, i, numbers->seed);
        return;
    }
    judge(&shares, &splits, numbers, i);
    cr_assert_eq(hit != NULL, shares, "hit of %zu, TEST_SEED=%" PRIu64, i, numbers->seed);
    if (!hit)
        return;
    cr_assert(mpz_cmp_ui(hit->factor, 1) > 0 && mpz_divisible_p(numbers->n[i], hit->factor));
    cr_assert(!splits || mpz_cmp(hit->factor, numbers->n[i]) < 0,
              "%zu is split, TEST_SEED=%" PRIu64, i, numbers->seed);
}

/* A shared factor is in those numbers and in no other. */
static void check_shared(const struct rsa_batch *batch, const struct numbers *numbers, size_t i)
{
    const struct rsa_batch_shared *shared = &batch->shared[i];
    size_t at = 0;
    cr_assert_geq(shared->count, 2);
    for (size_t k = 0; k < numbers->count; k++) {
        bool in = at < shared->count && shared->indices[at] == k;
        bool divides = batch->first[k] == k && mpz_sgn(numbers->n[k]) > 0 &&
                       mpz_divisible_p(numbers->n[k], shared->factor);
        cr_assert_eq(in, divides, "shared %zu, number %zu, TEST_SEED=%" PRIu64, i, k,
                     numbers->seed);
        at += in;
    }
    cr_assert_eq(at, shared->count);
    for (size_t j = 0; j < i; j++) {
        mpz_t common;
        mpz_init(common);
        mpz_gcd(common, shared->factor, batch->shared[j].factor);
        cr_assert(mpz_cmp_ui(common, 1) == 0, "shared %zu and %zu, TEST_SEED=%" PRIu64, i, j,
                  numbers->seed);
        mpz_clear(common);
    }
}

static void check(const struct rsa_batch *batch, const struct numbers *numbers)
{
    for (size_t i = 0; i < numbers->count; i++)
        check_number(batch, numbers, i);
    for (size_t i = 0; i < batch->shared_count; i++)
        check_shared(batch, numbers, i);
}

static void run_and_check(struct numbers *numbers)
{
    struct rsa_batch batch;
    cr_assert_eq(run(&batch, numbers, 0), RSA_BATCH_DONE);
    cr_assert_eq(batch.blocks, batch.distinct > 1 ? 1 : 0);
    check(&batch, numbers);
    rsa_batch_free(&batch);
}

/* --- numbers with primes in common ------------------------------------------------------------ */

static void prime(mpz_t out, struct numbers *numbers, unsigned bits)
{
    mpz_urandomb(out, numbers->random, bits - 1);
    mpz_setbit(out, bits - 1);
    mpz_nextprime(out, out);
}

/* Products of two primes; then as many times, a number gets a prime of another one, or is
 * another. */
static void plant(struct numbers *numbers, unsigned bits, size_t times)
{
    mpz_t *p = rsa_numbers_new(2 * numbers->count);
    for (size_t i = 0; i < 2 * numbers->count; i++)
        prime(p[i], numbers, bits / 2);
    for (size_t i = 0; i < times; i++)
        mpz_set(p[below(numbers, 2 * numbers->count)], p[below(numbers, 2 * numbers->count)]);
    for (size_t i = 0; i < numbers->count; i++)
        mpz_mul(numbers->n[i], p[2 * i], p[2 * i + 1]);
    for (size_t i = 0; i < times / 4; i++)
        mpz_set(numbers->n[below(numbers, numbers->count)],
                numbers->n[below(numbers, numbers->count)]);
    rsa_numbers_free(p, 2 * numbers->count);
}

/* The list of FactHacks (Bernstein, Heninger, Lange, 29C3, 2012). */
Test(rsa_batch_gcd, the_list_of_facthacks)
{
    static const unsigned long list[] = {1909, 2923, 291, 205, 989, 62, 451, 1943, 1079, 2419};
    /* The gcd that their program prints is 1909, 1, 1, 41, 23, 1, 41, 1, 83, 41; 1909 is taken
     * apart. */
    static const unsigned long factor[] = {23, 0, 0, 41, 23, 0, 41, 0, 83, 41};
    static const unsigned long primes[] = {23, 41, 83};
    struct numbers *numbers = numbers_new(10, 0);
    struct rsa_batch batch;
    for (size_t i = 0; i < 10; i++)
        mpz_set_ui(numbers->n[i], list[i]);
    cr_assert_eq(run(&batch, numbers, 0), RSA_BATCH_DONE);
    check(&batch, numbers);
    for (size_t i = 0; i < 10; i++) {
        const struct rsa_batch_hit *hit = hit_of(&batch, i);
        cr_expect_eq(hit ? mpz_get_ui(hit->factor) : 0, factor[i], "%lu", list[i]);
    }
    cr_assert_eq(batch.shared_count, 3);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(mpz_get_ui(batch.shared[i].factor), primes[i]);
    cr_expect_eq(batch.shared[1].count, 3); /* 205, 451, 2419 */
    rsa_batch_free(&batch);
    numbers_free(numbers);
}

Test(rsa_batch_gcd, planted_pairs_triples_chains_and_twins)
{
    uint64_t seed = test_seed();
    for (size_t round = 0; round < 60; round++) {
        struct numbers *numbers = numbers_new(1 + round * 2, seed + round);
        plant(numbers, round % 3 == 0 ? 24 : 128, 1 + round / 4);
        run_and_check(numbers);
        numbers_free(numbers);
    }
}

/* All primes of all numbers are shared, many times: each gcd is n. */
Test(rsa_batch_gcd, all_share_everything)
{
    uint64_t seed = test_seed();
    for (size_t round = 0; round < 20; round++) {
        struct numbers *numbers = numbers_new(60, seed + round);
        mpz_t pool[12];
        for (size_t i = 0; i < 12; i++) {
            mpz_init(pool[i]);
            prime(pool[i], numbers, 40);
        }
        for (size_t i = 0; i < 60; i++)
            mpz_mul(numbers->n[i], pool[below(numbers, 12)], pool[below(numbers, 12)]);
        run_and_check(numbers);
        for (size_t i = 0; i < 12; i++)
            mpz_clear(pool[i]);
        numbers_free(numbers);
    }
}

/* a b, b c, c d, ..., z a: a ring, where every gcd is n, and no number is split by the tree. */
Test(rsa_batch_gcd, rings)
{
    uint64_t seed = test_seed();
    static const size_t lengths[] = {3, 4, 5, 64, 101};
    for (size_t k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
        size_t length = lengths[k];
        struct numbers *numbers = numbers_new(length, seed + k);
        struct rsa_batch batch;
        mpz_t *p = rsa_numbers_new(length);
        for (size_t i = 0; i < length; i++)
            prime(p[i], numbers, 64);
        for (size_t i = 0; i < length; i++)
            mpz_mul(numbers->n[i], p[i], p[(i + 1) % length]);
        run_and_check(numbers);
        cr_assert_eq(run(&batch, numbers, 0), RSA_BATCH_DONE);
        cr_expect_eq(batch.shared_count, length);
        rsa_batch_free(&batch);
        rsa_numbers_free(p, length);
        numbers_free(numbers);
    }
}

/* Numbers that are no products of two primes: even ones, powers, divisors of others, 0 and 1. */
Test(rsa_batch_gcd, odd_company)
{
    static const unsigned long list[] = {0,  1,   1,   0,    6,    10,   15,  30, 49,  7,    343,
                                         77, 121, 143, 1001, 1001, 2048, 210, 97, 194, 9409, 101};
    enum { COUNT = sizeof(list) / sizeof(*list) };
    struct numbers *numbers = numbers_new(COUNT, 0);
    for (size_t i = 0; i < COUNT; i++)
        mpz_set_ui(numbers->n[i], list[i]);
    run_and_check(numbers);
    for (size_t count = 0; count <= COUNT; count++) { /* none, one, two, ... */
        size_t all = numbers->count;
        numbers->count = count;
        run_and_check(numbers);
        numbers->count = all;
    }
    numbers_free(numbers);
}

Test(rsa_batch_gcd, small_numbers_by_chance)
{
    uint64_t seed = test_seed();
    for (size_t round = 0; round < 200; round++) {
        struct numbers *numbers = numbers_new(2 + round % 40, seed + round);
        for (size_t i = 0; i < numbers->count; i++)
            mpz_set_ui(numbers->n[i], below(numbers, 100000));
        run_and_check(numbers);
        numbers_free(numbers);
    }
}

Test(rsa_batch_gcd, huge_and_tiny)
{
    struct numbers *numbers = numbers_new(50, test_seed());
    plant(numbers, 64, 10);
    mpz_urandomb(numbers->n[7], numbers->random, 100000);
    mpz_mul(numbers->n[7], numbers->n[7], numbers->n[8]);
    mpz_set_ui(numbers->n[20], 3);
    mpz_ui_pow_ui(numbers->n[21], 3, 20000);
    run_and_check(numbers);
    numbers_free(numbers);
}

/* --- bounds of memory ------------------------------------------------------------------------- */

static void expect_same(const struct rsa_batch *got, const struct rsa_batch *want, uint64_t memory)
{
    cr_assert_eq(got->hit_count, want->hit_count, "in %" PRIu64 " bytes", memory);
    cr_assert_eq(got->shared_count, want->shared_count, "in %" PRIu64 " bytes", memory);
    for (size_t i = 0; i < want->hit_count; i++)
        cr_assert(got->hits[i].index == want->hits[i].index &&
                  mpz_cmp(got->hits[i].factor, want->hits[i].factor) == 0);
    for (size_t i = 0; i < want->shared_count; i++)
        cr_assert(got->shared[i].count == want->shared[i].count &&
                  mpz_cmp(got->shared[i].factor, want->shared[i].factor) == 0);
}

/* From a block for each number up to one block for all: the same, and nowhere more than was
 * said. */
Test(rsa_batch_gcd, in_blocks_it_is_the_same)
{
    struct numbers *numbers = numbers_new(80, test_seed());
    struct rsa_batch all, batch;
    size_t most = 0, bounds = 0;
    plant(numbers, 256, 40);
    cr_assert_eq(run(&all, numbers, 0), RSA_BATCH_DONE);
    check(&all, numbers);
    for (uint64_t memory = all.memory; bounds == 0; memory -= 1 + memory / 30) {
        enum rsa_batch_end end = run(&batch, numbers, memory);
        bounds += end == RSA_BATCH_BOUND;
        if (end == RSA_BATCH_DONE) {
            expect_same(&batch, &all, memory);
            cr_assert_leq(batch.memory, memory);
            cr_assert_geq(batch.blocks, most);
            most = batch.blocks;
        }
        rsa_batch_free(&batch);
    }
    cr_expect_geq(most, all.distinct / 2, "%zu blocks, TEST_SEED=%" PRIu64, most, numbers->seed);
    rsa_batch_free(&all);
    numbers_free(numbers);
}

/* One byte too few for one block is two; without scratch it is refused, with what would do. */
Test(rsa_batch_gcd, at_the_edge_of_one_block)
{
    struct numbers *numbers = numbers_new(200, test_seed());
    const struct rsa_batch_source source = {numbers->count, read_number, numbers};
    struct rsa_batch all, batch;
    plant(numbers, 256, 20);
    cr_assert_eq(run(&all, numbers, 0), RSA_BATCH_DONE);
    cr_assert_eq(run(&batch, numbers, all.memory), RSA_BATCH_DONE);
    cr_expect_eq(batch.blocks, 1);
    rsa_batch_free(&batch);
    cr_assert_eq(run(&batch, numbers, all.memory - 1), RSA_BATCH_DONE);
    cr_expect_eq(batch.blocks, 2);
    rsa_batch_free(&batch);
    const struct rsa_batch_options bound = {.memory = all.memory - 1};
    cr_expect_eq(rsa_batch_gcd(&batch, &source, &bound), RSA_BATCH_BOUND);
    cr_expect_eq(batch.memory, all.memory);
    rsa_batch_free(&batch);
    rsa_batch_free(&all);
    numbers_free(numbers);
}

static size_t held, peak;

static void *count_new(size_t bytes)
{
    void *block = malloc(bytes);
    held += malloc_usable_size(block) + sizeof(size_t);
    peak = held > peak ? held : peak;
    return block;
}

static void count_free(void *block, size_t bytes)
{
    (void)bytes;
    held -= malloc_usable_size(block) + sizeof(size_t);
    free(block);
}

/* As rsa_memory_wipe does: both blocks are there at once. */
static void *count_again(void *block, size_t old, size_t bytes)
{
    void *grown = count_new(bytes);
    memcpy(grown, block, old < bytes ? old : bytes);
    count_free(block, old);
    return grown;
}

/* No hits, which are apart: products of primes that all differ. */
static void fill_coprime(struct numbers *numbers, unsigned bits)
{
    mpz_t p;
    mpz_init_set_ui(p, 1ul << 30);
    for (size_t i = 0; i < numbers->count; i++)
        for (mpz_set_ui(numbers->n[i], 1); mpz_sizeinbase(numbers->n[i], 2) < bits;) {
            mpz_nextprime(p, p);
            mpz_mul(numbers->n[i], numbers->n[i], p);
        }
    mpz_clear(p);
}

Test(rsa_batch_gcd, no_more_memory_than_was_said)
{
    static const size_t counts[] = {3, 40, 513, 1000};
    mp_set_memory_functions(count_new, count_again, count_free);
    struct numbers *numbers = numbers_new(1000, 0);
    fill_coprime(numbers, 1024);
    for (size_t k = 0; k < sizeof(counts) / sizeof(*counts); k++) {
        uint64_t memory = 0;
        for (size_t parts = 1; parts <= 4; parts += 3) {
            struct rsa_batch batch;
            numbers->count = counts[k];
            forget_places(numbers);
            size_t before = peak = held;
            cr_assert_eq(run(&batch, numbers, memory), RSA_BATCH_DONE);
            cr_expect_eq(batch.hit_count, 0);
            cr_expect_leq(peak - before, batch.memory,
                          "%zu numbers in %zu blocks: %zu, said %" PRIu64, counts[k], batch.blocks,
                          peak - before, batch.memory);
            cr_expect(counts[k] < 40 || (batch.blocks > 1) == (parts > 1));
            memory = batch.memory / (counts[k] < 40 ? 1 : 4);
            rsa_batch_free(&batch);
        }
    }
    numbers->count = 1000;
    numbers_free(numbers);
}

/* --- what fails ------------------------------------------------------------------------------- */

Test(rsa_batch_gcd, a_source_or_a_scratch_file_that_fails)
{
    struct numbers *numbers = numbers_new(12, test_seed());
    struct rsa_batch all, batch;
    long reads = 0, writes = 0, returns = 0;
    plant(numbers, 64, 6);
    cr_assert_eq(run(&all, numbers, 0), RSA_BATCH_DONE);
    uint64_t memory = all.memory * 2 / 3;
    rsa_batch_free(&all);
    for (enum rsa_batch_end end = RSA_BATCH_SOURCE; end != RSA_BATCH_DONE; reads++) {
        numbers->reads_left = reads;
        cr_assert_neq(end = run(&batch, numbers, memory), RSA_BATCH_SCRATCH);
        rsa_batch_free(&batch);
    }
    numbers->reads_left = -1;
    for (enum rsa_batch_end end = RSA_BATCH_SCRATCH; end != RSA_BATCH_DONE; writes++) {
        numbers->writes_left = writes;
        cr_assert_neq(end = run(&batch, numbers, memory), RSA_BATCH_SOURCE);
        rsa_batch_free(&batch);
    }
    numbers->writes_left = -1;
    for (enum rsa_batch_end end = RSA_BATCH_SCRATCH; end != RSA_BATCH_DONE; returns++) {
        numbers->returns_left = returns;
        cr_assert_neq(end = run(&batch, numbers, memory), RSA_BATCH_SOURCE);
        rsa_batch_free(&batch);
    }
    cr_expect_geq(reads, 36, "read %ld times", reads);
    cr_expect_geq(writes, 3, "written %ld times", writes);
    cr_expect_geq(returns, 5, "read back %ld times", returns);
    numbers_free(numbers);
}

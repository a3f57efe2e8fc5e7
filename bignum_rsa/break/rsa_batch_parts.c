/*
 * The batch gcd: hits taken apart.
 *
 * The tree says what a number shares with all the others, and not with whom. If a number shares
 * both its primes, its gcd is n itself. So the gcds and what they leave of each number are
 * judged again, as numbers of their own, and split where two have a factor in common, until none
 * have. Then parts that are equal belong together.
 */
#include "rsa_batch_internal.h"
#include "rsa_product_tree.h"

#include <stdlib.h>

/* --- lists of parts -------------------------------------------------------------------------- */

bool rsa_parts_add(struct rsa_parts *parts, const mpz_t value, size_t index)
{
    if (parts->count == parts->space) {
        size_t space = parts->space > 0 ? 2 * parts->space : 16;
        struct rsa_part *grown = reallocarray(parts->parts, space, sizeof(*grown));
        if (!grown)
            return false;
        parts->parts = grown;
        parts->space = space;
    }
    mpz_init_set(parts->parts[parts->count].value, value);
    parts->parts[parts->count].shared = false;
    parts->parts[parts->count++].index = index;
    return true;
}

void rsa_parts_free(struct rsa_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++)
        mpz_clear(parts->parts[i].value);
    free(parts->parts);
    *parts = (struct rsa_parts){0};
}

static int by_value(const void *a, const void *b)
{
    const struct rsa_part *x = a, *y = b;
    int order = mpz_cmp(x->value, y->value);
    return order != 0 ? order : x->index < y->index ? -1 : x->index > y->index;
}

/* Sorts; a number has each part once, as with p = q. */
static void sort_parts(struct rsa_parts *parts)
{
    size_t kept = 0;
    qsort(parts->parts, parts->count, sizeof(*parts->parts), by_value);
    for (size_t i = 0; i < parts->count; i++)
        if (kept > 0 && by_value(&parts->parts[kept - 1], &parts->parts[i]) == 0)
            mpz_clear(parts->parts[i].value);
        else
            parts->parts[kept++] = parts->parts[i];
    parts->count = kept;
}

/* The end of the run of equal values that begins at i. */
static size_t run_end(const struct rsa_parts *parts, size_t i)
{
    size_t end = i + 1;
    while (end < parts->count && mpz_cmp(parts->parts[i].value, parts->parts[end].value) == 0)
        end++;
    return end;
}

/* --- small primes ---------------------------------------------------------------------------- */

/* Numbers that are no RSA moduli share small primes with nearly all others: those go first. */
#define SMALL_PRIMES 65536ul

/* value = rest * small, where small has no factor above SMALL_PRIMES: its primes become parts
 * of this number. */
static bool strip(struct rsa_parts *parts, size_t at, mpz_t small)
{
    mpz_t prime;
    bool done = true;
    mpz_init(prime);
    for (unsigned long d = 2; done && mpz_cmp_ui(small, 1) > 0; d += d == 2 ? 1 : 2) {
        if (mpz_cmp_ui(small, d * d) < 0)
            mpz_set(prime, small);
        else if (mpz_divisible_ui_p(small, d))
            mpz_set_ui(prime, d);
        else
            continue;
        mpz_remove(small, small, prime);
        struct rsa_part *part = &parts->parts[at];
        mpz_remove(part->value, part->value, prime);
        done = rsa_parts_add(parts, prime, part->index);
    }
    mpz_clear(prime);
    return done;
}

static bool strip_small(struct rsa_parts *parts, uint64_t *work)
{
    size_t count = parts->count, kept = 0;
    mpz_t primorial, small;
    bool done = true;
    mpz_inits(primorial, small, NULL);
    mpz_primorial_ui(primorial, SMALL_PRIMES);
    for (size_t i = 0; done && i < count; i++, ++*work) {
        mpz_gcd(small, primorial, parts->parts[i].value);
        done = mpz_cmp_ui(small, 1) == 0 || strip(parts, i, small);
    }
    mpz_clears(primorial, small, NULL);
    for (size_t i = 0; i < parts->count; i++)
        if (mpz_cmp_ui(parts->parts[i].value, 1) > 0)
            parts->parts[kept++] = parts->parts[i];
        else
            mpz_clear(parts->parts[i].value);
    parts->count = kept;
    return done;
}

/* --- splitting ------------------------------------------------------------------------------- */

/* The different values, and for each a divisor that it has in common with another, or 0. */
struct values {
    mpz_t *value, *divisor;
    size_t count;
};

static bool values_of(struct values *values, const struct rsa_parts *parts)
{
    *values = (struct values){.value = rsa_numbers_new(parts->count),
                              .divisor = rsa_numbers_new(parts->count)};
    if (!values->value || !values->divisor)
        return false;
    for (size_t i = 0; i < parts->count; i = run_end(parts, i))
        mpz_set(values->value[values->count++], parts->parts[i].value);
    return true;
}

static void values_free(struct values *values, size_t space)
{
    rsa_numbers_free(values->value, space);
    rsa_numbers_free(values->divisor, space);
}

/* gcds[i] = the gcd of value i and the product of the others. */
static mpz_t *gcds_of(const struct values *values, uint64_t *work)
{
    struct rsa_tree tree;
    mpz_t sum, *rests = NULL;
    mpz_t *leaves = rsa_numbers_new(values->count);
    if (!leaves)
        return NULL;
    for (size_t i = 0; i < values->count; i++)
        mpz_set(leaves[i], values->value[i]);
    mpz_init(sum);
    if (rsa_tree_build(&tree, leaves, values->count, sum)) {
        rests = rsa_tree_remainders(&tree, sum);
        for (size_t i = 0; rests && i < values->count; i++)
            mpz_gcd(rests[i], rests[i], values->value[i]);
        *work += tree.work + values->count;
        rsa_tree_free(&tree);
    }
    mpz_clear(sum);
    return rests;
}

/* All primes of value i are shared: looks for another with which it has some in common. If that is
 * all of value i, the other is what can be split. */
static void search_partner(struct values *values, size_t i, uint64_t *work)
{
    mpz_t common;
    mpz_init(common);
    for (size_t k = 1; k < values->count; k++, ++*work) {
        size_t j = (i + k) % values->count;
        mpz_gcd(common, values->value[i], values->value[j]);
        if (mpz_cmp_ui(common, 1) == 0)
            continue;
        size_t split = mpz_cmp(common, values->value[i]) < 0 ? i : j;
        if (mpz_sgn(values->divisor[split]) == 0)
            mpz_set(values->divisor[split], common);
        break;
    }
    mpz_clear(common);
}

/* Finds the divisors; *found: whether there are any. false without memory. */
static bool find_divisors(bool *found, struct values *values, uint64_t *work)
{
    mpz_t *gcds = gcds_of(values, work);
    *found = false;
    if (!gcds)
        return false;
    for (size_t i = 0; i < values->count; i++)
        if (mpz_cmp_ui(gcds[i], 1) > 0 && mpz_cmp(gcds[i], values->value[i]) < 0)
            mpz_set(values->divisor[i], gcds[i]);
    for (size_t i = 0; i < values->count; i++) {
        *found |= mpz_cmp_ui(gcds[i], 1) > 0;
        if (mpz_cmp(gcds[i], values->value[i]) == 0 && mpz_sgn(values->divisor[i]) == 0)
            search_partner(values, i, work);
    }
    rsa_numbers_free(gcds, values->count);
    return true;
}

/* Each part whose value has a divisor becomes two: of all that have that value. */
static bool split(struct rsa_parts *parts, const struct values *values)
{
    size_t count = parts->count;
    mpz_t rest;
    bool done = true;
    mpz_init(rest);
    for (size_t i = 0, end, at = 0; done && i < count; i = end, at++) {
        end = run_end(parts, i) < count ? run_end(parts, i) : count;
        if (mpz_sgn(values->divisor[at]) == 0)
            continue;
        mpz_remove(rest, values->value[at], values->divisor[at]);
        for (size_t k = i; done && k < end; k++) {
            if (mpz_cmp_ui(rest, 1) > 0)
                done = rsa_parts_add(parts, rest, parts->parts[k].index);
            mpz_set(parts->parts[k].value, values->divisor[at]);
        }
    }
    mpz_clear(rest);
    return done;
}

/* Until no two different parts have a factor in common. */
static bool refine(struct rsa_parts *parts, uint64_t *work)
{
    bool done = strip_small(parts, work);
    for (bool found = true; done && found;) {
        struct values values;
        sort_parts(parts);
        size_t space = parts->count;
        done = values_of(&values, parts) && find_divisors(&found, &values, work) &&
               (!found || split(parts, &values));
        values_free(&values, space);
    }
    return done;
}

/* --- what came of it ------------------------------------------------------------------------- */

static bool add_shared(struct rsa_batch *batch, struct rsa_part *parts, size_t count)
{
    struct rsa_batch_shared *shared = &batch->shared[batch->shared_count];
    shared->indices = reallocarray(NULL, count, sizeof(*shared->indices));
    if (!shared->indices)
        return false;
    mpz_init_set(shared->factor, parts[0].value);
    shared->count = count;
    for (size_t i = 0; i < count; i++) {
        shared->indices[i] = parts[i].index;
        parts[i].shared = true;
    }
    batch->shared_count++;
    return true;
}

static bool keep_shared(struct rsa_batch *batch, struct rsa_parts *parts)
{
    bool done = true;
    batch->shared = calloc(parts->count, sizeof(*batch->shared));
    for (size_t i = 0, end; batch->shared && done && i < parts->count; i = end) {
        end = run_end(parts, i);
        done = end - i == 1 || add_shared(batch, &parts->parts[i], end - i);
    }
    return batch->shared && done;
}

static int by_index(const void *a, const void *b)
{
    const struct rsa_part *x = a, *y = b;
    if (x->index != y->index)
        return x->index < y->index ? -1 : 1;
    if (x->shared != y->shared)
        return x->shared ? -1 : 1;
    return mpz_cmp(x->value, y->value);
}

/* The least shared part of each number; the parts are sorted anew for that. */
static bool keep_hits(struct rsa_batch *batch, struct rsa_parts *parts)
{
    qsort(parts->parts, parts->count, sizeof(*parts->parts), by_index);
    batch->hits = calloc(parts->count, sizeof(*batch->hits));
    for (size_t i = 0; batch->hits && i < parts->count; i++) {
        if (i > 0 && parts->parts[i].index == parts->parts[i - 1].index)
            continue;
        struct rsa_batch_hit *hit = &batch->hits[batch->hit_count++];
        hit->index = parts->parts[i].index;
        mpz_init_set(hit->factor, parts->parts[i].value);
    }
    return batch->hits != NULL;
}

enum rsa_batch_end rsa_batch_take_apart(struct rsa_batch_run *run)
{
    struct rsa_batch *batch = run->batch;
    rsa_batch_hear(run, &(struct rsa_batch_told){RSA_BATCH_PARTS, 0, 1, run->parts.count, 0});
    if (!refine(&run->parts, &batch->work))
        return RSA_BATCH_NO_MEMORY;
    bool done = keep_shared(batch, &run->parts) && keep_hits(batch, &run->parts);
    return done ? RSA_BATCH_DONE : RSA_BATCH_NO_MEMORY;
}

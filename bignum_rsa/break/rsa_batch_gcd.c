/*
 * The batch gcd as a whole, and the numbers that stand there more than once; see rsa_batch_gcd.h.
 */
#include "rsa_batch_internal.h"

#include <stdlib.h>

void rsa_batch_hear(const struct rsa_batch_run *run, const struct rsa_batch_told *told)
{
    if (run->options->hear)
        run->options->hear(run->options->context, told);
}

/* --- what is the same ------------------------------------------------------------------------ */

struct mark {
    uint64_t hash;
    size_t index, bytes;
};

static uint64_t hash_number(const mpz_t number)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < mpz_size(number); i++) {
        hash = (hash ^ mpz_getlimbn(number, (mp_size_t)i)) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return hash;
}

static int by_hash(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

static int by_index(const void *a, const void *b)
{
    const struct rsa_batch_live *x = a, *y = b;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Among marks of one hash: who is the same as an earlier one. */
static bool compare_marks(struct rsa_batch_run *run, const struct mark *marks, size_t count)
{
    const struct rsa_batch_source *source = run->source;
    size_t *first = run->batch->first;
    mpz_t one, other;
    bool done = true;
    mpz_inits(one, other, NULL);
    for (size_t i = 0; done && i + 1 < count; i++) {
        if (first[marks[i].index] != marks[i].index)
            continue;
        done = source->read(source->context, marks[i].index, one);
        for (size_t j = i + 1; done && j < count; j++) {
            done = source->read(source->context, marks[j].index, other);
            if (done && mpz_cmp(one, other) == 0)
                first[marks[j].index] = marks[i].index;
        }
    }
    mpz_clears(one, other, NULL);
    return done;
}

/* Reads all numbers once. The marks of those above 1, sorted. */
static bool read_marks(struct mark *marks, size_t *count, struct rsa_batch_run *run)
{
    const struct rsa_batch_source *source = run->source;
    mpz_t number;
    bool done = true;
    *count = 0;
    mpz_init(number);
    for (size_t i = 0; done && i < source->count; i++) {
        run->batch->first[i] = i;
        done = source->read(source->context, i, number);
        if (done && mpz_cmp_ui(number, 1) > 0)
            marks[(*count)++] = (struct mark){hash_number(number), i,
                                              mpz_size(number) * sizeof(mp_limb_t)};
    }
    mpz_clear(number);
    qsort(marks, *count, sizeof(*marks), by_hash);
    return done;
}

/* Fills first[], and live[] with one of each kind. */
static enum rsa_batch_end find_same(struct rsa_batch_run *run, struct mark *marks)
{
    size_t count, *first = run->batch->first;
    rsa_batch_hear(run, &(struct rsa_batch_told){RSA_BATCH_READ, 0, 1, run->source->count, 0});
    if (!read_marks(marks, &count, run))
        return RSA_BATCH_SOURCE;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && marks[end].hash == marks[i].hash;)
            end++;
        if (end - i > 1 && !compare_marks(run, &marks[i], end - i))
            return RSA_BATCH_SOURCE;
    }
    for (size_t i = 0; i < count; i++)
        if (first[marks[i].index] == marks[i].index)
            run->live[run->live_count++] = (struct rsa_batch_live){marks[i].index, marks[i].bytes};
    qsort(run->live, run->live_count, sizeof(*run->live), by_index);
    run->batch->distinct = run->live_count;
    return RSA_BATCH_DONE;
}

/* --- the whole ------------------------------------------------------------------------------- */

enum rsa_batch_end rsa_batch_gcd(struct rsa_batch *batch, const struct rsa_batch_source *source,
                                 const struct rsa_batch_options *options)
{
    static const struct rsa_batch_options none = {0};
    struct rsa_batch_run run = {
        .batch = batch, .source = source, .options = options ? options : &none};
    size_t space = source->count > 0 ? source->count : 1;
    *batch = (struct rsa_batch){.count = source->count};
    struct mark *marks = reallocarray(NULL, space, sizeof(*marks));
    batch->first = reallocarray(NULL, space, sizeof(*batch->first));
    run.live = reallocarray(NULL, space, sizeof(*run.live));
    enum rsa_batch_end end = marks && batch->first && run.live ? find_same(&run, marks)
                                                               : RSA_BATCH_NO_MEMORY;
    free(marks);
    if (end == RSA_BATCH_DONE && run.live_count > 1)
        end = rsa_batch_blocks(&run);
    if (end == RSA_BATCH_DONE && run.parts.count > 0)
        end = rsa_batch_take_apart(&run);
    rsa_parts_free(&run.parts);
    free(run.live);
    return end;
}

void rsa_batch_free(struct rsa_batch *batch)
{
    for (size_t i = 0; i < batch->hit_count; i++)
        mpz_clear(batch->hits[i].factor);
    for (size_t i = 0; i < batch->shared_count; i++) {
        mpz_clear(batch->shared[i].factor);
        free(batch->shared[i].indices);
    }
    free(batch->first);
    free(batch->hits);
    free(batch->shared);
    *batch = (struct rsa_batch){0};
}

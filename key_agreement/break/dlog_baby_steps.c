/*
 * Baby steps, giant steps (Shanks): x = j m + i. A table of base^i for all i < m; then target,
 * target base^-m, target base^-2m, ... until one is in the table.
 *
 * The table is one array of 64-bit slots: 32 bits of the element's hash, and i + 1. So a hit may be
 * chance, and is checked. It is never more than three quarters full.
 */
#include "dlog_internal.h"

#include <stdlib.h>

enum {
    ASKED_EVERY = 1 << 12, /* batches */
    BATCH = 16             /* slots that are fetched together: the table is larger than any cache */
};

struct table {
    uint64_t *slots;
    uint64_t mask;
};

static uint64_t slots_for(uint64_t entries)
{
    uint64_t slots = 4;
    while (slots - slots / 4 < entries)
        slots *= 2;
    return slots;
}

/* The square root, rounded up. */
static uint64_t root_of(uint64_t range)
{
    mpz_t root;
    mpz_init_set_ui(root, range);
    mpz_sqrt(root, root);
    uint64_t floor = mpz_get_ui(root);
    mpz_clear(root);
    return floor * floor < range ? floor + 1 : floor;
}

uint64_t dlog_baby_count(const struct dlog_bounds *bounds, uint64_t range)
{
    uint64_t slots = 4;
    while (2 * slots * sizeof(uint64_t) <= bounds->table_bytes && slots < (uint64_t)1 << 32)
        slots *= 2;
    uint64_t most = slots - slots / 4, wanted = root_of(range);
    return wanted < most ? wanted : most;
}

uint64_t dlog_baby_cost(const struct dlog_bounds *bounds, uint64_t range)
{
    const uint64_t babies = dlog_baby_count(bounds, range);
    return babies == 0 ? 0 : babies + (range - 1) / babies + 1;
}

static void put(struct table *table, uint64_t hash, uint64_t i)
{
    uint64_t at = hash & table->mask;
    while (table->slots[at] != 0)
        at = (at + 1) & table->mask;
    table->slots[at] = (hash >> 32 << 32) | (i + 1);
}

/* The next i under this hash, from the slot *at on; false: none. */
static bool get(uint64_t *i, uint64_t *at, const struct table *table, uint64_t hash)
{
    for (; table->slots[*at] != 0; *at = (*at + 1) & table->mask)
        if (table->slots[*at] >> 32 == hash >> 32) {
            *i = (table->slots[*at] & UINT32_MAX) - 1;
            *at = (*at + 1) & table->mask;
            return true;
        }
    return false;
}

struct search {
    struct dlog_run *run;
    struct table table;
    mpz_srcptr base, target;
    uint64_t babies, range;
    uint64_t began; /* multiplications of before */
    mp_limb_t *element, *factor;
};

static bool goes_on(const struct search *search, uint64_t step)
{
    return step % ((uint64_t)ASKED_EVERY * BATCH) != 0 ||
           dlog_goes_on(search->run->listener, search->run->field->multiplications - search->began);
}

/* The hashes of the next elements, each a factor further; how many. */
static uint64_t take_batch(uint64_t hashes[BATCH], struct search *search, uint64_t left)
{
    const uint64_t count = left < BATCH ? left : BATCH;
    for (uint64_t i = 0; i < count; i++) {
        hashes[i] = dlog_field_hash(search->element);
        __builtin_prefetch(&search->table.slots[hashes[i] & search->table.mask], 1);
        dlog_field_multiply(search->run->field, search->element, search->element, search->factor);
    }
    return count;
}

static bool is_it(const struct search *search, uint64_t x)
{
    mpz_t power;
    mpz_init(power);
    mpz_set_ui(power, x);
    mpz_powm(power, search->base, power, search->run->field->modulus);
    bool it_is = x < search->range &&
                 mpz_congruent_p(power, search->target, search->run->field->modulus) != 0;
    mpz_clear(power);
    return it_is;
}

static enum dlog_outcome lay_table(struct search *search)
{
    struct dlog_field *field = search->run->field;
    mpz_t one;
    mpz_init_set_ui(one, 1);
    dlog_field_set(field, search->element, one);
    dlog_field_set(field, search->factor, search->base);
    mpz_clear(one);
    for (uint64_t i = 0; i < search->babies; i += BATCH) {
        uint64_t hashes[BATCH];
        const uint64_t count = take_batch(hashes, search, search->babies - i);
        for (uint64_t j = 0; j < count; j++)
            put(&search->table, hashes[j], i + j);
        if (!goes_on(search, i + BATCH))
            return DLOG_BOUND;
    }
    return DLOG_FOUND;
}

/* x = giant steps so far + the baby steps of this hash. */
static bool look_up(uint64_t *x, const struct search *search, uint64_t hash, uint64_t giants)
{
    uint64_t at = hash & search->table.mask, i;
    while (get(&i, &at, &search->table, hash))
        if (is_it(search, giants + i)) {
            *x = giants + i;
            return true;
        }
    return false;
}

static enum dlog_outcome stride(uint64_t *x, struct search *search)
{
    struct dlog_field *field = search->run->field;
    const uint64_t giants = (search->range - 1) / search->babies + 1;
    mpz_t giant;
    mpz_init_set_ui(giant, search->babies);
    mpz_powm(giant, search->base, giant, field->modulus);
    if (!mpz_invert(giant, giant, field->modulus))
        mpz_set_ui(giant, 0); /* of a base that is not coprime to it: nothing is found */
    dlog_field_set(field, search->factor, giant);
    mpz_clear(giant);
    dlog_field_set(field, search->element, search->target);
    for (uint64_t j = 0; j < giants; j += BATCH) {
        uint64_t hashes[BATCH];
        const uint64_t count = take_batch(hashes, search, giants - j);
        for (uint64_t k = 0; k < count; k++)
            if (look_up(x, search, hashes[k], (j + k) * search->babies))
                return DLOG_FOUND;
        if (!goes_on(search, j + BATCH))
            return DLOG_BOUND;
    }
    return DLOG_ABSENT;
}

static void tell(const struct search *search)
{
    mpz_t babies, range;
    mpz_init_set_ui(babies, search->babies);
    mpz_init_set_ui(range, search->range);
    dlog_tell(search->run->listener,
              (struct dlog_step){
                  "baby steps",
                  "a table of g^i for i < m, then h, h g^-m, h g^-2m, ... until one is there",
                  {{"g", search->base}, {"h", search->target}, {"range", range}, {"m", babies}}});
    mpz_clears(babies, range, NULL);
}

enum dlog_outcome dlog_baby_steps(uint64_t *x, struct dlog_run *run, const mpz_t base,
                                  const mpz_t target, uint64_t range)
{
    struct search search = {.run = run,
                            .base = base,
                            .target = target,
                            .range = range,
                            .babies = dlog_baby_count(&run->bounds, range),
                            .began = run->field->multiplications};
    const size_t limbs = run->field->limbs;
    enum dlog_outcome outcome = DLOG_MEMORY;
    if (range == 0)
        return DLOG_ABSENT;
    if (dlog_baby_cost(&run->bounds, range) > run->bounds.multiplications)
        return DLOG_BOUND;
    search.table.mask = slots_for(search.babies) - 1;
    search.table.slots = calloc(search.table.mask + 1, sizeof(uint64_t));
    search.element = calloc(2 * limbs, sizeof(*search.element));
    if (search.table.slots && search.element) {
        search.factor = search.element + limbs;
        tell(&search);
        outcome = lay_table(&search);
        if (outcome == DLOG_FOUND)
            outcome = stride(x, &search);
        run->entries = search.babies > run->entries ? search.babies : run->entries;
    }
    free(search.table.slots);
    free(search.element);
    return outcome;
}

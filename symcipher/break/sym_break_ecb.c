/* Blocks that come twice: see sym_break_ecb.h. */
#include "sym_break_ecb.h"

#include <stdlib.h>
#include <string.h>

struct place {
    const uint8_t *block;
    size_t bytes, index;
};

static int by_block(const void *left, const void *right)
{
    const struct place *a = left, *b = right;
    int order = memcmp(a->block, b->block, a->bytes);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

/* The first place of each kind, for all its places. */
static void mark_kinds(struct sym_ecb_found *found, size_t *first, const struct place *places)
{
    size_t run = 0;
    for (size_t i = 0; i < found->blocks; i += run) {
        for (run = 1; i + run < found->blocks &&
                      memcmp(places[i].block, places[i + run].block, places[i].bytes) == 0;
             run++)
            first[places[i + run].index] = places[i].index;
        first[places[i].index] = places[i].index;
        found->repeated += run - 1;
        if (run > found->most) {
            found->most = run;
            found->most_at = places[i].index;
        }
    }
}

/* From where a kind first came to its number: the first places come before the others. */
static void number_kinds(struct sym_ecb_found *found, size_t *label)
{
    for (size_t i = 0; i < found->blocks; i++)
        label[i] = label[i] == i ? found->kinds++ : label[label[i]];
}

static double log2_of(size_t n)
{
    double bits = 0;
    for (; n > 1; n /= 2)
        bits++;
    return bits + 1;
}

bool sym_break_ecb(struct sym_ecb_found *found, size_t *label, const uint8_t *sealed, size_t bytes,
                   size_t block_bytes)
{
    *found = (struct sym_ecb_found){.verdict = SYM_NOT_APPLICABLE, .blocks = bytes / block_bytes};
    if (found->blocks < 2) {
        found->why = "there are no two whole blocks to compare";
        return true;
    }
    struct place *places = calloc(found->blocks, sizeof(*places));
    if (!places)
        return false;
    for (size_t i = 0; i < found->blocks; i++)
        places[i] = (struct place){sealed + i * block_bytes, block_bytes, i};
    qsort(places, found->blocks, sizeof(*places), by_block);
    mark_kinds(found, label, places);
    number_kinds(found, label);
    free(places);
    /* One given repeat: n^2 / 2 pairs, each equal once in 2^bits. */
    found->chance_log2 = 2 * log2_of(found->blocks) - 1 - 8 * (double)block_bytes;
    found->verdict = found->repeated > 0 && found->chance_log2 < -20 ? SYM_BROKEN : SYM_RESISTED;
    return true;
}

/* What the letters of a text tell: see counts.h. */
#include "counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void counts_take(size_t counts[COUNTS_MOST], const uint8_t *letters, size_t count)
{
    memset(counts, 0, COUNTS_MOST * sizeof(counts[0]));
    for (size_t i = 0; i < count; i++)
        counts[letters[i]]++;
}

double counts_entropy(const size_t counts[COUNTS_MOST], size_t count)
{
    double entropy = 0;
    for (size_t i = 0; i < COUNTS_MOST; i++) {
        double share = (double)counts[i] / (double)count;
        if (counts[i] > 0)
            entropy -= share * log2(share);
    }
    return entropy;
}

double counts_coincidence(const size_t counts[COUNTS_MOST], size_t count)
{
    double pairs = 0;
    for (size_t i = 0; i < COUNTS_MOST; i++)
        pairs += (double)counts[i] * ((double)counts[i] - 1);
    return count < 2 ? 0 : pairs / ((double)count * ((double)count - 1));
}

/* --- repeats --------------------------------------------------------------------------------- */

struct letters {
    const uint8_t *data;
    size_t count;
};

static size_t common(const struct letters *letters, size_t a, size_t b)
{
    size_t length = 0;
    while (length < COUNTS_REPEAT_MOST && a + length < letters->count &&
           b + length < letters->count && letters->data[a + length] == letters->data[b + length])
        length++;
    return length;
}

/* Places by what stands there; equal ones by the place. */
static int compare_places(const void *left, const void *right, void *context)
{
    const struct letters *letters = context;
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    size_t length = common(letters, a, b);
    if (length == COUNTS_REPEAT_MOST || a == b)
        return a < b ? -1 : a > b;
    if (a + length == letters->count || b + length == letters->count)
        return a > b ? -1 : 1; /* the one that ends is the shorter */
    return letters->data[a + length] < letters->data[b + length] ? -1 : 1;
}

static void keep(struct counts_repeat repeats[COUNTS_REPEATS], size_t *kept,
                 const struct counts_repeat *repeat)
{
    size_t at = *kept < COUNTS_REPEATS ? *kept : COUNTS_REPEATS - 1;
    if (*kept == COUNTS_REPEATS && repeats[at].length >= repeat->length)
        return;
    for (; at > 0 &&
           (repeats[at - 1].length < repeat->length ||
            (repeats[at - 1].length == repeat->length && repeats[at - 1].first > repeat->first));
         at--)
        repeats[at] = repeats[at - 1];
    repeats[at] = *repeat;
    *kept += *kept < COUNTS_REPEATS;
}

size_t counts_repeats(struct counts_repeat repeats[COUNTS_REPEATS], const uint8_t *letters,
                      size_t count, uint32_t *order)
{
    struct letters all = {letters, count};
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, count, sizeof(order[0]), compare_places, &all);
    for (size_t i = 0; i + 1 < count; i++) {
        size_t a = order[i], b = order[i + 1];
        struct counts_repeat repeat = {a < b ? a : b, a < b ? b : a, common(&all, a, b)};
        bool inside = repeat.first > 0 && /* a longer one begins before it */
                      letters[repeat.first - 1] == letters[repeat.second - 1];
        if (repeat.length >= COUNTS_REPEAT_LEAST && !inside)
            keep(repeats, &kept, &repeat);
    }
    return kept;
}

/* The attack of sym_vigenere.h: which lengths, which key, and is it luck. */
#include "sym_vigenere.h"

#include "sym_evidence.h"
#include "sym_vigenere_search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ALL_BELOW 12  /* lengths that are always tried */
#define WEAK      8.0 /* bits: a letter of the key that is no surer calls for a second round */
#define MANY      256 /* signs of an alphabet in which coincidences are rare */

/* How hard it is tried; works: letters weighed for one length, about. */
static const struct effort {
    size_t longer; /* lengths from ALL_BELOW up, the best by their coincidences */
    double scan_work;
    size_t finalists; /* lengths that are searched with more work */
    double final_work;
    size_t polished;
} rounds[] = {{16, 1.5e5, 2, 1.5e6, 4}, {64, 5e5, 3, 8e6, 12}};

/* --- repeats ---------------------------------------------------------------------------------- */

/* The letters without the gaps; a stop ends a piece. Returns how many. */
static size_t letters_of(const struct sym_signs *signs, int32_t *letters)
{
    size_t count = 0;
    for (size_t i = 0; i < signs->count && count < SYM_VIGENERE_MAX_LETTERS; i++)
        if (signs->signs[i] != SYM_SIGN_GAP)
            letters[count++] = signs->signs[i];
    return count;
}

static int by_letters(const void *a, const void *b)
{
    const struct sym_repeat *left = a, *right = b;
    if (left->letters != right->letters)
        return left->letters < right->letters ? 1 : -1;
    return left->first < right->first ? -1 : left->first > right->first;
}

static size_t common(const int32_t *letters, size_t count, size_t first, size_t second)
{
    size_t same = 0;
    while (second + same < count && letters[first + same] >= 0 &&
           letters[first + same] == letters[second + same])
        same++;
    return same;
}

/* For each piece its next occurrence: Kasiski's way, by eye. */
size_t sym_vigenere_repeats(const struct sym_signs *signs, struct sym_repeat *repeats, size_t room)
{
    int32_t letters[SYM_VIGENERE_MAX_LETTERS];
    const size_t count = letters_of(signs, letters);
    size_t found = 0;
    for (size_t first = 0; first < count; first++)
        for (size_t second = first + 1; second + 2 < count; second++) {
            if (letters[first] != letters[second] ||
                (first > 0 && letters[first - 1] == letters[second - 1]))
                continue; /* inside a longer one */
            const size_t same = common(letters, count, first, second);
            if (same < 3)
                continue;
            const struct sym_repeat repeat = {(uint32_t)first, (uint32_t)second, (uint32_t)same};
            if (found < room)
                repeats[found++] = repeat;
            else if (room > 0 && same > repeats[room - 1].letters)
                repeats[room - 1] = repeat;
            else
                break;
            qsort(repeats, found, sizeof(*repeats), by_letters);
            break;
        }
    return found;
}

/* --- coincidences ----------------------------------------------------------------------------- */

double sym_vigenere_coincidence(const struct sym_signs *signs, size_t length, double *excess)
{
    const uint32_t size = sym_alphabet_size(signs->alphabet);
    uint32_t *counts = calloc(size, sizeof(*counts));
    double equal = 0, pairs = 0;
    for (size_t column = 0; counts && column < length; column++) {
        double letters = 0;
        memset(counts, 0, size * sizeof(*counts));
        for (size_t i = 0; i < signs->count; i++)
            if (signs->signs[i] >= 0 && signs->places[i] % length == column) {
                equal += counts[signs->signs[i]]++; /* pairs with those before */
                pairs += letters++;
            }
    }
    free(counts);
    const double chance = 1.0 / size;
    if (excess)
        *excess = pairs > 0 ? (equal - pairs * chance) / sqrt(pairs * chance * (1 - chance)) : 0;
    return pairs > 0 ? equal / pairs : 0;
}

/* --- lengths ---------------------------------------------------------------------------------- */

struct candidate {
    size_t length;
    double value;
};

static int by_value(const void *a, const void *b)
{
    const double left = ((const struct candidate *)a)->value;
    const double right = ((const struct candidate *)b)->value;
    return left < right ? 1 : left > right ? -1 : 0;
}

static size_t width_for(const struct sym_model *model, const struct sym_signs *signs, double work)
{
    const double choices = model->alphabet_size < 48 ? model->alphabet_size : 48;
    const double width = work / (choices * (double)signs->letters);
    return width > 1500 ? 1500 : width < 8 ? 8 : (size_t)width;
}

/* The best key of a length, and what it is worth: bits over chance, less what the key could carry. */
static bool try_length(struct sym_vigenere_result *result, const struct sym_model *model,
                       const struct sym_signs *signs, size_t length,
                       const struct sym_vigenere_effort *effort)
{
    uint32_t key[SYM_VIGENERE_MAX_KEY];
    double bits;
    if (!sym_vigenere_search(model, signs, length, effort, key, &bits, &result->work))
        return false;
    bits -= (double)length * log2(model->alphabet_size);
    if (isnan(result->lengths[length].bits) || bits > result->lengths[length].bits)
        result->lengths[length].bits = bits;
    if (result->length == 0 || bits > result->bits) {
        result->bits = bits;
        result->length = length;
        memcpy(result->key, key, length * sizeof(*key));
    }
    return true;
}

/* The lengths to be tried: short ones all, longer ones by their coincidences. Returns how many. */
static size_t choose_lengths(struct sym_vigenere_result *result, const struct sym_signs *signs,
                             size_t longer, struct candidate *chosen)
{
    for (size_t length = 1; length <= result->max_key; length++) {
        struct sym_vigenere_length *at = &result->lengths[length];
        at->coincidence = sym_vigenere_coincidence(signs, length, &at->excess);
        chosen[length - 1] = (struct candidate){length,
                                                length <= ALL_BELOW ? HUGE_VAL : at->excess};
    }
    qsort(chosen, result->max_key, sizeof(*chosen), by_value);
    return result->max_key < ALL_BELOW + longer ? result->max_key : ALL_BELOW + longer;
}

static bool find_key(struct sym_vigenere_result *result, const struct sym_model *model,
                     const struct sym_signs *signs, const struct effort *effort)
{
    struct candidate chosen[SYM_VIGENERE_MAX_KEY];
    const struct sym_vigenere_effort scan = {width_for(model, signs, effort->scan_work), 0};
    const struct sym_vigenere_effort final = {width_for(model, signs, effort->final_work),
                                              effort->polished};
    const size_t count = choose_lengths(result, signs, effort->longer, chosen);
    for (size_t i = 0; i < count; i++) {
        if (!try_length(result, model, signs, chosen[i].length, &scan))
            return false;
        chosen[i].value = result->lengths[chosen[i].length].bits;
    }
    qsort(chosen, count, sizeof(*chosen), by_value);
    for (size_t i = 0; i < count && i < effort->finalists; i++)
        if (!try_length(result, model, signs, chosen[i].length, &final))
            return false;
    return true;
}

/* How much worse the text would be with the next best letter, at each place of the key. Returns the
 * least. */
static double find_margins(struct sym_vigenere_result *result, const struct sym_model *model,
                           const struct sym_signs *signs)
{
    const double best = sym_vigenere_bits(model, signs, result->key, result->length);
    double least = HUGE_VAL;
    for (size_t i = 0; i < result->length; i++) {
        const uint32_t right = result->key[i];
        double next = -HUGE_VAL;
        for (uint32_t letter = 0; letter < model->alphabet_size; letter++) {
            if (letter == right)
                continue;
            result->key[i] = letter;
            next = fmax(next, sym_vigenere_bits(model, signs, result->key, result->length));
        }
        result->key[i] = right;
        result->margin[i] = (float)(best - next);
        least = fmin(least, best - next);
        result->work += (uint64_t)model->alphabet_size * signs->letters;
    }
    return least;
}

/* What any key would win is no evidence for this one. */
static bool judge(struct sym_vigenere_result *result, const struct sym_model *model,
                  const struct sym_signs *signs)
{
    struct sym_evidence evidence;
    if (!sym_evidence_signs(&evidence, model, signs, result->key, result->length))
        return false;
    if (evidence.bits >= SYM_VIGENERE_SURE)
        return true;
    result->bits = evidence.bits;
    result->verdict = SYM_RESISTED;
    return true;
}

bool sym_vigenere_break(struct sym_vigenere_result *result, const struct sym_model *model,
                        const struct sym_signs *signs, size_t max_key)
{
    struct sym_signs few = *signs; /* a text may be long, the rest of it adds nothing */
    *result = (struct sym_vigenere_result){.verdict = SYM_NOT_APPLICABLE};
    if (signs->letters < 2 * SYM_VIGENERE_FEWEST) {
        result->why = "the text has hardly a letter of the alphabet";
        return true;
    }
    for (few.count = few.letters = 0;
         few.count < signs->count && few.letters < SYM_VIGENERE_MAX_LETTERS; few.count++)
        few.letters += few.signs[few.count] >= 0;
    result->max_key = max_key ? max_key : few.letters / SYM_VIGENERE_FEWEST;
    if (result->max_key > signs->longest)
        result->max_key = signs->longest;
    if (result->max_key > SYM_VIGENERE_MAX_KEY)
        result->max_key = SYM_VIGENERE_MAX_KEY;
    for (size_t length = 1; length <= result->max_key; length++)
        result->lengths[length].bits = NAN;
    for (size_t round = 0; round < sizeof(rounds) / sizeof(rounds[0]); round++) {
        if (!find_key(result, model, &few, &rounds[round]))
            return false;
        const bool is_sure = result->bits >= SYM_VIGENERE_SURE;
        if (find_margins(result, model, &few) >= WEAK && is_sure)
            break;
        if (!is_sure && model->alphabet_size >= MANY)
            break; /* among so many signs the first round had all the lengths that count */
    }
    result->verdict = result->bits >= SYM_VIGENERE_SURE ? SYM_BROKEN : SYM_RESISTED;
    return result->verdict == SYM_RESISTED || judge(result, model, &few);
}

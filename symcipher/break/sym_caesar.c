/* The attack of sym_caesar.h. */
#include "sym_caesar.h"

#include "sym_evidence.h"

#include <math.h>
#include <stdlib.h>

static uint32_t moved_back(uint32_t sign, uint32_t key, uint32_t size)
{
    return sign >= key ? sign - key : sign + size - key;
}

static double bits_under(const struct sym_model *model, const struct sym_signs *signs, uint32_t key)
{
    uint32_t state = SYM_MODEL_START;
    double bits = 0;
    for (size_t i = 0; i < signs->count; i++) {
        const int32_t sign = signs->signs[i];
        bits += (double)sym_model_step(
            model, &state,
            sign < 0 ? sign : (int32_t)moved_back((uint32_t)sign, key, model->alphabet_size));
    }
    return bits;
}

/* The shares of single letters, as the model has them, and 0 for those that it has never seen; the
 * commonest sign is returned. */
static uint32_t read_shares(const struct sym_model *model, double *shares)
{
    uint32_t commonest = 0;
    double sum = 0;
    for (uint32_t sign = 0; sign < model->alphabet_size; sign++) {
        uint32_t state = SYM_MODEL_START;
        sum += shares[sign] = exp2((double)sym_model_step(model, &state, (int32_t)sign));
        if (shares[sign] > shares[commonest])
            commonest = sign;
    }
    for (uint32_t sign = 0; sign < model->alphabet_size; sign++)
        shares[sign] /= sum;
    return commonest;
}

/* counts: of the ciphertext's signs. Signs that the text lacks add what they should have been: n times
 * their share. So the sum runs over those that it has, and begins with n. */
static double chi_square(const uint32_t *counts, const uint32_t *present, size_t kinds,
                         const double *shares, double n, uint32_t key, uint32_t size)
{
    double sum = n;
    for (size_t i = 0; i < kinds; i++) {
        const double expected = n * shares[moved_back(present[i], key, size)];
        const double seen = counts[present[i]];
        sum += (seen - expected) * (seen - expected) / expected - expected;
    }
    return sum;
}

static int by_bits(const void *a, const void *b)
{
    const double left = ((const struct sym_caesar_key *)a)->bits;
    const double right = ((const struct sym_caesar_key *)b)->bits;
    return left < right ? 1 : left > right ? -1 : 0;
}

struct tally {
    uint32_t *counts, *present;
    size_t kinds;
    uint32_t commonest;
};

static void count_signs(struct tally *tally, const struct sym_signs *signs)
{
    for (size_t i = 0; i < signs->count; i++)
        if (signs->signs[i] >= 0 && tally->counts[signs->signs[i]]++ == 0)
            tally->present[tally->kinds++] = (uint32_t)signs->signs[i];
    for (size_t i = 0; i < tally->kinds; i++)
        if (i == 0 || tally->counts[tally->present[i]] > tally->counts[tally->commonest])
            tally->commonest = tally->present[i];
}

static void try_keys(struct sym_caesar_result *result, const struct sym_model *model,
                     const struct sym_signs *signs, const struct tally *tally, const double *shares)
{
    double least = HUGE_VAL;
    for (uint32_t key = 0; key < result->count; key++) {
        struct sym_caesar_key *at = &result->keys[key];
        at->key = key;
        at->bits = bits_under(model, signs, key);
        at->chi_square = chi_square(tally->counts, tally->present, tally->kinds, shares,
                                    (double)signs->letters, key, result->count);
        if (at->chi_square < least) {
            least = at->chi_square;
            result->chi_key = key;
        }
        result->work += signs->letters;
    }
    qsort(result->keys, result->count, sizeof(*result->keys), by_bits);
}

/* What any key would win is no evidence for this one. */
static bool judge(struct sym_caesar_result *result, const struct sym_model *model,
                  const struct sym_signs *signs)
{
    struct sym_evidence evidence;
    if (!sym_evidence_signs(&evidence, model, signs, &result->keys[0].key, 1))
        return false;
    if (evidence.bits >= SYM_CAESAR_SURE)
        return true;
    result->bits = evidence.bits;
    result->verdict = SYM_RESISTED;
    return true;
}

bool sym_caesar_break(struct sym_caesar_result *result, const struct sym_model *model,
                      const struct sym_signs *signs)
{
    const uint32_t size = model->alphabet_size;
    struct sym_signs few = *signs;
    for (few.count = few.letters = 0;
         few.count < signs->count && few.letters < SYM_CAESAR_MAX_LETTERS; few.count++)
        few.letters += few.signs[few.count] >= 0;
    *result = (struct sym_caesar_result){.verdict = SYM_NOT_APPLICABLE, .count = size};
    if (few.letters == 0) {
        result->why = "the text has no letter of the alphabet";
        return true;
    }
    struct tally tally = {.counts = calloc(size, sizeof(*tally.counts)),
                          .present = calloc(size, sizeof(*tally.present))};
    double *shares = malloc(size * sizeof(*shares));
    result->keys = malloc(size * sizeof(*result->keys));
    bool done = tally.counts && tally.present && shares && result->keys;
    if (done) {
        const uint32_t letter = read_shares(model, shares);
        result->expected = size >= 256 ? ' ' : letter;
        count_signs(&tally, &few);
        result->commonest = tally.commonest;
        result->rule_key = moved_back(tally.commonest, result->expected, size);
        try_keys(result, model, &few, &tally, shares);
        result->bits = result->keys[0].bits - log2(size);
        result->margin = result->keys[0].bits - result->keys[1].bits;
        result->verdict = result->bits >= SYM_CAESAR_SURE && result->margin >= SYM_CAESAR_CLEAR
                              ? SYM_BROKEN
                              : SYM_RESISTED;
        done = result->verdict == SYM_RESISTED || judge(result, model, &few);
    }
    if (!done)
        sym_caesar_free(result);
    free(tally.counts);
    free(tally.present);
    free(shares);
    return done;
}

void sym_caesar_free(struct sym_caesar_result *result)
{
    free(result->keys);
    result->keys = NULL;
}

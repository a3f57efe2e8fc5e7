/* A pad used twice: see sym_two_time.h. */
#include "sym_two_time.h"

#include "sym_evidence.h"
#include "sym_pad_search.h"

#include <stdlib.h>
#include <string.h>

size_t sym_two_time_pad_bytes(const struct sym_bytes *texts, size_t count)
{
    size_t longest = 0, second = 0;
    for (size_t t = 0; t < count; t++) {
        if (texts[t].count > longest) {
            second = longest;
            longest = texts[t].count;
        } else if (texts[t].count > second) {
            second = texts[t].count;
        }
    }
    return second;
}

/* Two that are equal tell nothing, however often they come. */
static const char *what_is_missing(const struct sym_bytes *texts, size_t count, size_t pad_bytes)
{
    if (count < 2)
        return "one message alone: every text of its length has a pad that makes it";
    if (pad_bytes == 0)
        return "only one of the messages has any bytes";
    for (size_t t = 1; t < count; t++) {
        size_t bytes = texts[t].count < texts[0].count ? texts[t].count : texts[0].count;
        if (memcmp(texts[t].data, texts[0].data, bytes) != 0)
            return NULL;
    }
    return "the messages are the same: their difference is nothing";
}

/* 8 for each byte, less what all texts cost as far as the pad reaches, less the pad. */
static double saved_bits(const struct sym_pad_row *rows, size_t count, size_t pad_bytes,
                         double bits)
{
    double saved = -bits - 8 * (double)pad_bytes;
    for (size_t r = 0; r < count; r++)
        saved += 8 * (double)rows[r].count;
    return saved;
}

/* What any pad would save is no evidence for this one. */
static bool judge(struct sym_two_time_found *found, const struct sym_pad_search *search,
                  const uint8_t *pad, struct sym_byte_model *model)
{
    struct sym_evidence evidence;
    if (!sym_evidence(&evidence, search->rows, search->row_count, pad, search->pad_bytes, model))
        return false;
    if (evidence.bits >= SYM_TWO_TIME_LEAST_SAVED)
        return true;
    found->saved = evidence.bits;
    found->verdict = SYM_RESISTED;
    if (sym_evidence_is_nothing_new(&evidence)) {
        found->verdict = SYM_NOT_APPLICABLE;
        found->why = SYM_EVIDENCE_NOTHING_NEW;
    }
    return true;
}

bool sym_break_two_time(struct sym_two_time_found *found, uint8_t *pad,
                        const struct sym_bytes *texts, size_t count, const bool *is_fixed,
                        size_t width, struct sym_byte_model *model)
{
    const size_t pad_bytes = sym_two_time_pad_bytes(texts, count);
    struct sym_pad_found result;
    struct sym_pad_row *rows;
    *found = (struct sym_two_time_found){.verdict = SYM_NOT_APPLICABLE, .pad_bytes = pad_bytes};
    found->why = what_is_missing(texts, count, pad_bytes);
    if (found->why)
        return true;
    rows = calloc(count, sizeof(*rows));
    for (size_t t = 0; rows && t < count; t++)
        rows[t] = (struct sym_pad_row){.sealed = texts[t].data,
                                       .count = texts[t].count < pad_bytes ? texts[t].count
                                                                           : pad_bytes};
    const struct sym_pad_search search = {.rows = rows,
                                          .row_count = count,
                                          .pad_bytes = pad_bytes,
                                          .width = width,
                                          .is_fixed = is_fixed};
    bool done = rows && sym_pad_search(pad, &result, &search, model);
    if (done) {
        found->saved = saved_bits(rows, count, pad_bytes, result.bits);
        found->width = result.width;
        found->work = result.work;
        found->verdict = found->saved >= SYM_TWO_TIME_LEAST_SAVED ? SYM_BROKEN : SYM_RESISTED;
    }
    if (done && found->verdict == SYM_BROKEN)
        done = judge(found, &search, pad, model);
    free(rows);
    return done;
}

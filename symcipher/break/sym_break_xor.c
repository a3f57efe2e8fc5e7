/* Breaks a repeating XOR: see sym_break_xor.h. */
#include "sym_break_xor.h"

#include "sym_evidence.h"
#include "sym_pad_search.h"
#include "sym_xor_lengths.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE_BYTES 16384 /* of all texts, to find the key in, */
#define QUICK_BYTES  2048  /* and to find its length */
#define LENGTHS      6     /* the likeliest ones are tried, */
#define QUICK_WIDTH  8     /* with a narrow beam, and the best of them with a wide one */
#define SURE_ROWS    24    /* of a column, to see how sure a byte is */

/* The texts cut at the key's length. */
struct cut {
    struct sym_pad_row *rows;
    size_t row_count, bytes;
};

static bool cut_texts(struct cut *cut, const struct sym_xor_task *task, size_t length, size_t left)
{
    size_t space = 0;
    for (size_t t = 0; t < task->count; t++)
        space += task->texts[t].count / length + 1;
    *cut = (struct cut){.rows = calloc(space, sizeof(*cut->rows))};
    if (!cut->rows)
        return false;
    for (size_t t = 0; t < task->count; t++)
        for (size_t i = 0; i < task->texts[t].count && left > 0; i += length) {
            size_t rest = task->texts[t].count - i, bytes = rest < length ? rest : length;
            bytes = bytes < left ? bytes : left;
            cut->rows[cut->row_count++] = (struct sym_pad_row){.sealed = task->texts[t].data + i,
                                                               .count = bytes};
            cut->bytes += bytes;
            left -= bytes;
        }
    return true;
}

/* With a key in hand, each row that goes on where the one before ended can begin in its context.
 * Returns what all rows cost so. */
static double set_places(struct cut *cut, const uint8_t *key, struct sym_byte_model *model)
{
    uint32_t place = SYM_BYTE_MODEL_START;
    double bits = 0;
    for (size_t r = 0; r < cut->row_count; r++) {
        struct sym_pad_row *row = &cut->rows[r];
        if (r == 0 || row[-1].sealed + row[-1].count != row->sealed)
            place = SYM_BYTE_MODEL_START;
        row->place = place;
        for (size_t i = 0; i < row->count; i++) {
            uint8_t byte = row->sealed[i] ^ key[i];
            bits += (double)sym_byte_model_costs(model, place)[byte];
            place = sym_byte_model_next(model, place, byte);
        }
    }
    return bits;
}

/* Few rows leave much open, so more beginnings are kept. */
static size_t width_for(size_t rows)
{
    return rows >= 8 ? 24 : rows >= 4 ? 100 : 400;
}

/* The best key of this length, and the bits it saves. Searched twice: the second time with the
 * contexts that the first has found. */
static bool try_length(uint8_t *key, double *saved, struct sym_xor_found *found,
                       const struct sym_xor_task *task, size_t length, bool quick,
                       struct sym_byte_model *model)
{
    struct cut cut;
    bool done = cut_texts(&cut, task, length, quick ? QUICK_BYTES : SAMPLE_BYTES);
    struct sym_pad_search search = {.rows = cut.rows,
                                    .row_count = cut.row_count,
                                    .pad_bytes = length,
                                    .width = quick ? QUICK_WIDTH : width_for(cut.bytes / length)};
    *saved = -1e30;
    for (int pass = 0; done && pass < (quick ? 1 : 2); pass++) {
        uint8_t again[SYM_XOR_MAX_KEY_BYTES];
        struct sym_pad_found pad;
        done = sym_pad_search(again, &pad, &search, model);
        double now = done ? 8 * (double)cut.bytes - 8 * (double)length -
                                set_places(&cut, again, model)
                          : -1e30;
        found->work += pad.work;
        if (now > *saved) {
            *saved = now;
            memcpy(key, again, length);
        }
    }
    free(cut.rows);
    return done;
}

/* --- which lengths ---------------------------------------------------------------------------- */

/* The likeliest length that was not taken yet; 0: none is left. */
static size_t likeliest(const struct sym_xor_found *found, const bool *taken)
{
    size_t best = 0;
    for (size_t length = 1; length <= found->max_key_bytes; length++)
        if (!taken[length] &&
            (best == 0 || found->lengths[length].saved > found->lengths[best].saved))
            best = length;
    return best;
}

/* A key that is a shorter one several times over is that one. */
static size_t period(const uint8_t *key, size_t bytes)
{
    for (size_t length = 1; length < bytes; length++)
        if (bytes % length == 0 && memcmp(key, key + length, bytes - length) == 0)
            return length;
    return bytes;
}

/* Keeps the key if it saves more than the best so far. */
static bool take_length(struct sym_xor_found *found, const struct sym_xor_task *task, size_t length,
                        bool quick, struct sym_byte_model *model)
{
    uint8_t key[SYM_XOR_MAX_KEY_BYTES];
    double saved;
    if (!try_length(key, &saved, found, task, length, quick, model))
        return false;
    const size_t shorter = period(key, length);
    saved += 8 * (double)(length - shorter);
    if (saved > found->saved) {
        found->saved = saved;
        found->key_bytes = shorter;
        memcpy(found->key, key, shorter);
    }
    return true;
}

static bool search_lengths(struct sym_xor_found *found, const struct sym_xor_task *task,
                           struct sym_byte_model *model)
{
    bool taken[SYM_XOR_MAX_KEY_BYTES + 1] = {false};
    found->saved = -1e30;
    for (size_t tries = 0; !task->key_bytes && tries < LENGTHS; tries++) {
        size_t length = likeliest(found, taken);
        taken[length] = true;
        if (length > 0 && !take_length(found, task, length, true, model))
            return false;
    }
    found->saved = -1e30; /* the one before was of a smaller sample */
    return take_length(found, task, task->key_bytes ? task->key_bytes : found->key_bytes, false,
                       model);
}

/* --- how sure ---------------------------------------------------------------------------------- */

/* What a row's bytes from this place on cost, if the key byte were this one; no more than `most`. */
static double around(const struct sym_pad_row *row, const uint8_t *key, size_t at, uint8_t byte,
                     double most, struct sym_byte_model *model)
{
    uint32_t place = SYM_BYTE_MODEL_START;
    size_t from = at > SYM_BYTE_MODEL_ORDER ? at - SYM_BYTE_MODEL_ORDER : 0;
    double bits = 0;
    for (size_t i = from; i < row->count && i <= at + SYM_BYTE_MODEL_ORDER && bits < most; i++) {
        uint8_t text = row->sealed[i] ^ (i == at ? byte : key[i]);
        if (i >= at)
            bits += (double)sym_byte_model_costs(model, place)[text];
        place = sym_byte_model_next(model, place, text);
    }
    return bits;
}

static double column_around(const struct cut *cut, const uint8_t *key, size_t at, uint8_t byte,
                            double most, struct sym_byte_model *model)
{
    double bits = 0;
    for (size_t r = 0, rows = 0; r < cut->row_count && rows < SURE_ROWS && bits < most; r++)
        if (at < cut->rows[r].count) {
            bits += around(&cut->rows[r], key, at, byte, most - bits, model);
            rows++;
        }
    return bits;
}

static bool is_byte_sure(const struct cut *cut, const uint8_t *key, size_t at,
                         struct sym_byte_model *model)
{
    const double most = column_around(cut, key, at, key[at], 1e30, model) + SYM_XOR_SURE_BITS;
    for (size_t byte = 0; byte < 256; byte++)
        if (byte != key[at] && column_around(cut, key, at, (uint8_t)byte, most, model) < most)
            return false;
    return true;
}

static bool look_how_sure(struct sym_xor_found *found, const struct sym_xor_task *task,
                          struct sym_byte_model *model)
{
    struct cut cut;
    if (!cut_texts(&cut, task, found->key_bytes, SAMPLE_BYTES))
        return false;
    for (size_t at = 0; at < found->key_bytes; at++) {
        found->is_sure[at] = is_byte_sure(&cut, found->key, at, model);
        found->sure += found->is_sure[at];
    }
    free(cut.rows);
    return true;
}

/* What any key would save is no evidence for this one. */
static bool judge(struct sym_xor_found *found, const struct sym_xor_task *task,
                  struct sym_byte_model *model)
{
    struct sym_evidence evidence;
    struct cut cut;
    if (!cut_texts(&cut, task, found->key_bytes, SAMPLE_BYTES))
        return false;
    set_places(&cut, found->key, model);
    const bool done = sym_evidence(&evidence, cut.rows, cut.row_count, found->key, found->key_bytes,
                                   model);
    free(cut.rows);
    if (!done || evidence.bits >= SYM_XOR_LEAST_SAVED)
        return done;
    found->saved = evidence.bits;
    found->verdict = SYM_RESISTED;
    if (sym_evidence_is_nothing_new(&evidence)) {
        found->verdict = SYM_NOT_APPLICABLE;
        found->why = SYM_EVIDENCE_NOTHING_NEW;
    }
    return true;
}

/* --- all of it --------------------------------------------------------------------------------- */

static size_t longest_key(const struct sym_xor_task *task, size_t bytes)
{
    size_t longest = task->key_bytes ? task->key_bytes : task->max_key_bytes;
    if (longest == 0)
        longest = bytes / 2 > 0 ? bytes / 2 : 1;
    return longest < SYM_XOR_MAX_KEY_BYTES ? longest : SYM_XOR_MAX_KEY_BYTES;
}

bool sym_break_xor(struct sym_xor_found *found, const struct sym_xor_task *task,
                   struct sym_byte_model *model)
{
    size_t bytes = 0;
    for (size_t t = 0; t < task->count; t++)
        bytes += task->texts[t].count;
    *found = (struct sym_xor_found){.verdict = SYM_NOT_APPLICABLE, .why = "there is no ciphertext"};
    if (bytes == 0)
        return true;
    found->max_key_bytes = longest_key(task, bytes);
    sym_xor_lengths(found, task, model);
    if (!search_lengths(found, task, model))
        return false;
    found->why = NULL;
    found->verdict = found->saved >= SYM_XOR_LEAST_SAVED ? SYM_BROKEN : SYM_RESISTED;
    if (found->verdict == SYM_BROKEN && !judge(found, task, model))
        return false;
    if (found->verdict == SYM_BROKEN && found->key_bytes == 1 && found->key[0] == 0) {
        found->verdict = SYM_NOT_APPLICABLE;
        found->why = "it is text already, under no key";
    }
    return found->verdict != SYM_BROKEN || look_how_sure(found, task, model);
}

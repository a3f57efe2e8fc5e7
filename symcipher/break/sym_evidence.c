/* What speaks for a pad beyond repeats: see sym_evidence.h. */
#include "sym_evidence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PIECE     SYM_EVIDENCE_PIECE
#define SLOT_BITS 16

/* FNV-1a, over numbers. */
static uint32_t mix(uint32_t hash, uint32_t number)
{
    return (hash ^ number) * 16777619u;
}

static size_t slot_of(const int32_t *piece)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < PIECE; i++)
        hash = mix(hash, (uint32_t)piece[i]);
    return (hash ^ hash >> SLOT_BITS) & ((1u << SLOT_BITS) - 1);
}

/* Marks each of count numbers that stands in a piece which has come before. False without memory. */
static bool mark_again(bool *is_again, const int32_t *signs, size_t count)
{
    size_t *last = calloc((size_t)1 << SLOT_BITS, sizeof(*last)); /* place of a piece, plus 1 */
    if (!last)
        return false;
    for (size_t at = 0; at + PIECE <= count; at++) {
        size_t *slot = &last[slot_of(signs + at)];
        if (*slot && memcmp(signs + *slot - 1, signs + at, PIECE * sizeof(*signs)) == 0)
            memset(is_again + at, true, PIECE * sizeof(*is_again));
        *slot = at + 1;
    }
    free(last);
    return true;
}

/* --- rows -------------------------------------------------------------------------------------- */

/* The rows one after the other, and the place where each begins there. */
struct sheet {
    const struct sym_pad_row *rows;
    size_t row_count, pad_bytes, bytes;
    int32_t *signs;
    bool *is_again;  /* of each byte */
    bool *is_column; /* the column has come before */
    size_t *begins;
};

static bool sheet_open(struct sheet *sheet, const struct sym_pad_row *rows, size_t row_count,
                       size_t pad_bytes)
{
    *sheet = (struct sheet){.rows = rows, .row_count = row_count, .pad_bytes = pad_bytes};
    for (size_t r = 0; r < row_count; r++)
        sheet->bytes += rows[r].count;
    const size_t most = sheet->bytes > pad_bytes ? sheet->bytes : pad_bytes;
    sheet->signs = calloc(most + 1, sizeof(*sheet->signs));
    sheet->is_again = calloc(sheet->bytes + 1, sizeof(*sheet->is_again));
    sheet->is_column = calloc(pad_bytes + 1, sizeof(*sheet->is_column));
    sheet->begins = calloc(row_count + 1, sizeof(*sheet->begins));
    return sheet->signs && sheet->is_again && sheet->is_column && sheet->begins;
}

static void sheet_close(struct sheet *sheet)
{
    free(sheet->signs);
    free(sheet->is_again);
    free(sheet->is_column);
    free(sheet->begins);
}

/* What the pad cannot change in a column: how its bytes differ from its first one. */
static int32_t differences(const struct sheet *sheet, size_t column)
{
    uint32_t hash = 2166136261u;
    const uint8_t *first = NULL;
    for (size_t r = 0; r < sheet->row_count; r++)
        if (column < sheet->rows[r].count) {
            first = first ? first : &sheet->rows[r].sealed[column];
            hash = mix(hash, (uint32_t)(sheet->rows[r].sealed[column] ^ *first));
        }
    return (int32_t)hash;
}

static bool mark_all(struct sheet *sheet)
{
    for (size_t column = 0; column < sheet->pad_bytes; column++)
        sheet->signs[column] = differences(sheet, column);
    if (!mark_again(sheet->is_column, sheet->signs, sheet->pad_bytes))
        return false;
    for (size_t r = 0, at = 0; r < sheet->row_count; r++) {
        sheet->begins[r] = at;
        for (size_t i = 0; i < sheet->rows[r].count; i++)
            sheet->signs[at++] = sheet->rows[r].sealed[i];
    }
    return mark_again(sheet->is_again, sheet->signs, sheet->bytes);
}

static bool is_fresh(const struct sheet *sheet, size_t row, size_t column)
{
    return !sheet->is_column[column] && !sheet->is_again[sheet->begins[row] + column];
}

/* What the fresh bytes of a column cost without any language: 8 each, or what the ones before them
 * say. A byte that is new there is named by 8 bits more. */
static double column_bits(const struct sheet *sheet, size_t column)
{
    unsigned counts[256] = {0}, all = 0, fresh = 0;
    double bits = 0;
    for (size_t r = 0; r < sheet->row_count; r++) {
        if (column >= sheet->rows[r].count)
            continue;
        unsigned *count = &counts[sheet->rows[r].sealed[column]];
        if (is_fresh(sheet, r, column)) {
            bits += log2(all + 1) + (*count ? -log2(*count) : 8);
            fresh++;
        }
        ++*count;
        all++;
    }
    return bits < 8. * fresh ? bits : 8. * fresh;
}

static double text_bits(const struct sheet *sheet, size_t *fresh, const uint8_t *pad,
                        struct sym_byte_model *model)
{
    double bits = 0;
    for (size_t r = 0; r < sheet->row_count; r++) {
        uint32_t place = sheet->rows[r].place;
        for (size_t i = 0; i < sheet->rows[r].count; i++) {
            const uint8_t byte = sheet->rows[r].sealed[i] ^ pad[i];
            if (is_fresh(sheet, r, i)) {
                bits += (double)sym_byte_model_costs(model, place)[byte];
                ++*fresh;
            }
            place = sym_byte_model_next(model, place, byte);
        }
    }
    return bits;
}

bool sym_evidence(struct sym_evidence *evidence, const struct sym_pad_row *rows, size_t row_count,
                  const uint8_t *pad, size_t pad_bytes, struct sym_byte_model *model)
{
    struct sheet sheet;
    bool done = sheet_open(&sheet, rows, row_count, pad_bytes) && mark_all(&sheet);
    *evidence = (struct sym_evidence){.bytes = sheet.bytes};
    if (done) {
        for (size_t column = 0; column < pad_bytes; column++)
            evidence->bits += column_bits(&sheet, column) - 8;
        evidence->bits -= text_bits(&sheet, &evidence->fresh, pad, model);
    }
    sheet_close(&sheet);
    return done;
}

bool sym_evidence_is_nothing_new(const struct sym_evidence *evidence)
{
    return evidence->fresh * 8 < evidence->bytes;
}

/* --- letters ----------------------------------------------------------------------------------- */

bool sym_evidence_signs(struct sym_evidence *evidence, const struct sym_model *model,
                        const struct sym_signs *signs, const uint32_t *key, size_t length)
{
    const uint32_t size = model->alphabet_size;
    uint32_t state = SYM_MODEL_START;
    bool *is_again = calloc(signs->count + 1, sizeof(*is_again));
    const bool done = is_again && mark_again(is_again, signs->signs, signs->count);
    *evidence = (struct sym_evidence){.bits = -(double)length * log2(size), .bytes = signs->count};
    for (size_t i = 0; done && i < signs->count; i++) {
        int32_t sign = signs->signs[i];
        if (sign >= 0)
            sign = (int32_t)(((uint32_t)sign + size - key[signs->places[i] % length]) % size);
        const double bits = (double)sym_model_step(model, &state, sign);
        evidence->bits += is_again[i] ? 0 : bits;
        evidence->fresh += !is_again[i];
    }
    free(is_again);
    return done;
}

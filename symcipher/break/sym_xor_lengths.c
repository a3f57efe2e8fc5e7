/* What speaks for each length of a repeating XOR key: see sym_xor_lengths.h. */
#include "sym_xor_lengths.h"

#include <string.h>

/* Bytes of one column: the first ones of all texts in turn. */
static size_t column(uint8_t out[SYM_XOR_LENGTH_ROWS], const struct sym_xor_task *task,
                     size_t length, size_t at)
{
    const size_t most = length <= SYM_XOR_SHORT_KEY ? SYM_XOR_LENGTH_ROWS : SYM_XOR_LENGTH_ROWS / 4;
    size_t rows = 0;
    for (size_t t = 0; t < task->count; t++)
        for (size_t i = at; i < task->texts[t].count && rows < most; i += length)
            out[rows++] = task->texts[t].data[i];
    return rows;
}

/* The bits of the column under its best key byte. */
static double best_bits(const uint8_t *bytes, size_t rows, const float costs[256])
{
    double best = 1e30;
    for (size_t key = 0; key < 256; key++) {
        double bits = 0;
        for (size_t r = 0; r < rows; r++)
            bits += (double)costs[bytes[r] ^ key];
        best = bits < best ? bits : best;
    }
    return best;
}

static void look_at_length(struct sym_xor_found *found, const struct sym_xor_task *task,
                           const float costs[256], size_t length)
{
    struct sym_xor_length *seen = &found->lengths[length];
    uint8_t bytes[SYM_XOR_LENGTH_ROWS];
    size_t neighbours = 0, differ = 0, pairs = 0, equal = 0;
    for (size_t at = 0; at < length; at++) {
        const size_t rows = column(bytes, task, length, at);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = i + 1; j < rows; j++)
                equal += bytes[i] == bytes[j];
        for (size_t i = 1; i < rows; i++)
            differ += (size_t)__builtin_popcount(bytes[i - 1] ^ bytes[i]);
        neighbours += rows > 0 ? rows - 1 : 0;
        pairs += rows * (rows - 1) / 2;
        if (rows > 0)
            seen->saved += 8 * (double)rows - best_bits(bytes, rows, costs) - 8;
        found->work += rows * 256;
    }
    seen->hamming = neighbours > 0 ? (double)differ / (double)neighbours : 0;
    seen->coincidence = pairs > 0 ? (double)equal / (double)pairs : 0;
}

void sym_xor_lengths(struct sym_xor_found *found, const struct sym_xor_task *task,
                     struct sym_byte_model *model)
{
    float costs[256];
    memcpy(costs, sym_byte_model_costs(model, SYM_BYTE_MODEL_START), sizeof(costs));
    for (size_t length = 1; length <= found->max_key_bytes; length++)
        look_at_length(found, task, costs, length);
}

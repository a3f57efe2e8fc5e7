/* Crib dragging: see sym_crib.h. */
#include "sym_crib.h"

#include <stdlib.h>
#include <string.h>

/* What stood there before: the pad's bytes, and behind them whether they were known. */
struct sym_crib_guess {
    struct sym_crib_guess *before;
    size_t at, bytes;
    uint8_t old[];
};

bool sym_crib_open(struct sym_crib_board *board, const struct sym_bytes *texts, size_t count)
{
    *board = (struct sym_crib_board){.texts = texts, .count = count};
    for (size_t t = 0; t < count; t++)
        if (texts[t].count > board->pad_bytes)
            board->pad_bytes = texts[t].count;
    board->pad = calloc(board->pad_bytes + 1, 1);
    board->is_known = calloc(board->pad_bytes + 1, sizeof(*board->is_known));
    if (board->pad && board->is_known)
        return true;
    sym_crib_close(board);
    return false;
}

void sym_crib_close(struct sym_crib_board *board)
{
    while (board->last) {
        struct sym_crib_guess *guess = board->last;
        board->last = guess->before;
        free(guess);
    }
    free(board->pad);
    free(board->is_known);
    *board = (struct sym_crib_board){0};
}

bool sym_crib_guess(struct sym_crib_board *board, size_t which, size_t at, const uint8_t *text,
                    size_t bytes)
{
    const struct sym_bytes *sealed = &board->texts[which];
    if (at >= sealed->count || bytes == 0)
        return true;
    bytes = bytes < sealed->count - at ? bytes : sealed->count - at;
    struct sym_crib_guess *guess = malloc(sizeof(*guess) + 2 * bytes);
    if (!guess)
        return false;
    *guess = (struct sym_crib_guess){.before = board->last, .at = at, .bytes = bytes};
    board->last = guess;
    for (size_t i = 0; i < bytes; i++) {
        guess->old[i] = board->pad[at + i];
        guess->old[bytes + i] = board->is_known[at + i];
        board->pad[at + i] = sealed->data[at + i] ^ text[i];
        board->is_known[at + i] = true;
    }
    return true;
}

bool sym_crib_undo(struct sym_crib_board *board)
{
    struct sym_crib_guess *guess = board->last;
    if (!guess)
        return false;
    for (size_t i = 0; i < guess->bytes; i++) {
        board->pad[guess->at + i] = guess->old[i];
        board->is_known[guess->at + i] = guess->old[guess->bytes + i] != 0;
    }
    board->last = guess->before;
    free(guess);
    return true;
}

int sym_crib_text(const struct sym_crib_board *board, size_t which, size_t at)
{
    if (at >= board->texts[which].count || !board->is_known[at])
        return -1;
    return board->texts[which].data[at] ^ board->pad[at];
}

/* Where this message is in the model just before the place, by the bytes in front that are known. */
static uint32_t place_before(const struct sym_crib_board *board, size_t which, size_t at,
                             struct sym_byte_model *model)
{
    uint32_t place = SYM_BYTE_MODEL_START;
    size_t from = at;
    while (from > 0 && at - from < SYM_BYTE_MODEL_ORDER &&
           sym_crib_text(board, which, from - 1) >= 0)
        from--;
    for (; from < at; from++)
        place = sym_byte_model_next(model, place, (uint8_t)sym_crib_text(board, which, from));
    return place;
}

double sym_crib_fit(const struct sym_crib_board *board, size_t which, size_t at,
                    const uint8_t *text, size_t bytes, struct sym_byte_model *model)
{
    const struct sym_bytes *own = &board->texts[which];
    double bits = 0;
    size_t counted = 0;
    for (size_t t = 0; t < board->count; t++) {
        const struct sym_bytes *other = &board->texts[t];
        if (t == which)
            continue;
        uint32_t place = place_before(board, t, at, model);
        for (size_t i = 0; i < bytes && at + i < own->count && at + i < other->count; i++) {
            uint8_t byte = other->data[at + i] ^ own->data[at + i] ^ text[i];
            bits += (double)sym_byte_model_costs(model, place)[byte];
            place = sym_byte_model_next(model, place, byte);
            counted++;
        }
    }
    return counted > 0 ? bits / (double)counted : SYM_CRIB_NO_FIT;
}

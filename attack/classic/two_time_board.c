/*
 * Messages under one pad, drawn; where a crib fits; what the search makes of the rest.
 */
#include "sym_two_time.h"
#include "two_time.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

/* The byte of a message, with the guess laid over what is known; -1: not known. */
static int byte_at(const struct sym_crib_board *board, size_t which, size_t at,
                   const struct two_time_try *guess)
{
    if (guess && at >= guess->at && at - guess->at < guess->bytes &&
        at < board->texts[which].count && at < board->texts[guess->which].count)
        return board->texts[which].data[at] ^ board->texts[guess->which].data[at] ^
               guess->text[at - guess->at];
    return sym_crib_text(board, which, at);
}

/* Whole characters alone: what is cut off at a guess's end is no text yet. */
static size_t put_column(char *out, size_t *columns, const struct sym_crib_board *board,
                         size_t which, size_t at, const struct two_time_try *guess)
{
    char character[UTF8_MAX_BYTES];
    size_t known = 0, used = 0;
    for (int byte; known < UTF8_MAX_BYTES && (byte = byte_at(board, which, at + known, guess)) >= 0;
         known++)
        character[known] = (char)byte;
    *columns = 1;
    if (known == 0) {
        *out = at < board->texts[which].count ? '.' : ' ';
        return 1;
    }
    const uint32_t code = utf8_decode(character, known, &used);
    if (code == UTF8_INVALID || code < ' ' || (code >= 0x7f && code < 0xa0) || code >= 0x1100) {
        *out = character[0] == '\n' ? '|' : '?';
        return 1;
    }
    memcpy(out, character, used);
    *columns = used;
    return used;
}

void two_time_row(char *out, const struct sym_crib_board *board, size_t which, size_t from,
                  size_t columns, const struct two_time_try *guess)
{
    for (size_t column = 0; column < columns;) {
        size_t taken;
        out += put_column(out, &taken, board, which, from + column, guess);
        for (size_t i = 1; i < taken && column + i < columns; i++)
            *out++ = ' ';
        column += taken;
    }
    *out = '\0';
}

size_t two_time_places(struct two_time_place places[TWO_TIME_PLACES],
                       const struct sym_crib_board *board, size_t which, const uint8_t *crib,
                       size_t bytes, struct sym_byte_model *model)
{
    size_t count = 0;
    for (size_t at = 0; at + bytes <= board->texts[which].count; at++) {
        struct two_time_place place = {at, sym_crib_fit(board, which, at, crib, bytes, model)};
        if (place.bits >= SYM_CRIB_NO_FIT)
            continue;
        size_t rank = count < TWO_TIME_PLACES ? count++ : TWO_TIME_PLACES;
        for (; rank > 0 && places[rank - 1].bits > place.bits; rank--)
            if (rank < TWO_TIME_PLACES)
                places[rank] = places[rank - 1];
        if (rank < TWO_TIME_PLACES)
            places[rank] = place;
    }
    return count;
}

bool two_time_fill(struct sym_crib_board *board, struct sym_byte_model *model)
{
    struct sym_two_time_found found;
    uint8_t *pad = malloc(board->pad_bytes + 1);
    bool done = pad != NULL;
    if (done) {
        memcpy(pad, board->pad, board->pad_bytes);
        done = sym_break_two_time(&found, pad, board->texts, board->count, board->is_known, 0,
                                  model);
    }
    for (size_t at = 0; done && found.verdict != SYM_NOT_APPLICABLE && at < found.pad_bytes;) {
        uint8_t *text = pad + at; /* runs that are not known become guesses, to be taken back */
        size_t which = 0, run = 0;
        while (board->texts[which].count < found.pad_bytes)
            which++;
        while (at + run < found.pad_bytes && !board->is_known[at + run]) {
            text[run] ^= board->texts[which].data[at + run];
            run++;
        }
        done = sym_crib_guess(board, which, at, text, run);
        at += run + (run == 0);
    }
    free(pad);
    return done;
}

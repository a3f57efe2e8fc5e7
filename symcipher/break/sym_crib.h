/*
 * Crib dragging: a guessed piece of text (a crib) is slid along one of several messages under one
 * pad. Where it stands right, all the other messages turn to text at the same place.
 *
 * The board keeps what is known of the pad, guess by guess, and can take guesses back. Whoever sits
 * at it decides; a model of the language only says where a crib fits best.
 */
#ifndef GLASSBOX_SYM_CRIB_H
#define GLASSBOX_SYM_CRIB_H

#include "sym_byte_model.h"

#include <stdbool.h>

struct sym_crib_guess;

struct sym_crib_board {
    const struct sym_bytes *texts; /* ciphertexts, borrowed */
    size_t count;
    uint8_t *pad; /* as long as the longest */
    bool *is_known;
    size_t pad_bytes;
    struct sym_crib_guess *last; /* to be taken back */
};

/* False without memory. */
bool sym_crib_open(struct sym_crib_board *board, const struct sym_bytes *texts, size_t count)
    __attribute__((warn_unused_result));
void sym_crib_close(struct sym_crib_board *board);

/* Message `which` has this text at this place. What reaches behind its end is left out. False
 * without memory. */
bool sym_crib_guess(struct sym_crib_board *board, size_t which, size_t at, const uint8_t *text,
                    size_t bytes) __attribute__((warn_unused_result));
/* Takes the last guess back; false: there is none. */
bool sym_crib_undo(struct sym_crib_board *board);

/* The byte of a message, by the pad as far as it is known; -1: not known, or behind its end. */
int sym_crib_text(const struct sym_crib_board *board, size_t which, size_t at);

/* How well the crib fits here: bits a byte that all other messages would cost, 2 to 4 for text, 8
 * and more for none. A large number where no other message reaches. */
#define SYM_CRIB_NO_FIT 1e9
double sym_crib_fit(const struct sym_crib_board *board, size_t which, size_t at,
                    const uint8_t *text, size_t bytes, struct sym_byte_model *model);

#endif

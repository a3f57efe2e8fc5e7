/*
 * attack classic two-time: messages under one pad, automatic and by hand.
 */
#ifndef GLASSBOX_TWO_TIME_H
#define GLASSBOX_TWO_TIME_H

#include "sym_crib.h"

#include <stdio.h>

/* What is known of a message from one place on, as columns, one a byte: '.' is not known, a character
 * of several bytes stands in the first of its columns, what is no text is '?'. try: a guess that is
 * not kept yet, laid over all messages; NULL: none. out: room for 4 bytes a column, and one. */
struct two_time_try {
    size_t which, at, bytes;
    const uint8_t *text;
};
void two_time_row(char *out, const struct sym_crib_board *board, size_t which, size_t from,
                  size_t columns, const struct two_time_try *guess);

/* The best places of a crib in one message, best first; returns how many. */
#define TWO_TIME_PLACES 5
struct two_time_place {
    size_t at;
    double bits; /* a byte that the others would cost */
};
size_t two_time_places(struct two_time_place places[TWO_TIME_PLACES],
                       const struct sym_crib_board *board, size_t which, const uint8_t *crib,
                       size_t bytes, struct sym_byte_model *model);

/* Fills what is not known of the pad by the automatic search. False without memory. */
bool two_time_fill(struct sym_crib_board *board, struct sym_byte_model *model);

/* All messages as far as they are known, on stdout. */
void two_time_print(const struct sym_crib_board *board);

/* By hand: a window in the terminal, or commands from stdin line by line. The exit status. */
int two_time_window(struct sym_crib_board *board, struct sym_byte_model *model);
int two_time_lines(struct sym_crib_board *board, struct sym_byte_model *model);

#endif

/*
 * What speaks for each length of a repeating XOR key: the first half of sym_break_xor.h.
 */
#ifndef GLASSBOX_SYM_XOR_LENGTHS_H
#define GLASSBOX_SYM_XOR_LENGTHS_H

#include "sym_break_xor.h"

/* Fills found->lengths, and adds to found->work. At most so many bytes of a column are looked at, and
 * a quarter of them where the length is above SYM_XOR_SHORT_KEY. */
#define SYM_XOR_LENGTH_ROWS 36
#define SYM_XOR_SHORT_KEY   64
void sym_xor_lengths(struct sym_xor_found *found, const struct sym_xor_task *task,
                     struct sym_byte_model *model);

#endif

/*
 * A model of English and Russian, from the texts that ship with the library (break/texts): prose of
 * many subjects, and lines of talk. All of it was written for this purpose.
 */
#ifndef GLASSBOX_SYM_BYTE_TEXTS_H
#define GLASSBOX_SYM_BYTE_TEXTS_H

#include "sym_byte_model.h"

/* Counted anew at each call, with the given texts beside them: `weight` times each, since what the
 * caller knows of the texts that he looks for is worth more than what all have. NULL without memory. */
struct sym_byte_model *sym_byte_model_of_texts(const struct sym_bytes *more, size_t count,
                                               unsigned weight) __attribute__((warn_unused_result));

#endif

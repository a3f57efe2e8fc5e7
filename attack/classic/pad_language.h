/*
 * What the attacks on a pad expect of the texts: English, Russian, files of one's own (--like), and
 * what the chat says (docs/chat.md) if a recording is attacked.
 */
#ifndef GLASSBOX_PAD_LANGUAGE_H
#define GLASSBOX_PAD_LANGUAGE_H

#include "option_table.h"
#include "sym_byte_texts.h"

struct pad_language_options {
    const char *like; /* a file; NULL: none */
};
/* --like FILE. */
extern const struct option_table pad_language_table;

enum pad_language_kind {
    PAD_LANGUAGE_TALK = 1,   /* lines of the chat */
    PAD_LANGUAGE_PADDED = 2, /* texts that end in a padding */
};

/* kinds: a sum of the kinds, or 0. NULL with the problem. Freed by sym_byte_model_free. */
struct sym_byte_model *pad_language_model(const struct pad_language_options *options,
                                          unsigned kinds, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

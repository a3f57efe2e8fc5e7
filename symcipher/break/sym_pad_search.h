/*
 * Several ciphertexts under one pad: what was the pad?
 *
 * Row r is the XOR of a text with the first bytes of the pad. So a guess of one pad byte says one
 * byte of every row, and a model of the language (sym_byte_model.h) says how likely those bytes are,
 * after the ones before them. A beam search goes through the pad from left to right, and keeps the
 * `width` best beginnings at each step.
 *
 *     two-time pad        the rows are the messages
 *     repeating XOR       the rows are the text, cut at the key's length
 *     xor-cbc             the rows are the blocks, each XORed with its neighbour
 *
 * A pad byte over one row alone cannot be told: every text has its pad (Shannon 1949). The search
 * says which one makes the likeliest text, and nothing follows from that.
 *
 * Work: pad bytes times width times 256 times rows, bounded by SYM_PAD_MAX_WORK; the width shrinks.
 */
#ifndef GLASSBOX_SYM_PAD_SEARCH_H
#define GLASSBOX_SYM_PAD_SEARCH_H

#include "sym_byte_model.h"

#include <stdbool.h>

#define SYM_PAD_MAX_WORK  ((uint64_t)400 * 1000 * 1000) /* of one search */
#define SYM_PAD_MAX_WIDTH 1000

struct sym_pad_row {
    const uint8_t *sealed;
    size_t count;
    uint32_t place; /* where its text begins in the model; SYM_BYTE_MODEL_START: unknown */
};

struct sym_pad_search {
    const struct sym_pad_row *rows;
    size_t row_count;
    size_t pad_bytes;
    size_t width; /* 0: as much as the work allows, up to SYM_PAD_MAX_WIDTH */
    const bool
        *is_fixed; /* for each byte of the pad: it is known already, and stands there; or NULL */
};

struct sym_pad_found {
    double bits;   /* what all rows cost under this pad, by the model */
    size_t width;  /* of the beam */
    uint64_t work; /* bytes guessed, over all rows */
};

/* Writes pad_bytes to pad (where is_fixed, it is read). False without memory. */
bool sym_pad_search(uint8_t *pad, struct sym_pad_found *found, const struct sym_pad_search *search,
                    struct sym_byte_model *model) __attribute__((warn_unused_result));

#endif

/*
 * What byte comes next? A model of a language, counted from texts that the caller gives.
 *
 * It knows every string of up to SYM_BYTE_MODEL_ORDER bytes of its texts, with how often it came,
 * and says for each next byte how many bits it costs: -log2 of its probability, given the bytes
 * before it. Text of the language costs 2 to 3 bits a byte, random bytes 8 and more: that difference
 * is what all attacks on a pad live from (Shannon 1951). It works on bytes, so UTF-8 of any language
 * will do, and texts of two languages may be given together.
 *
 * A long context is mixed with the shorter ones by absolute discounting (Ney, Essen, Kneser 1994):
 *
 *     p(b | context) = (count(context b) - 3/4) / n  +  3/4 kinds / n  *  p(b | context less its first byte)
 *
 * Memory: about 100 bytes for each byte of text, and 32 MiB for costs once computed. Not thread-safe:
 * asking fills that store.
 */
#ifndef GLASSBOX_SYM_BYTE_MODEL_H
#define GLASSBOX_SYM_BYTE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#define SYM_BYTE_MODEL_ORDER     8
#define SYM_BYTE_MODEL_MAX_BYTES ((size_t)4 * 1024 * 1024) /* of all texts; the rest is left out */

struct sym_bytes {
    const uint8_t *data;
    size_t count;
};

struct sym_byte_model;

/* The texts are not kept. NULL without memory. */
struct sym_byte_model *sym_byte_model_new(const struct sym_bytes *texts, size_t count)
    __attribute__((warn_unused_result));
void sym_byte_model_free(struct sym_byte_model *model); /* NULL is fine */

/* A place in a text is a number: how it begins, and where it leads when a byte was read. */
#define SYM_BYTE_MODEL_START 0
uint32_t sym_byte_model_next(const struct sym_byte_model *model, uint32_t place, uint8_t byte);

/* The costs of all 256 next bytes, in bits. Good until the next call for another place: copy what
 * is needed, or use it at once. */
const float *sym_byte_model_costs(struct sym_byte_model *model, uint32_t place);

/* Bits that the bytes cost, from *place on, which moves to their end; NULL: from the start. */
double sym_byte_model_text_cost(struct sym_byte_model *model, uint32_t *place, const uint8_t *text,
                                size_t bytes);

#endif

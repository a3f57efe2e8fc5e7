/*
 * Pieces of English and Russian text by chance, for attacks on ciphers. The texts are not those that
 * the models of the language were counted from.
 */
#ifndef GLASSBOX_TESTS_TEXT_SAMPLES_H
#define GLASSBOX_TESTS_TEXT_SAMPLES_H

#include "fed_random.h"

#include <stddef.h>
#include <stdint.h>

struct text_sample {
    const char *language;
    char *text;
    size_t bytes;
};
#define TEXT_SAMPLES 2 /* 0: English, 1: Russian */

/* Reads the text; fails the running test if it cannot be read. Freed by the caller: free(text). */
struct text_sample text_sample_read(size_t which);
/* A piece of so many bytes that begins with a whole character. */
const uint8_t *text_sample_piece(const struct text_sample *sample, size_t bytes,
                                 struct fed_random *random);
/* Random bytes. */
void text_sample_key(uint8_t *key, size_t bytes, struct fed_random *random);

#endif

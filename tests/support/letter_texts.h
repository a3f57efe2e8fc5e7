/*
 * Pieces of texts that no table was counted from, under keys by seed: what attacks on letters are
 * measured by.
 */
#ifndef GLASSBOX_TESTS_LETTER_TEXTS_H
#define GLASSBOX_TESTS_LETTER_TEXTS_H

#include "fed_random.h"
#include "sym_language_model.h"

struct letter_texts {
    struct sym_model *model;
    struct sym_signs whole; /* english_other.txt or russian_other.txt */
    bool words;
    struct fed_random source;
};

/* Fails the running test on what is not there. */
void letter_texts_open(struct letter_texts *texts, const char *language, bool words);
void letter_texts_close(struct letter_texts *texts);

uint32_t letter_texts_draw(struct letter_texts *texts, uint32_t below);
/* Draws a key. */
void letter_texts_key(struct letter_texts *texts, uint32_t *key, size_t length);
/* So many letters from a place drawn, encrypted: with the gaps between words, or without. Free it by
 * sym_signs_free. */
struct sym_signs letter_texts_sample(struct letter_texts *texts, size_t letters,
                                     const uint32_t *key, size_t length);
/* The same with each letter drawn by chance; gaps as in a text. */
struct sym_signs letter_texts_noise(struct letter_texts *texts, size_t letters);

#endif

/* Pieces of texts under keys: see letter_texts.h. */
#include "letter_texts.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void letter_texts_open(struct letter_texts *texts, const char *name, bool words)
{
    const struct sym_language *language = sym_language_find(name);
    const struct sym_alphabet *alphabet = sym_language_alphabet(language);
    const char *path = strcmp(name, "en") == 0 ? "symcipher/break/texts/english_other.txt"
                                               : "symcipher/break/texts/russian_other.txt";
    static char text[64 * 1024];
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    const size_t bytes = fread(text, 1, sizeof(text), file);
    fclose(file);
    *texts = (struct letter_texts){.words = words, .whole.alphabet = alphabet};
    texts->model = sym_model_new(language, alphabet, words, SYM_MODEL_ORDER);
    cr_assert_not_null(texts->model);
    cr_assert(sym_signs_add(&texts->whole, text, bytes));
    fed_random_init(&texts->source, NULL, 0, test_seed_of_figures());
}

void letter_texts_close(struct letter_texts *texts)
{
    sym_model_free(texts->model);
    sym_signs_free(&texts->whole);
}

uint32_t letter_texts_draw(struct letter_texts *texts, uint32_t below)
{
    uint8_t bytes[4];
    cr_assert_eq(rsa_random_bytes(bytes, sizeof(bytes), &texts->source.source), 0);
    return (bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16) % below;
}

void letter_texts_key(struct letter_texts *texts, uint32_t *key, size_t length)
{
    for (size_t i = 0; i < length; i++)
        key[i] = letter_texts_draw(texts, texts->model->alphabet_size);
}

/* key NULL: noise. */
static struct sym_signs cut(struct letter_texts *texts, size_t letters, const uint32_t *key,
                            size_t length)
{
    const struct sym_signs *whole = &texts->whole;
    const uint32_t size = texts->model->alphabet_size;
    struct sym_signs signs = {.alphabet = whole->alphabet, .longest = letters};
    signs.signs = malloc(2 * letters * sizeof(*signs.signs));
    signs.places = malloc(2 * letters * sizeof(*signs.places));
    cr_assert(signs.signs && signs.places);
    for (size_t i = letter_texts_draw(texts, (uint32_t)whole->count); signs.letters < letters;
         i++) {
        const int32_t sign = whole->signs[i % whole->count];
        if (sign < 0 && (!texts->words || signs.count == 0))
            continue;
        signs.places[signs.count] = sign < 0 ? 0 : (uint32_t)signs.letters;
        if (sign < 0)
            signs.gaps++, signs.signs[signs.count++] = SYM_SIGN_GAP;
        else if (!key)
            signs.letters++, signs.signs[signs.count++] = (int32_t)letter_texts_draw(texts, size);
        else
            signs.signs[signs.count++] =
                (int32_t)(((uint32_t)sign + key[signs.letters++ % length]) % size);
    }
    return signs;
}

struct sym_signs letter_texts_sample(struct letter_texts *texts, size_t letters,
                                     const uint32_t *key, size_t length)
{
    return cut(texts, letters, key, length);
}

struct sym_signs letter_texts_noise(struct letter_texts *texts, size_t letters)
{
    return cut(texts, letters, NULL, 1);
}

/* Pieces of English and Russian text by chance: see text_samples.h. */
#include "text_samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

struct text_sample text_sample_read(size_t which)
{
    static const struct text_sample samples[TEXT_SAMPLES] = {{.language = "english"},
                                                             {.language = "russian"}};
    struct text_sample sample = samples[which];
    char path[100];
    snprintf(path, sizeof(path), "symcipher/break/texts/%s_other.txt", sample.language);
    FILE *file = fopen(path, "r");
    cr_assert(file, "%s", path);
    cr_assert(fseek(file, 0, SEEK_END) == 0);
    sample.bytes = (size_t)ftell(file);
    rewind(file);
    sample.text = malloc(sample.bytes + 1);
    cr_assert_eq(fread(sample.text, 1, sample.bytes, file), sample.bytes, "%s", path);
    fclose(file);
    return sample;
}

const uint8_t *text_sample_piece(const struct text_sample *sample, size_t bytes,
                                 struct fed_random *random)
{
    size_t at = fed_random_next(random) % (sample->bytes - bytes);
    while (at > 0 && ((uint8_t)sample->text[at] & 0xc0) == 0x80) /* inside a character of UTF-8 */
        at--;
    return (const uint8_t *)sample->text + at;
}

void text_sample_key(uint8_t *key, size_t bytes, struct fed_random *random)
{
    for (size_t i = 0; i < bytes; i++)
        key[i] = (uint8_t)(fed_random_next(random) >> 56);
}

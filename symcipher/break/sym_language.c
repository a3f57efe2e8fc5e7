/* The table of languages: texts, and their letters as texts/count.py counted them. */
#include "sym_language.h"

#include <string.h>

/* In the library by sym_byte_texts.c. */
extern const char sym_text_english[], sym_text_english_end[];
extern const char sym_text_russian[], sym_text_russian_end[];
extern const char sym_text_talk[];

struct sym_language {
    const char *name, *title, *alphabet;
    const char *text, *end;
    const uint32_t *letters;
    uint32_t letter_count;
};

static const uint32_t english_letters[] = {
#include "texts/english.inc"
};
static const uint32_t russian_letters[] = {
#include "texts/russian.inc"
};

static const struct sym_language table[] = {
    {"en", "English", "latin", sym_text_english, sym_text_english_end, english_letters,
     sizeof(english_letters) / sizeof(english_letters[0])},
    {"ru", "Russian", "russian", sym_text_russian, sym_text_russian_end, russian_letters,
     sizeof(russian_letters) / sizeof(russian_letters[0])},
};

size_t sym_language_count(void)
{
    return sizeof(table) / sizeof(table[0]);
}

const struct sym_language *sym_language_at(size_t row)
{
    return row < sym_language_count() ? &table[row] : NULL;
}

const struct sym_language *sym_language_find(const char *name)
{
    for (size_t row = 0; row < sym_language_count(); row++)
        if (strcmp(table[row].name, name) == 0)
            return &table[row];
    return NULL;
}

const char *sym_language_name(const struct sym_language *language)
{
    return language->name;
}

const char *sym_language_title(const struct sym_language *language)
{
    return language->title;
}

const struct sym_alphabet *sym_language_alphabet(const struct sym_language *language)
{
    return sym_alphabet_find(language->alphabet);
}

const char *sym_language_text(const struct sym_language *language, size_t *bytes)
{
    *bytes = (size_t)(language->end - language->text);
    return language->text;
}

const char *sym_language_talk(size_t *bytes)
{
    *bytes = strlen(sym_text_talk);
    return sym_text_talk;
}

static double total(const struct sym_language *language)
{
    double sum = 0;
    for (uint32_t i = 0; i < language->letter_count; i++)
        sum += language->letters[i];
    return sum;
}

double sym_language_share(const struct sym_language *language, uint32_t index)
{
    return index < language->letter_count ? language->letters[index] / total(language) : 0;
}

double sym_language_coincidence(const struct sym_language *language)
{
    double sum = 0;
    for (uint32_t i = 0; i < language->letter_count; i++)
        sum += sym_language_share(language, i) * sym_language_share(language, i);
    return sum;
}

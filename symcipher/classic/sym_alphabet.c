/* Alphabets, in one table: see sym_alphabet.h. */
#include "sym_alphabet.h"

#include <string.h>
#include <uchar.h>

struct sym_alphabet {
    const char *name, *summary;
    uint32_t size;
    const char32_t *lower, *upper; /* letters by index; NULL: the index is the letter */
};

static const struct sym_alphabet table[] = {
    {"latin", "a to z; the rest of the text stays as it is", 26, U"abcdefghijklmnopqrstuvwxyz",
     U"ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
    {"russian", "the 33 letters of Russian, with yo after ye", 33,
     U"абвгдеёжзийклмнопрстуфхцчшщъыьэюя", U"АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"},
    {"russian32", "the letters of Russian without yo, which stays as it is", 32,
     U"абвгдежзийклмнопрстуфхцчшщъыьэюя", U"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"},
    {"bytes", "all 256 bytes, whatever they stand for", 256, NULL, NULL},
    {"code-points", "chr((ord(sign) + key) % 65536); some keys land on surrogates", 65536, NULL,
     NULL},
    {"unicode", "chr((ord(sign) + key) % 1114112); the same keys do, of more", 1114112, NULL, NULL},
};

size_t sym_alphabet_count(void)
{
    return sizeof(table) / sizeof(table[0]);
}

const struct sym_alphabet *sym_alphabet_at(size_t row)
{
    return row < sym_alphabet_count() ? &table[row] : NULL;
}

const struct sym_alphabet *sym_alphabet_find(const char *name)
{
    for (size_t row = 0; row < sym_alphabet_count(); row++)
        if (strcmp(table[row].name, name) == 0)
            return &table[row];
    return NULL;
}

const char *sym_alphabet_name(const struct sym_alphabet *alphabet)
{
    return alphabet->name;
}

const char *sym_alphabet_summary(const struct sym_alphabet *alphabet)
{
    return alphabet->summary;
}

uint32_t sym_alphabet_size(const struct sym_alphabet *alphabet)
{
    return alphabet->size;
}

bool sym_alphabet_is_of_bytes(const struct sym_alphabet *alphabet)
{
    return alphabet->size == 256;
}

int32_t sym_alphabet_index(const struct sym_alphabet *alphabet, uint32_t code_point, bool *upper)
{
    if (upper)
        *upper = false;
    if (!alphabet->lower)
        return code_point < alphabet->size ? (int32_t)code_point : SYM_ALPHABET_NO_LETTER;
    for (uint32_t i = 0; i < alphabet->size; i++) {
        if (alphabet->lower[i] != code_point && alphabet->upper[i] != code_point)
            continue;
        if (upper)
            *upper = alphabet->upper[i] == code_point;
        return (int32_t)i;
    }
    return SYM_ALPHABET_NO_LETTER;
}

uint32_t sym_alphabet_letter(const struct sym_alphabet *alphabet, uint32_t index, bool upper)
{
    if (!alphabet->lower)
        return index;
    return upper ? alphabet->upper[index] : alphabet->lower[index];
}

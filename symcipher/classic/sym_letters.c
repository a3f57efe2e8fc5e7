/* Caesar and Vigenere on letters: see sym_letters.h. */
#include "sym_letters.h"

#include <string.h>

#define SURROGATES (SYM_SURROGATE_LAST - SYM_SURROGATE_FIRST + 1)

bool sym_is_surrogate(uint32_t code_point)
{
    return code_point >= SYM_SURROGATE_FIRST && code_point <= SYM_SURROGATE_LAST;
}

uint32_t sym_letters_move(const struct sym_alphabet *alphabet, uint32_t code_point, uint32_t key,
                          enum sym_letters_way way)
{
    bool upper;
    int32_t index = sym_alphabet_index(alphabet, code_point, &upper);
    uint32_t size = sym_alphabet_size(alphabet);
    if (index == SYM_ALPHABET_NO_LETTER)
        return code_point;
    uint32_t by = way == SYM_LETTERS_ENCRYPT ? key : size - key;
    return sym_alphabet_letter(alphabet, ((uint32_t)index + by) % size, upper);
}

size_t sym_letters_apply(uint32_t *out, const uint32_t *in, size_t count,
                         const struct sym_alphabet *alphabet, const uint32_t *key, size_t key_count,
                         enum sym_letters_way way, uint64_t *position)
{
    bool is_of_bytes = sym_alphabet_is_of_bytes(alphabet);
    for (size_t i = 0; i < count; i++) {
        bool is_letter = sym_alphabet_index(alphabet, in[i], NULL) != SYM_ALPHABET_NO_LETTER;
        uint32_t moved = sym_letters_move(alphabet, in[i], key[*position % key_count], way);
        if (!is_of_bytes && sym_is_surrogate(moved))
            return i;
        out[i] = moved;
        *position += is_letter;
    }
    return count;
}

uint32_t sym_letters_lost_keys(uint8_t *lost, const struct sym_alphabet *alphabet,
                               const uint32_t *in, size_t count)
{
    const uint32_t size = sym_alphabet_size(alphabet);
    uint32_t keys = 0;
    memset(lost, 0, size);
    if (size <= SYM_SURROGATE_LAST)
        return 0;
    for (size_t i = 0; i < count; i++) {
        /* from in[i] to the first surrogate; bit 1 there: this code point was seen */
        uint32_t first = (SYM_SURROGATE_FIRST + size - in[i] % size) % size;
        if (in[i] >= size || (lost[first] & 2) != 0)
            continue;
        for (uint32_t key = 0; key < SURROGATES; key++)
            lost[(first + key) % size] |= 1;
        lost[first] |= 2;
    }
    for (uint32_t key = 0; key < size; key++) {
        lost[key] &= 1;
        keys += lost[key];
    }
    return keys;
}

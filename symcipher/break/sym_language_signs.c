/* A text as letters and gaps: see sym_language_signs.h. */
#include "sym_language_signs.h"

#include <stdlib.h>
#include <string.h>

/* RFC 3629 section 3, without the refinements that a reader of foreign text would need: an overlong
 * form is taken for what it says. */
int32_t sym_signs_decode(const uint8_t **text, const uint8_t *end)
{
    const uint8_t lead = *(*text)++;
    const unsigned more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    int32_t code = more == 0 ? lead : lead & (0x3F >> more);
    if (lead < 0x80)
        return lead;
    if (more == 0 || lead >= 0xF8 || (size_t)(end - *text) < more)
        return -1;
    for (unsigned i = 0; i < more; i++) {
        if (((*text)[i] & 0xC0) != 0x80)
            return -1;
        code = (code << 6) | ((*text)[i] & 0x3F);
    }
    *text += more;
    return code;
}

/* Room for so many more signs. */
static bool grow(struct sym_signs *signs, size_t more)
{
    const size_t room = signs->count + more;
    int32_t *wider = realloc(signs->signs, room * sizeof(*wider));
    if (wider)
        signs->signs = wider;
    uint32_t *places = realloc(signs->places, room * sizeof(*places));
    if (places)
        signs->places = places;
    if (wider && places)
        signs->room = room;
    return wider && places;
}

static void append(struct sym_signs *signs, int32_t sign, uint32_t place)
{
    const bool is_letter = sign >= 0;
    if (!is_letter && signs->count > 0 && signs->signs[signs->count - 1] == sign)
        return; /* a run is one gap */
    signs->signs[signs->count] = sign;
    signs->places[signs->count++] = is_letter ? place : 0;
    signs->letters += is_letter;
    signs->gaps += sign == SYM_SIGN_GAP;
}

bool sym_signs_add(struct sym_signs *signs, const void *text, size_t bytes)
{
    const bool is_of_bytes = sym_alphabet_is_of_bytes(signs->alphabet);
    const uint8_t *at = text, *end = at + bytes;
    uint32_t place = 0;
    if (!grow(signs, bytes + 1))
        return false;
    if (signs->count > 0)
        append(signs, SYM_SIGN_STOP, 0);
    while (at < end) {
        const int32_t code = is_of_bytes ? *at++ : sym_signs_decode(&at, end);
        const int32_t index = code < 0 ? SYM_ALPHABET_NO_LETTER
                                       : sym_alphabet_index(signs->alphabet, (uint32_t)code, NULL);
        append(signs, index < 0 ? SYM_SIGN_GAP : index, place);
        place += index >= 0;
    }
    if (place > signs->longest)
        signs->longest = place;
    return true;
}

void sym_signs_free(struct sym_signs *signs)
{
    free(signs->signs);
    free(signs->places);
    *signs = (struct sym_signs){.alphabet = signs->alphabet};
}

bool sym_signs_have_words(const struct sym_signs *signs)
{
    size_t run = 0, first = 0, others = 0;
    for (size_t i = 0; i < signs->count; i++) {
        if (signs->signs[i] >= 0) {
            run++;
            continue;
        }
        if (first == 0)
            first = run;
        others += run != first;
        run = 0;
    }
    return others >= 2 && signs->gaps * 20 > signs->letters;
}

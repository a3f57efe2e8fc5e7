/*
 * A term in a running text: word by word, with the endings that a language has.
 */
#include "glossary.h"
#include "utf8.h"

#include <string.h>

#define CYRILLIC         0x400
#define SHORT_WORD       3 /* letters: an abbreviation, which is written as it stands */
#define SHORT_STEM       3
#define ENGLISH_PLURAL_S 's'

struct word {
    const char *at;
    size_t bytes, letters;
};

/* The next word of a text, at `from` or behind it. */
static bool next_word(struct word *word, const char *text, size_t bytes, size_t from)
{
    size_t used;
    uint32_t character;
    while (from < bytes) {
        character = utf8_decode(text + from, bytes - from, &used);
        if (slug_is_word(character))
            break;
        from += used;
    }
    *word = (struct word){.at = text + from};
    while (from < bytes) {
        character = utf8_decode(text + from, bytes - from, &used);
        if (!slug_is_word(character))
            break;
        word->letters++;
        from += used;
    }
    word->bytes = (size_t)(text + from - word->at);
    return word->letters > 0;
}

static uint32_t take_letter(const char **at, const char *end)
{
    size_t used;
    uint32_t character = utf8_decode(*at, (size_t)(end - *at), &used);
    *at += used;
    return character;
}

/* Of nouns and adjectives, with blanks around each. */
static const char russian_endings[] =
    " а у е ы и о я ю ь й ом ем ой ей ою ею ов ев ам ям ах ях ью ия ию ии ий ый ая яя ое ее ые ие "
    "ую "
    "юю ым им ых их ами ями ого его ому ему ыми ими ием ией иям иях ";

static bool is_russian_ending(const char *text, size_t bytes)
{
    char ending[4 * UTF8_MAX_BYTES + 3] = " ";
    size_t length = 1;
    for (const char *end = text + bytes; text < end && length < 4 * UTF8_MAX_BYTES;) {
        size_t used;
        length += utf8_encode(ending + length,
                              slug_lower(utf8_decode(text, (size_t)(end - text), &used)));
        text += used;
    }
    strcpy(ending + length, " ");
    return bytes == 0 || strstr(russian_endings, ending) != NULL;
}

static bool is_russian_vowel(uint32_t character)
{
    static const char endings[] = "аеёийоуыьэюя";
    char letter[UTF8_MAX_BYTES + 1] = {0};
    utf8_encode(letter, slug_lower(character));
    return strstr(endings, letter) != NULL;
}

/* How many letters of a term's word must stand there: all in English; a Russian stem has no ending. */
static size_t stem_letters(const struct word *word)
{
    const char *at = word->at, *end = at + word->bytes;
    size_t stem = 0;
    bool is_russian = false;
    for (size_t i = 1; at < end; i++) {
        uint32_t character = take_letter(&at, end);
        is_russian = character >= CYRILLIC;
        if (!is_russian || !is_russian_vowel(character))
            stem = i;
    }
    return !is_russian ? word->letters : stem < SHORT_STEM ? word->letters : stem;
}

static bool same_word(const struct word *got, const struct word *wanted)
{
    const char *a = got->at, *b = wanted->at;
    const char *a_end = a + got->bytes, *b_end = b + wanted->bytes;
    size_t stem = stem_letters(wanted);
    bool exact = wanted->letters <= SHORT_WORD;
    uint32_t last = 0;
    if (got->letters < stem)
        return false;
    for (size_t i = 0; i < stem; i++) {
        uint32_t x = take_letter(&a, a_end), y = take_letter(&b, b_end);
        if (exact ? x != y : slug_lower(x) != slug_lower(y))
            return false;
        last = y;
    }
    size_t more = got->letters - stem;
    if (last >= CYRILLIC)
        return is_russian_ending(a, (size_t)(a_end - a));
    return more == 0 || (more == 1 && *a == ENGLISH_PLURAL_S);
}

/* Words of one form stand side by side: with a blank, a line's end or a hyphen between them. */
static bool is_gap(const char *from, const char *to)
{
    return to - from == 1 && strchr(" \n-", *from);
}

/* A form of a name, up to a comma or a bracket; where the text has it, its end there, else 0. */
static size_t form_end(const char *form, size_t form_bytes, const char *text, size_t bytes,
                       size_t from)
{
    struct word wanted, got = {0};
    size_t at = 0, end = from;
    while (next_word(&wanted, form, form_bytes, at)) {
        struct word next;
        if (!next_word(&next, text, bytes, end) || !same_word(&next, &wanted) ||
            (got.at && !is_gap(got.at + got.bytes, next.at)))
            return 0;
        got = next;
        end = (size_t)(got.at + got.bytes - text);
        at = (size_t)(wanted.at + wanted.bytes - form);
    }
    return at > 0 ? end : 0;
}

static uint32_t first_letter(const char *text, size_t bytes)
{
    size_t used;
    return bytes > 0 ? slug_lower(utf8_decode(text, bytes, &used)) : 0;
}

static size_t name_end(const char *name, const char *text, size_t bytes, size_t from)
{
    size_t best = 0;
    while (*name && *name != '(') {
        name += strspn(name, " ");
        size_t form = strcspn(name, ",(");
        bool may_be = first_letter(name, form) == first_letter(text + from, bytes - from);
        size_t end = may_be ? form_end(name, form, text, bytes, from) : 0;
        if (end > best)
            best = end;
        name += form;
        if (*name == ',')
            name++;
    }
    return best;
}

bool glossary_find(struct glossary_place *place, const struct glossary *glossary, const char *text,
                   size_t bytes, size_t from, const bool *skipped)
{
    struct word word;
    while (next_word(&word, text, bytes, from)) {
        size_t begin = (size_t)(word.at - text);
        *place = (struct glossary_place){.begin = begin};
        for (size_t i = 0; i < glossary->count; i++) {
            size_t end = skipped[i] ? 0 : name_end(glossary->terms[i].name, text, bytes, begin);
            if (end > place->end) {
                place->end = end;
                place->term = i;
            }
        }
        if (place->end > 0)
            return true;
        from = begin + word.bytes;
    }
    return false;
}

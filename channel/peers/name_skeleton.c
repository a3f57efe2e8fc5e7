/*
 * Names that look alike; see name_skeleton.h.
 */
#include "name_skeleton.h"
#include "utf8.h"

#include <string.h>

/* --- case, for the alphabets of key_name.c ---------------------------------------------------- */

/* The capitals from first to last, one in every `step`; their small letters are so much further. */
struct case_range {
    uint32_t first, last, step;
    int32_t distance;
};
static const struct case_range cases[] = {
    {'A', 'Z', 1, 32},
    {0x00C0, 0x00D6, 1, 32},
    {0x00D8, 0x00DE, 1, 32},
    {0x0100, 0x012E, 2, 1},
    {0x0130, 0x0130, 1, 'i' - 0x0130},
    {0x0134, 0x0136, 2, 1},
    {0x0139, 0x0147, 2, 1},
    {0x014A, 0x0176, 2, 1},
    {0x0178, 0x0178, 1, 0x00FF - 0x0178},
    {0x0179, 0x017D, 2, 1},
    {0x0182, 0x0184, 2, 1},
    {0x018E, 0x018E, 1, 0x01DD - 0x018E},
    {0x01CD, 0x01DB, 2, 1},
    {0x01DE, 0x01EE, 2, 1},
    {0x01F8, 0x021E, 2, 1},
    {0x0222, 0x0232, 2, 1},
    {0x0246, 0x024E, 2, 1}, /* Latin */
    {0x0386, 0x0386, 1, 38},
    {0x0388, 0x038A, 1, 37},
    {0x038C, 0x038C, 1, 64},
    {0x038E, 0x038F, 1, 63},
    {0x0391, 0x03A1, 1, 32},
    {0x03A3, 0x03AB, 1, 32},
    {0x03D8, 0x03EE, 2, 1}, /* Greek */
    {0x0400, 0x040F, 1, 80},
    {0x0410, 0x042F, 1, 32},
    {0x0460, 0x0480, 2, 1},
    {0x048A, 0x04BE, 2, 1},
    {0x04C0, 0x04C0, 1, 15},
    {0x04C1, 0x04CD, 2, 1},
    {0x04D0, 0x052E, 2, 1},     /* Cyrillic */
    {0x0531, 0x0556, 1, 48},    /* Armenian */
    {0x1C90, 0x1CBA, 1, -3008}, /* Georgian */
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static bool is_capital(uint32_t letter, const struct case_range *range)
{
    return letter >= range->first && letter <= range->last &&
           (letter - range->first) % range->step == 0;
}

static uint32_t to_small(uint32_t letter)
{
    if (letter == 0x03C2) /* the sigma at the end of a word */
        return 0x03C3;
    for (size_t i = 0; i < CASES; i++)
        if (is_capital(letter, &cases[i]))
            return (uint32_t)((int32_t)letter + cases[i].distance);
    return letter;
}

static uint32_t to_capital(uint32_t letter)
{
    letter = to_small(letter); /* of both sigmas */
    for (size_t i = 0; i < CASES; i++) {
        uint32_t capital = (uint32_t)((int32_t)letter - cases[i].distance);
        if (is_capital(capital, &cases[i]) && capital != 0x0130)
            return capital;
    }
    return letter;
}

/* --- letters that are drawn alike ------------------------------------------------------------ */

/* Letters above, and below each what it is drawn like. */
static const struct {
    const char *letters, *like;
} doubles[] = {
    // clang-format off
    /* Cyrillic, small */
    {"абгезорсухьѐёѕіїјѵҫүһӏӑӓӕәӧӱԁԛԝ",
     "a6re3opcyxbèësiïjvçyhlăäæǝöÿdqw"},
    /* Cyrillic, capital */
    {"ЀЁЅІЇЈАВЕЗКМНОРСТУХЬѴҪҮӀӐӒӔӘӠӦӰԌԚԜ",
     "ÈËSIÏJABE3KMHOPCTYXƄVÇYIĂÄÆƏƷÖŸGQW"},
    /* Greek, small */
    {"άίαβγικνορσυφϊϋόύϕϱϲϳ",
     "áíaßyiкvopouфïüóúфpcj"},
    /* Greek, capital */
    {"ΑΒΓΕΖΗΙΚΛΜΝΟΠΡΣΤΥΦΧΪΫ",
     "ABГEZHIKЛMNOПPƩTYФXÏŸ"},
    /* Armenian */
    {"գզհյոռսցքօԼՍՏՕ",
     "qqhjnnugfoLUSO"},
    /* Latin */
    {"ıĸƅȷÐƉƂ",
     "iкbjĐĐБ"},
    /* Chinese and kana */
    {"二力八夕口工卜",
     "ニカハタロエト"},
    // clang-format on
};

static uint32_t one_of_doubles(uint32_t letter)
{
    for (size_t i = 0; letter > 0x7F && i < sizeof(doubles) / sizeof(doubles[0]); i++) {
        const char *at = doubles[i].letters, *like = doubles[i].like;
        for (size_t wide, wide_like; *at != '\0'; at += wide, like += wide_like) {
            uint32_t twin = utf8_decode(like, strlen(like), &wide_like);
            if (utf8_decode(at, strlen(at), &wide) == letter)
                return twin;
        }
    }
    return letter;
}

/* 0 is drawn like an O, 1 like a small L, and so is, as typed, a capital I. */
static uint32_t skeleton_of(uint32_t letter, enum name_skeleton look)
{
    if (look == NAME_SMALL)
        letter = to_small(letter);
    if (look == NAME_CAPITAL)
        letter = to_capital(letter);
    letter = one_of_doubles(letter);
    switch (letter) {
    case '0':
        return look == NAME_SMALL ? 'o' : 'O';
    case '1':
        return look == NAME_CAPITAL ? 'I' : 'l';
    case 'I':
        return look == NAME_AS_TYPED ? 'l' : 'I';
    default:
        return letter;
    }
}

void name_skeleton(char out[KEY_NAME_BYTES], const char *name, enum name_skeleton look)
{
    size_t bytes = strlen(name), length = 0;
    for (size_t at = 0, used; at < bytes; at += used) {
        char text[UTF8_MAX_BYTES];
        size_t wide = utf8_encode(text,
                                  skeleton_of(utf8_decode(name + at, bytes - at, &used), look));
        if (length + wide >= KEY_NAME_BYTES) /* not in a legal name: 4 bytes a character fit */
            break;
        memcpy(out + length, text, wide);
        length += wide;
    }
    out[length] = '\0';
}

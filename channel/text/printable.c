/*
 * Text of a stranger, made safe for a terminal; see printable.h.
 *
 * The tables follow the Unicode character database: general categories Cc and Cf, the property
 * Default_Ignorable_Code_Point, and East_Asian_Width for the columns.
 */
#include "printable.h"
#include "utf8.h"

#include <string.h>

#define REPLACEMENT      0xFFFDu
#define CONTROL_PICTURES 0x2400u /* U+2400 + c is the picture of control character c */
#define PICTURE_DELETE   0x2421u

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct utf8_range invisible[] = {
    {0x00AD, 0x00AD},   /* soft hyphen */
    {0x034F, 0x034F},   /* combining grapheme joiner */
    {0x061C, 0x061C},   /* Arabic letter mark */
    {0x115F, 0x1160},   /* Hangul fillers */
    {0x17B4, 0x17B5},   /* Khmer inherent vowels */
    {0x180B, 0x180F},   /* Mongolian selectors and vowel separator */
    {0x200B, 0x200F},   /* zero-width space and joiners, directional marks */
    {0x2028, 0x202E},   /* line and paragraph separators, bidi embeddings and overrides */
    {0x2060, 0x206F},   /* word joiner, invisible operators, bidi isolates */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xFE00, 0xFE0F},   /* variation selectors */
    {0xFEFF, 0xFEFF},   /* byte order mark */
    {0xFFA0, 0xFFA0},   /* halfwidth Hangul filler */
    {0xFFF0, 0xFFFB},   /* unassigned ignorables, interlinear annotation */
    {0x13430, 0x1343F}, /* Egyptian format controls */
    {0x1BCA0, 0x1BCA3}, /* shorthand format controls */
    {0x1D173, 0x1D17A}, /* musical format controls */
    {0xE0000, 0xE0FFF}, /* tags, more variation selectors */
};

static const struct utf8_range zero_columns[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x064B, 0x065F},
    {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE20, 0xFE2F},
};

static const struct utf8_range two_columns[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},   {0xAC00, 0xD7A3},
    {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};

static bool is_invisible(uint32_t character)
{
    return utf8_among(character, invisible, COUNT(invisible));
}

/* What is printed in place of a character that is not left out. */
static uint32_t visible(uint32_t character)
{
    if (character == '\t')
        return ' ';
    if (character < 0x20)
        return CONTROL_PICTURES + character;
    if (character == 0x7F)
        return PICTURE_DELETE;
    if (character >= 0x80 && character <= 0x9F)
        return REPLACEMENT;
    /* noncharacters: the last two of each plane, and U+FDD0 to U+FDEF; and UTF8_INVALID */
    if ((character & 0xFFFEu) == 0xFFFE || (character >= 0xFDD0 && character <= 0xFDEF))
        return REPLACEMENT;
    return character;
}

size_t printable_text(char *out, size_t space, const char *in, size_t bytes)
{
    size_t length = 0;
    for (size_t at = 0, used; at < bytes; at += used) {
        uint32_t character = utf8_decode(in + at, bytes - at, &used);
        if (is_invisible(character))
            continue;
        char encoded[UTF8_MAX_BYTES];
        size_t more = utf8_encode(encoded, visible(character));
        if (more > space - 1 - length) /* length <= space - 1 throughout */
            break;
        memcpy(out + length, encoded, more);
        length += more;
    }
    out[length] = '\0';
    return length;
}

bool printable_is(const char *in, size_t bytes)
{
    for (size_t at = 0, used; at < bytes; at += used) {
        uint32_t character = utf8_decode(in + at, bytes - at, &used);
        if (is_invisible(character) || visible(character) != character)
            return false;
    }
    return true;
}

size_t printable_width(const char *text)
{
    size_t columns = 0, bytes = strlen(text);
    for (size_t at = 0, used; at < bytes; at += used) {
        uint32_t character = utf8_decode(text + at, bytes - at, &used);
        if (utf8_among(character, zero_columns, COUNT(zero_columns)))
            continue;
        columns += utf8_among(character, two_columns, COUNT(two_columns)) ? 2 : 1;
    }
    return columns;
}

int printable_pad(const char *text, int columns)
{
    size_t width = printable_width(text);
    return width < (size_t)columns ? columns - (int)width : 0;
}

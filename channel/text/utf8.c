/*
 * UTF-8, RFC 3629 section 3; see utf8.h.
 */
#include "utf8.h"

#define SURROGATE_FIRST 0xD800u
#define SURROGATE_LAST  0xDFFFu
#define CHARACTER_LAST  0x10FFFFu

uint32_t utf8_decode(const char *in, size_t bytes, size_t *used)
{
    const uint8_t *octets = (const uint8_t *)in;
    *used = 1;
    if (octets[0] < 0x80)
        return octets[0];

    /* RFC 3629 section 3: the first octet says how many follow, and the least value then. */
    size_t more;
    uint32_t character, least;
    if (octets[0] >= 0xC2 && octets[0] <= 0xDF)
        more = 1, character = octets[0] & 0x1Fu, least = 0x80;
    else if ((octets[0] & 0xF0u) == 0xE0)
        more = 2, character = octets[0] & 0x0Fu, least = 0x800;
    else if (octets[0] >= 0xF0 && octets[0] <= 0xF4)
        more = 3, character = octets[0] & 0x07u, least = 0x10000;
    else
        return UTF8_INVALID;
    if (more >= bytes)
        return UTF8_INVALID;
    for (size_t i = 1; i <= more; i++) {
        if ((octets[i] & 0xC0u) != 0x80)
            return UTF8_INVALID;
        character = character << 6 | (octets[i] & 0x3Fu); /* at most 21 bits */
    }
    if (character < least || character > CHARACTER_LAST ||
        (character >= SURROGATE_FIRST && character <= SURROGATE_LAST))
        return UTF8_INVALID;
    *used = more + 1;
    return character;
}

size_t utf8_encode(char out[UTF8_MAX_BYTES], uint32_t character)
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }
    size_t more = character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
    for (size_t i = more; i > 0; i--) {
        out[i] = (char)(0x80u | (character & 0x3Fu));
        character >>= 6;
    }
    out[0] = (char)(first[more] | character);
    return more + 1;
}

bool utf8_valid(const char *in, size_t bytes)
{
    for (size_t at = 0, used; at < bytes; at += used)
        if (utf8_decode(in + at, bytes - at, &used) == UTF8_INVALID)
            return false;
    return true;
}

bool utf8_among(uint32_t character, const struct utf8_range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (character >= ranges[i].first && character <= ranges[i].last)
            return true;
    return false;
}

/*
 * Anchors; see slug.h.
 */
#include "slug.h"
#include "utf8.h"

#include <string.h>

#define CYRILLIC_A       0x410 /* capitals to 0x42f, small ones to 0x44f */
#define CYRILLIC_SMALL_A 0x430
#define CYRILLIC_IO      0x401

uint32_t slug_lower(uint32_t character)
{
    if (character >= 'A' && character <= 'Z')
        return character - 'A' + 'a';
    if (character >= CYRILLIC_A && character < CYRILLIC_SMALL_A)
        return character - CYRILLIC_A + CYRILLIC_SMALL_A;
    return character == CYRILLIC_IO ? CYRILLIC_IO + 0x50 : character;
}

int slug_is_word(uint32_t character)
{
    if (character < 0x80)
        return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z') ||
               (character >= 'A' && character <= 'Z');
    return (character >= 0xc0 && character < 0x250) || (character >= 0x400 && character < 0x530);
}

void slug_make(char out[SLUG_BYTES], const char *text)
{
    size_t length = 0, bytes = strlen(text), used;
    for (; bytes > 0 && length + UTF8_MAX_BYTES < SLUG_BYTES; text += used, bytes -= used) {
        uint32_t character = utf8_decode(text, bytes, &used);
        if (character == ' ' || character == '-')
            out[length++] = '-';
        else if (character == '_' || slug_is_word(character))
            length += utf8_encode(out + length, slug_lower(character));
    }
    out[length] = '\0';
}

/*
 * Bytes as hexadecimal; see hexadecimal.h.
 */
#include "hexadecimal.h"

#include <stdlib.h>

/* (9 - four) >> 31 is 1 above 9, else 0. */
static char digit(uint32_t four)
{
    return (char)('0' + four + ((9 - four) >> 31) * ('a' - '0' - 10));
}

char *hex_write(char *at, const uint8_t *data, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        *at++ = digit(data[i] >> 4);
        *at++ = digit(data[i] & 15);
    }
    return at;
}

char *hex_string(const uint8_t *data, size_t bytes)
{
    char *text = calloc(2, bytes + 1);
    if (text)
        hex_write(text, data, bytes);
    return text;
}

/* 1 if 0 <= number < limit, else 0. */
static int is_below(int number, int limit)
{
    return (int)((uint32_t)((number - limit) & ~number) >> 31);
}

static int value(uint8_t character)
{
    int decimal = character - '0', letter = (character | 0x20) - 'a';
    return is_below(decimal, 10) * (decimal + 1) + is_below(letter, 6) * (letter + 11) - 1;
}

int hex_byte(const void *at)
{
    int high = value(((const uint8_t *)at)[0]), low = value(((const uint8_t *)at)[1]);
    return (high | low) < 0 ? -1 : high << 4 | low;
}

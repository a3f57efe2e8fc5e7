/*
 * Bytes as lower-case hexadecimal, two digits each, without a 0 at the end. Keys pass through here,
 * so a digit is found by arithmetic and not in a table.
 */
#ifndef GLASSBOX_HEXADECIMAL_H
#define GLASSBOX_HEXADECIMAL_H

#include <stddef.h>
#include <stdint.h>

static inline char hex_digit(uint32_t four)
{
    return (char)('0' + four + ((9 - four) >> 31) * ('a' - '0' - 10));
}

/* Writes 2 * bytes digits; returns where they end. CT: bytes. */
static inline char *hex_write(char *at, const uint8_t *data, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        *at++ = hex_digit(data[i] >> 4);
        *at++ = hex_digit(data[i] & 15);
    }
    return at;
}

#endif

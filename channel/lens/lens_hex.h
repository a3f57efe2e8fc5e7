/*
 * Bytes as lower-case hexadecimal, two digits each, without a 0 at the end.
 */
#ifndef GLASSBOX_LENS_HEX_H
#define GLASSBOX_LENS_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Writes 2 * bytes digits; returns where they end. */
static inline char *lens_hex(char *at, const uint8_t *data, size_t bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes; i++) {
        *at++ = digits[data[i] >> 4];
        *at++ = digits[data[i] & 15];
    }
    return at;
}

#endif

/*
 * UTF-8, RFC 3629: one decoder that everything else here stands on.
 */
#ifndef GLASSBOX_UTF8_H
#define GLASSBOX_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID   UINT32_MAX
#define UTF8_MAX_BYTES 4

/* Decodes the character at in (bytes > 0) and says how many bytes it takes. Anything that RFC 3629
 * section 3 does not allow (overlong, surrogate, beyond U+10FFFF, cut short, stray) is UTF8_INVALID
 * with *used = 1. */
uint32_t utf8_decode(const char *in, size_t bytes, size_t *used);

/* Writes a character; returns its size. */
size_t utf8_encode(char out[UTF8_MAX_BYTES], uint32_t character);

bool utf8_valid(const char *in, size_t bytes);

/* Characters from first to last. */
struct utf8_range {
    uint32_t first, last;
};
bool utf8_among(uint32_t character, const struct utf8_range *ranges, size_t count);

#endif

/* Hexadecimal for tests. */
#include "hex.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint8_t *hex_decode(const char *text, size_t *bytes)
{
    uint8_t *out = calloc(strlen(text) / 2 + 1, 1);
    size_t digits = 0;
    cr_assert_not_null(out);
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        cr_assert_geq(digit(*text), 0, "not a hex digit: '%c'", *text);
        out[digits / 2] = (uint8_t)(out[digits / 2] << 4 | digit(*text));
        digits++;
    }
    cr_assert_eq(digits % 2, 0, "an odd number of hex digits");
    *bytes = digits / 2;
    return out;
}

char *hex_encode(const void *data, size_t bytes)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *in = data;
    char *out = malloc(2 * bytes + 1);
    cr_assert_not_null(out);
    for (size_t i = 0; i < bytes; i++) {
        out[2 * i] = digits[in[i] >> 4];
        out[2 * i + 1] = digits[in[i] & 15];
    }
    out[2 * bytes] = 0;
    return out;
}

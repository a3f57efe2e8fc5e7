/*
 * Base64, RFC 4648; see base64.h.
 */
#include "base64.h"

#include "sym_memory.h"

#define NO_LETTER 0x80u

/* --- one letter ------------------------------------------------------------------------------ */

/* All ones if low <= value <= high, else 0; all three below 2^31. */
static uint32_t among(uint32_t value, uint32_t low, uint32_t high)
{
    return (((value - low) | (high - value)) >> 31) - 1;
}

/* The signs for 62 and 63. */
static void last_signs(uint32_t *sign62, uint32_t *sign63, enum base64_kind kind)
{
    *sign62 = kind == BASE64_URL ? '-' : '+';
    *sign63 = kind == BASE64_URL ? '_' : '/';
}

/* RFC 4648 table 1, as five ranges. */
static char letter_of(uint32_t six, enum base64_kind kind)
{
    uint32_t sign62, sign63;
    last_signs(&sign62, &sign63, kind);
    return (char)((among(six, 0, 25) & ('A' + six)) | (among(six, 26, 51) & ('a' + six - 26)) |
                  (among(six, 52, 61) & ('0' + six - 52)) | (among(six, 62, 62) & sign62) |
                  (among(six, 63, 63) & sign63));
}

/* The value of a letter; NO_LETTER for all else. */
static uint32_t six_of(char sign, enum base64_kind kind)
{
    uint32_t letter = (uint8_t)sign, sign62, sign63;
    last_signs(&sign62, &sign63, kind);
    uint32_t upper = among(letter, 'A', 'Z'), lower = among(letter, 'a', 'z');
    uint32_t digit = among(letter, '0', '9'), is62 = among(letter, sign62, sign62);
    uint32_t is63 = among(letter, sign63, sign63);
    return (upper & (letter - 'A')) | (lower & (letter - 'a' + 26)) |
           (digit & (letter - '0' + 52)) | (is62 & 62) | (is63 & 63) |
           (~(upper | lower | digit | is62 | is63) & NO_LETTER);
}

/* --- texts ----------------------------------------------------------------------------------- */

size_t base64_encode(char *out, const void *in, size_t bytes, enum base64_kind kind)
{
    const uint8_t *data = in;
    size_t length = 0;
    uint32_t bits = 0; /* of which `held`, below 6, are not written yet */
    unsigned held = 0;
    for (size_t i = 0; i < bytes; i++) {
        bits = bits << 8 | data[i];
        for (held += 8; held >= 6; held -= 6)
            out[length++] = letter_of(bits >> (held - 6) & 63, kind);
    }
    if (held > 0) /* RFC 4648 section 4: filled up with zero bits */
        out[length++] = letter_of(bits << (6 - held) & 63, kind);
    while (kind == BASE64_PADDED && length % 4 != 0)
        out[length++] = '=';
    out[length] = '\0';
    return length;
}

/* The number of letters before the padding; SIZE_MAX if the padding does not fit the kind. */
static size_t letters_before_padding(const char *in, size_t length, enum base64_kind kind)
{
    size_t letters = length;
    while (kind == BASE64_PADDED && letters > 0 && length - letters < 2 && in[letters - 1] == '=')
        letters--;
    if (letters % 4 == 1 || (kind == BASE64_PADDED && length % 4 != 0))
        return SIZE_MAX;
    return letters;
}

bool base64_decode(uint8_t *out, size_t *out_bytes, const char *in, size_t length,
                   enum base64_kind kind)
{
    size_t letters = letters_before_padding(in, length, kind), bytes = 0;
    uint32_t bits = 0, wrong = 0;
    unsigned held = 0;
    *out_bytes = 0;
    if (letters == SIZE_MAX)
        return false;
    for (size_t i = 0; i < letters; i++) {
        uint32_t six = six_of(in[i], kind);
        wrong |= six & NO_LETTER;
        bits = bits << 6 | (six & 63);
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[bytes++] = (uint8_t)(bits >> held);
        }
    }
    wrong |= bits & ((1u << held) - 1); /* what only fills up must be zero: one text */
    if (sym_reveal(wrong) != 0)
        return false;
    *out_bytes = bytes;
    return true;
}

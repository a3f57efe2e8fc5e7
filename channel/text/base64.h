/*
 * Base64, RFC 4648: six bits a letter. Strict: one byte string has one text.
 *
 * Private keys pass through here, so a letter is found by arithmetic and not in a table.
 */
#ifndef GLASSBOX_BASE64_H
#define GLASSBOX_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum base64_kind {
    BASE64_PADDED,   /* section 4, filled up with = to four letters */
    BASE64_UNPADDED, /* the same without the = */
    BASE64_URL,      /* section 5: - and _ for + and /, no = (RFC 7515 section 2) */
};

/* Room for the text of so many bytes, with the 0 at the end. */
#define BASE64_TEXT_BYTES(bytes) (((bytes) + 2) / 3 * 4 + 1)
/* Room for what so many letters can hold. */
#define BASE64_DATA_BYTES(letters) (((letters) + 3) / 4 * 3)

/* Writes the text and a 0; returns its length. out and in may not overlap. CT: bytes. */
size_t base64_encode(char *out, const void *in, size_t bytes, enum base64_kind kind);

/* Letters alone: no blanks, no line breaks; the bits that only fill up must be 0, and = must be
 * there or not, as the kind says. *out_bytes is 0 on failure. CT: length, and whether it failed. */
bool base64_decode(uint8_t *out, size_t *out_bytes, const char *in, size_t length,
                   enum base64_kind kind) __attribute__((warn_unused_result));

#endif

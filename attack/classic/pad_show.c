/*
 * Texts and keys, shown.
 */
#include "pad_show.h"

#include "hexadecimal.h"
#include "printable.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define PROOF_BYTES 64 /* of text in a proof: a line that can be copied */

/* Not in the middle of a character. */
static size_t cut(const uint8_t *text, size_t bytes, size_t most)
{
    if (bytes <= most)
        return bytes;
    while (most > 0 && (text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

void pad_show_text(struct report *report, const char *name, const uint8_t *text, size_t bytes)
{
    const size_t shown = cut(text, bytes, PAD_SHOW_BYTES);
    char out[PRINTABLE_SPACE(PAD_SHOW_BYTES)];
    printable_text(out, sizeof(out), (const char *)text, shown);
    if (shown < bytes)
        report_text(report, name, "%s ... (%zu bytes in all)", out, bytes);
    else
        report_text(report, name, "%s", out);
}

void pad_show_key(struct report *report, const uint8_t *key, size_t bytes)
{
    char out[PRINTABLE_SPACE(64)];
    report_bytes(report, "key", key, bytes);
    if (bytes <= 64 && printable_is((const char *)key, bytes)) {
        printable_text(out, sizeof(out), (const char *)key, bytes);
        report_text(report, "key as text", "%s", out);
    }
}

char *pad_python(const uint8_t *bytes, size_t count)
{
    const bool is_text = utf8_valid((const char *)bytes, count);
    char *text = malloc(4 * count + 16), *at = text;
    if (!text)
        return NULL;
    at += sprintf(at, is_text ? "\"" : "b\"");
    for (size_t i = 0; i < count; i++)
        if (bytes[i] < ' ' || bytes[i] == 0x7f || bytes[i] == '"' || bytes[i] == '\'' ||
            bytes[i] == '\\' || (!is_text && bytes[i] >= 0x80))
            at += sprintf(at, "\\x%02x", bytes[i]);
        else
            *at++ = (char)bytes[i];
    strcpy(at, is_text ? "\".encode()" : "\"");
    return text;
}

void pad_prove_key(struct report *report, const uint8_t *sealed, size_t bytes, const uint8_t *key,
                   size_t key_bytes)
{
    uint8_t text[PROOF_BYTES];
    size_t shown = bytes < PROOF_BYTES ? bytes : PROOF_BYTES;
    for (size_t i = 0; i < shown; i++)
        text[i] = sealed[i] ^ key[i % key_bytes];
    shown = cut(text, shown, shown - (shown > 0 && bytes > shown ? 1 : 0));
    char *python = pad_python(text, shown);
    char *sealed_hex = hex_string(sealed, shown), *key_hex = hex_string(key, key_bytes);
    if (python && sealed_hex && key_hex)
        report_proof(report,
                     "c = bytes.fromhex(\"%s\"); k = bytes.fromhex(\"%s\"); "
                     "print(bytes(x ^ k[i %% len(k)] for i, x in enumerate(c)) == %s)",
                     sealed_hex, key_hex, python);
    free(python);
    free(sealed_hex);
    free(key_hex);
}

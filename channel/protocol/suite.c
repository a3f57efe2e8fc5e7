/*
 * Suites by name and by number.
 */
#include "channel.h"
#include "engine.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_CIPHER "feistel-cbc"

/* The wire numbers a suite by the place of its cipher in the table of symcipher, from 1, among those
 * with a key that can be drawn for each record: all but otp. 0: there is no such suite. */
static uint16_t place_of(const char *name)
{
    uint16_t place = 0;
    for (size_t row = 0; row < sym_cipher_count(); row++) {
        const struct sym_cipher *cipher = sym_cipher_at(row);
        if (sym_cipher_key_bytes(cipher) == 0)
            continue;
        place++;
        if (strcmp(sym_cipher_name(cipher), name) == 0)
            return place;
    }
    return 0;
}

bool channel_suite_is_textbook(struct channel_suite suite)
{
    return suite.cipher != NULL;
}

enum channel_error channel_suite_parse(struct channel_suite *suite, const char *text)
{
    const char *cipher = DEFAULT_CIPHER;
    suite->cipher = NULL;
    if (strcmp(text, "modern") == 0)
        return CHANNEL_OK;
    if (strncmp(text, "textbook:", 9) == 0)
        cipher = text + 9;
    else if (strcmp(text, "textbook") != 0)
        return CHANNEL_ERR_SUITE;
    if (place_of(cipher) > 0)
        suite->cipher = sym_cipher_name(sym_cipher_find(cipher));
    return suite->cipher ? CHANNEL_OK : CHANNEL_ERR_SUITE;
}

const char *channel_suite_text(char text[CHANNEL_SUITE_TEXT_BYTES], struct channel_suite suite)
{
    snprintf(text, CHANNEL_SUITE_TEXT_BYTES, "%s%s", suite.cipher ? "textbook:" : "modern",
             suite.cipher ? suite.cipher : "");
    return text;
}

uint16_t channel_suite_number(struct channel_suite suite)
{
    return suite.cipher ? (uint16_t)(WIRE_SUITE_TEXTBOOK + place_of(suite.cipher))
                        : WIRE_SUITE_MODERN;
}

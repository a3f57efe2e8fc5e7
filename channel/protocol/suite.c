/*
 * Suites by name and by number.
 */
#include "channel.h"
#include "engine.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_CIPHER "feistel-cbc"

/* The numbers are the wire's: a row may be added, never moved. */
static const char *const textbook_ciphers[] = {"caesar", "vigenere", "vernam", "xor-cbc",
                                               "feistel-cbc"};
#define TEXTBOOK_CIPHERS (sizeof(textbook_ciphers) / sizeof(textbook_ciphers[0]))

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
    for (size_t i = 0; i < TEXTBOOK_CIPHERS; i++)
        if (strcmp(cipher, textbook_ciphers[i]) == 0)
            suite->cipher = textbook_ciphers[i];
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
    uint16_t number = WIRE_SUITE_MODERN;
    for (size_t i = 0; suite.cipher && i < TEXTBOOK_CIPHERS; i++)
        if (strcmp(suite.cipher, textbook_ciphers[i]) == 0)
            number = (uint16_t)(WIRE_SUITE_TEXTBOOK + 1 + i);
    return number;
}

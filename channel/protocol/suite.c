/*
 * Suites by name and by number: who proves what, how a key is agreed on, what a record is made of.
 */
#include "agreement.h"
#include "engine.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_CIPHER "feistel-cbc"

static const struct suite_row rows[] = {
    [CHANNEL_MODERN] = {"modern", WIRE_SUITE_MODERN, false, true, WIRE_MODERN_RECORD,
                        &agreement_hybrid},
    [CHANNEL_MODERN_X25519] = {"modern:x25519", WIRE_SUITE_MODERN_X25519, false, true,
                               WIRE_MODERN_RECORD, &agreement_x25519},
    [CHANNEL_MODERN_RSA] = {"modern:rsa", WIRE_SUITE_MODERN_RSA, false, true, WIRE_MODERN_RECORD,
                            &agreement_rsa},
    [CHANNEL_DH] = {"dh", WIRE_SUITE_DH, true, false, WIRE_DH_RECORD, &agreement_dh},
    [CHANNEL_TEXTBOOK] = {"textbook", WIRE_SUITE_TEXTBOOK, true, false, WIRE_TEXTBOOK_RECORD, NULL},
};

const struct suite_row *suite_row(struct channel_suite suite)
{
    return &rows[suite.kind];
}

/* The wire numbers a cipher by its place in the table of symcipher, from 1, among those with a key
 * that can be drawn for each record: all but otp. 0: there is no such suite. */
static uint16_t place_of(const char *name)
{
    uint16_t place = 0;
    for (size_t row = 0; name && row < sym_cipher_count(); row++) {
        const struct sym_cipher *cipher = sym_cipher_at(row);
        if (sym_cipher_key_bytes(cipher) == 0)
            continue;
        place++;
        if (strcmp(sym_cipher_name(cipher), name) == 0)
            return place;
    }
    return 0;
}

/* "textbook" or "textbook:CIPHER". */
static enum channel_error parse_cipher(struct channel_suite *suite, const char *text, size_t name)
{
    const char *cipher = text[name] == ':' ? text + name + 1 : DEFAULT_CIPHER;
    if ((text[name] != ':' && text[name] != '\0') || place_of(cipher) == 0)
        return CHANNEL_ERR_SUITE;
    suite->cipher = sym_cipher_name(sym_cipher_find(cipher));
    return CHANNEL_OK;
}

enum channel_error channel_suite_parse(struct channel_suite *suite, const char *text)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const size_t length = strlen(rows[i].name);
        *suite = (struct channel_suite){.kind = (enum channel_suite_kind)i};
        if (!rows[i].has_cipher && strcmp(text, rows[i].name) == 0)
            return CHANNEL_OK;
        if (rows[i].has_cipher && strncmp(text, rows[i].name, length) == 0)
            return parse_cipher(suite, text, length);
    }
    *suite = (struct channel_suite){CHANNEL_MODERN, NULL};
    return CHANNEL_ERR_SUITE;
}

const char *channel_suite_text(char text[CHANNEL_SUITE_TEXT_BYTES], struct channel_suite suite)
{
    snprintf(text, CHANNEL_SUITE_TEXT_BYTES, "%s%s%s", suite_row(suite)->name,
             suite.cipher ? ":" : "", suite.cipher ? suite.cipher : "");
    return text;
}

bool channel_suite_at(struct channel_suite *suite, size_t index)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        *suite = (struct channel_suite){.kind = (enum channel_suite_kind)i};
        if (!rows[i].has_cipher && index-- == 0)
            return true;
        for (size_t row = 0; rows[i].has_cipher && row < sym_cipher_count(); row++) {
            suite->cipher = sym_cipher_name(sym_cipher_at(row));
            if (place_of(suite->cipher) > 0 && index-- == 0)
                return true;
        }
    }
    return false;
}

bool channel_suite_is_modern(struct channel_suite suite)
{
    return suite_row(suite)->proves;
}

bool channel_suite_rekeys(struct channel_suite suite)
{
    return suite_row(suite)->agreement != NULL;
}

bool channel_suite_takes_pairs(struct channel_suite suite)
{
    return channel_suite_rekeys(suite) && suite_row(suite)->agreement->takes_pair;
}

enum wire_message channel_suite_share(struct channel_suite suite, enum channel_role sender)
{
    const struct agreement *agreement = suite_row(suite)->agreement;
    if (!agreement)
        return WIRE_MESSAGES;
    return sender == CHANNEL_CLIENT ? agreement->client_share : agreement->server_share;
}

uint16_t channel_suite_number(struct channel_suite suite)
{
    return (uint16_t)(suite_row(suite)->number + place_of(suite.cipher));
}

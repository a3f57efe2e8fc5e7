/*
 * How a channel ends: errors, alerts, and saying goodbye; and what is wrong and ends nothing.
 */
#include "engine.h"

#include <stdio.h>
#include <string.h>

/* One row per error: its sentence, and its code in alert and close messages (0: it has none of its
 * own). Codes are the wire's: they never change their meaning. */
static const struct {
    const char *text;
    uint8_t code;
} errors[CHANNEL_ERRORS] = {
    [CHANNEL_OK] = {"no error", 0},
    [CHANNEL_ERR_MEMORY] = {"out of memory", 15},
    [CHANNEL_ERR_RANDOM] = {"the random source failed", 17},
    [CHANNEL_ERR_USE] = {"the channel does not allow this now", 0},
    [CHANNEL_ERR_UNEXPECTED] = {"a frame came that does not belong here", 1},
    [CHANNEL_ERR_OVERSIZED] = {"a frame is longer than its type may be", 2},
    [CHANNEL_ERR_MALFORMED] = {"a message is not well formed", 3},
    [CHANNEL_ERR_VERSION] = {"the other side speaks another version of the protocol", 4},
    [CHANNEL_ERR_SUITE] = {"the two sides use different suites", 5},
    [CHANNEL_ERR_KEY_SMALL] = {"the key is too small: the modern suite takes 2048 bits or more", 6},
    [CHANNEL_ERR_KEY_BAD] = {"the key has a modulus or exponent that no sane key has", 7},
    [CHANNEL_ERR_NOT_ALLOWED] = {"the key is not allowed", 8},
    [CHANNEL_ERR_KEY_CHANGED] = {"the server's key is not the one known before", 9},
    [CHANNEL_ERR_AUTH] = {"a message is not authentic", 10},
    [CHANNEL_ERR_TICKET] = {"the ticket is not the one this port waits for", 11},
    [CHANNEL_ERR_BUSY] = {"the server has no place free", 12},
    [CHANNEL_ERR_SHUTDOWN] = {"the server is shutting down", 13},
    [CHANNEL_ERR_TIMEOUT] = {"the peer was silent for too long", 14},
    [CHANNEL_ERR_TRUNCATED] = {"the line was cut without a goodbye", 0},
    [CHANNEL_ERR_SYSTEM] = {"a system call failed", 0},
    [CHANNEL_ERR_HOST] = {"the host or port cannot be found", 0},
    [CHANNEL_ERR_STOPPED] = {"the sender stopped before the end", 16},
    [CHANNEL_ERR_FAULT] = {"a private operation of RSA failed its own check", 18},
    [CHANNEL_ERR_NUMBER] = {"a number from the other side does not fit the key", 19},
    [CHANNEL_ERR_SHARE] = {"no secret can come of the key share", 20},
};

/* An rsa_error that is not here says that a key is not what a key should be. */
enum channel_error channel_rsa_error(enum rsa_error error)
{
    switch (error) {
    case RSA_OK:
        return CHANNEL_OK;
    case RSA_ERR_MEMORY:
        return CHANNEL_ERR_MEMORY;
    case RSA_ERR_RANDOM:
        return CHANNEL_ERR_RANDOM;
    case RSA_ERR_FAULT:
        return CHANNEL_ERR_FAULT;
    case RSA_ERR_RANGE:
        return CHANNEL_ERR_NUMBER;
    case RSA_ERR_TOO_LONG:
        return CHANNEL_ERR_KEY_SMALL;
    case RSA_ERR_DECRYPT:
    case RSA_ERR_VERIFY:
        return CHANNEL_ERR_AUTH;
    default:
        return CHANNEL_ERR_KEY_BAD;
    }
}

const char *channel_strerror(enum channel_error error)
{
    return (unsigned)error < CHANNEL_ERRORS ? errors[error].text : "unknown error";
}

/* What the peer hears of an error. Only a good end has code 0: a failure that is told as one would
 * vouch for bytes that never came. */
static enum channel_error as_told(enum channel_error error)
{
    return error == CHANNEL_OK || errors[error].code != 0 ? error : CHANNEL_ERR_STOPPED;
}

uint8_t channel_alert_code(enum channel_error error)
{
    return errors[as_told(error)].code;
}

/* The first error with this code; a code we do not know is no reason to trust its sender more. */
enum channel_error channel_alert_error(uint8_t code)
{
    for (size_t i = 1; i < CHANNEL_ERRORS; i++)
        if (code != 0 && errors[i].code == code)
            return (enum channel_error)i;
    return CHANNEL_ERR_UNEXPECTED;
}

enum channel_error channel_error(const struct channel *channel)
{
    return channel->error;
}

bool channel_error_is_peers(const struct channel *channel)
{
    return channel->error_is_peers;
}

const char *channel_error_reason(const struct channel *channel)
{
    return channel->reason;
}

const char *channel_error_detail(const struct channel *channel)
{
    return channel->detail;
}

/* A classic record takes memory, chance and the private key. Whoever has just lost one of them
 * says so in the clear: a forged alert is among the things that this suite does not notice. */
static bool can_seal(const struct channel *channel, enum channel_error error)
{
    return !channel->cipher || (error != CHANNEL_ERR_MEMORY && error != CHANNEL_ERR_RANDOM &&
                                error != CHANNEL_ERR_FAULT);
}

/* Keys are in use from STATE_OPEN on: then even bad news goes under them. */
static void say_goodbye(struct channel *channel, enum channel_error error, const char *reason)
{
    const uint8_t code = channel_alert_code(error);
    const struct wire_value text = {.data = (const uint8_t *)reason, .bytes = strlen(reason)};
    enum channel_error ignored; /* we are hanging up; without memory the peer sees a cut line */
    if (channel->said_close)
        return;
    /* First: making a textbook record goes on with the input, and could come back here. */
    channel->said_close = true;
    channel->said_error = error;
    if (channel->state == STATE_OPEN && can_seal(channel, error))
        ignored = record_put(channel, WIRE_CLOSE,
                             (struct wire_value[]){[INNER_TYPE] = {.number = WIRE_INNER_CLOSE},
                                                   [CLOSE_CODE] = {.number = code},
                                                   [CLOSE_REASON] = text});
    else
        ignored = channel_put_frame(
            channel, WIRE_ALERT,
            (struct wire_value[]){[ALERT_CODE] = {.number = code}, [ALERT_REASON] = text}, NULL);
    (void)ignored;
}

void channel_fail(struct channel *channel, enum channel_error error, const char *detail)
{
    if (channel->error)
        return;
    if (detail)
        snprintf(channel->detail, sizeof(channel->detail), "%s", detail);
    channel->error = error;
    if (errors[error].code != 0) /* else the line is gone, or the peer sees it cut */
        say_goodbye(channel, error, errors[error].text);
}

/* Whoever reads the alert may be an older release, with no hint of its own. */
void channel_fail_version(struct channel *channel, unsigned theirs)
{
    const unsigned ours = WIRE_VERSION;
    char words[sizeof(channel->detail) / 2], told[WIRE_REASON_MAX + 1];
    snprintf(words, sizeof(words), "version %u, ours is %u", theirs, ours);
    snprintf(channel->detail, sizeof(channel->detail), "hello: %s", words);
    snprintf(told, sizeof(told),
             "it speaks version %u, you speak version %u; take the newer release on both sides",
             ours, theirs);
    channel->error = CHANNEL_ERR_VERSION;
    say_goodbye(channel, channel->error, told);
}

void channel_fail_field(struct channel *channel, enum wire_message message,
                        const struct wire_field *field)
{
    char detail[sizeof(channel->detail)];
    snprintf(detail, sizeof(detail), "%s: %s", wire_layout(message)->name, field->name);
    channel_fail(channel, CHANNEL_ERR_MALFORMED, detail);
}

/* The peer's words, for people: what is not printable ASCII stays out. */
void channel_take_reason(struct channel *channel, enum channel_error error,
                         const struct wire_value *reason)
{
    size_t length = 0;
    if (channel->error)
        return;
    for (size_t i = 0; i < reason->bytes && i < WIRE_REASON_MAX; i++)
        if (reason->data[i] >= 0x20 && reason->data[i] < 0x7f)
            channel->reason[length++] = (char)reason->data[i];
    channel->reason[length] = 0;
    channel->error = error;
    channel->error_is_peers = true;
}

void channel_close(struct channel *channel, enum channel_error code, const char *reason)
{
    const bool open = channel->state == STATE_OPEN;
    const enum channel_error told = open || code ? as_told(code) : CHANNEL_ERR_STOPPED;
    char text[WIRE_REASON_MAX + 1];
    snprintf(text, sizeof(text), "%s", reason ? reason : told ? channel_strerror(told) : "");
    if (channel->error)
        return;
    say_goodbye(channel, told, text);
    if (!open)
        channel->error = code ? code : told;
}

/* --- warnings --------------------------------------------------------------------------------- */

const char *channel_warning(const struct channel *channel, size_t index)
{
    const char *text = (const char *)buffer_front(&channel->warnings);
    const char *end = text + buffer_bytes(&channel->warnings);
    while (text < end && index-- > 0)
        text += strlen(text) + 1;
    return text < end ? text : NULL;
}

void channel_warn(struct channel *channel, const char *text)
{
    const char *told;
    size_t count = 0;
    bool added;
    while ((told = channel_warning(channel, count))) {
        if (strcmp(told, text) == 0)
            return;
        count++;
    }
    added = count < CHANNEL_WARNINGS && buffer_append(&channel->warnings, text, strlen(text) + 1);
    (void)added; /* without memory it is not said */
}

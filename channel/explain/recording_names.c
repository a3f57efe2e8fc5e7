/* The words of a recording; see recording_names.h. */
#include "recording_names.h"

#include "recording.h"
#include "translate.h"

#include <string.h>

static const char *const kinds[] = {
    [TRACE_OPEN] = "open",   [TRACE_ADDRESSES] = "line", [TRACE_FRAME] = "frame",
    [TRACE_INNER] = "inner", [TRACE_STEP] = "step",      [TRACE_VERDICT] = "verdict",
    [TRACE_CLOSE] = "close", [RECORDING_MATH] = "math"};
static const char *const secrecies[] = {
    [TRACE_PUBLIC] = "public", [TRACE_LOCAL] = "local", [TRACE_SECRET] = "secret"};
static const char *const roles[] = {[CHANNEL_CLIENT] = "client", [CHANNEL_SERVER] = "server"};
static const char *const keys[] = {[TRACE_OWN_IDENTITY] = N_("own identity"),
                                   [TRACE_PEER_IDENTITY] = N_("peer's identity"),
                                   [TRACE_OWN_EPHEMERAL] = N_("own ephemeral"),
                                   [TRACE_PEER_EPHEMERAL] = N_("peer's ephemeral")};
static const char *const errors[] = {
    [CHANNEL_OK] = "ok",
    [CHANNEL_ERR_MEMORY] = "memory",
    [CHANNEL_ERR_RANDOM] = "random",
    [CHANNEL_ERR_USE] = "use",
    [CHANNEL_ERR_UNEXPECTED] = "unexpected",
    [CHANNEL_ERR_OVERSIZED] = "oversized",
    [CHANNEL_ERR_MALFORMED] = "malformed",
    [CHANNEL_ERR_VERSION] = "version",
    [CHANNEL_ERR_SUITE] = "suite",
    [CHANNEL_ERR_KEY_SMALL] = "key_small",
    [CHANNEL_ERR_KEY_BAD] = "key_bad",
    [CHANNEL_ERR_NOT_ALLOWED] = "not_allowed",
    [CHANNEL_ERR_KEY_CHANGED] = "key_changed",
    [CHANNEL_ERR_AUTH] = "auth",
    [CHANNEL_ERR_TICKET] = "ticket",
    [CHANNEL_ERR_BUSY] = "busy",
    [CHANNEL_ERR_SHUTDOWN] = "shutdown",
    [CHANNEL_ERR_TIMEOUT] = "timeout",
    [CHANNEL_ERR_TRUNCATED] = "truncated",
    [CHANNEL_ERR_SYSTEM] = "system",
    [CHANNEL_ERR_HOST] = "host",
    [CHANNEL_ERR_STOPPED] = "stopped",
    [CHANNEL_ERR_FAULT] = "fault",
    [CHANNEL_ERR_NUMBER] = "number",
    [CHANNEL_ERR_SHARE] = "share",
};
#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
_Static_assert(COUNT(errors) == CHANNEL_ERRORS, "a word for each");

static const struct {
    const char *const *words;
    int count;
} lists[] = {[WORDS_KIND] = {kinds, COUNT(kinds)}, [WORDS_SECRECY] = {secrecies, COUNT(secrecies)},
             [WORDS_ROLE] = {roles, COUNT(roles)}, [WORDS_ERROR] = {errors, COUNT(errors)},
             [WORDS_KEY] = {keys, COUNT(keys)},    [WORDS_MESSAGE] = {NULL, WIRE_MESSAGES}};

const char *recording_word(enum recording_words words, int number)
{
    if (words == WORDS_MESSAGE)
        return number < WIRE_MESSAGES ? wire_layout((enum wire_message)number)->name : NULL;
    return lists[words].words[number];
}

int recording_number(enum recording_words words, const char *word)
{
    int i = lists[words].count - 1;
    while (i >= 0 && strcmp(recording_word(words, i), word) != 0)
        i--;
    return i;
}

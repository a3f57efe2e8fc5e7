/* The words of a recording; see recording_names.h. */
#include "recording_names.h"

#include <string.h>

static const char *const kinds[] = {
    [RECORDING_OPEN] = "open",       [RECORDING_LINE] = "line",  [RECORDING_FRAME] = "frame",
    [RECORDING_INNER] = "inner",     [RECORDING_MATH] = "math",  [RECORDING_STEP] = "step",
    [RECORDING_VERDICT] = "verdict", [RECORDING_CLOSE] = "close"};
static const char *const secrecies[] = {
    [TRACE_PUBLIC] = "public", [TRACE_LOCAL] = "local", [TRACE_SECRET] = "secret"};
static const char *const roles[] = {[CHANNEL_CLIENT] = "client", [CHANNEL_SERVER] = "server"};
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
};
#define COUNT(names) (sizeof(names) / sizeof((names)[0]))
_Static_assert(COUNT(errors) == CHANNEL_ERRORS, "a word for each");
_Static_assert(COUNT(kinds) == RECORDING_CLOSE + 1, "a word for each");

const char *recording_kind_name(enum recording_kind kind)
{
    return kinds[kind];
}

const char *recording_secrecy_name(enum trace_secrecy secrecy)
{
    return secrecies[secrecy];
}

const char *recording_role_name(enum channel_role role)
{
    return roles[role];
}

const char *recording_error_name(enum channel_error error)
{
    return errors[error];
}

const char *recording_message_name(enum wire_message message)
{
    return message < WIRE_MESSAGES ? wire_layout(message)->name : NULL;
}

/* The place of a name in a list; count if it is not there. */
static size_t find(const char *const *names, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i;
}

bool recording_kind_find(enum recording_kind *kind, const char *name)
{
    *kind = (enum recording_kind)find(kinds, COUNT(kinds), name);
    return *kind < COUNT(kinds);
}

bool recording_secrecy_find(enum trace_secrecy *secrecy, const char *name)
{
    *secrecy = (enum trace_secrecy)find(secrecies, COUNT(secrecies), name);
    return *secrecy < COUNT(secrecies);
}

bool recording_role_find(enum channel_role *role, const char *name)
{
    *role = (enum channel_role)find(roles, COUNT(roles), name);
    return *role < COUNT(roles);
}

bool recording_error_find(enum channel_error *error, const char *name)
{
    *error = (enum channel_error)find(errors, COUNT(errors), name);
    return *error < COUNT(errors);
}

bool recording_message_find(enum wire_message *message, const char *name)
{
    *message = (enum wire_message)0;
    while (*message < WIRE_MESSAGES && strcmp(wire_layout(*message)->name, name) != 0)
        *message = (enum wire_message)(*message + 1);
    return *message < WIRE_MESSAGES;
}

const char *recording_direction(enum channel_role role, bool sent)
{
    return sent == (role == CHANNEL_CLIENT) ? "C->S" : "S->C";
}

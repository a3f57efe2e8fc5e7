/*
 * The words of a recording for what is a number in the code; docs/recording.md. For recorder.c and
 * recording.c.
 */
#ifndef GLASSBOX_RECORDING_NAMES_H
#define GLASSBOX_RECORDING_NAMES_H

#include "recording.h"

const char *recording_kind_name(enum recording_kind kind);
const char *recording_secrecy_name(enum trace_secrecy secrecy);
const char *recording_role_name(enum channel_role role);
/* "ok", "not_allowed": as in enum channel_error, without the prefix. */
const char *recording_error_name(enum channel_error error);
/* NULL for WIRE_MESSAGES. */
const char *recording_message_name(enum wire_message message);

/* The way back; false if there is no such word. */
bool recording_kind_find(enum recording_kind *kind, const char *name);
bool recording_secrecy_find(enum trace_secrecy *secrecy, const char *name);
bool recording_role_find(enum channel_role *role, const char *name);
bool recording_error_find(enum channel_error *error, const char *name);
bool recording_message_find(enum wire_message *message, const char *name);

#endif

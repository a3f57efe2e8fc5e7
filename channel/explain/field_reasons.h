/*
 * Why a field of the wire is there: a sentence for each, beside what it is (wire.h). The page shows
 * both, docs/protocol.md too.
 */
#ifndef GLASSBOX_FIELD_REASONS_H
#define GLASSBOX_FIELD_REASONS_H

#include "wire.h"

/* Of a field by its number; "" of a number that the message does not have. */
const char *field_reason(enum wire_message message, size_t field);
/* Of the four bytes in front of every frame, and of the tag at the end of a modern record. */
const char *field_reason_header(void);
const char *field_reason_tag(void);
/* How a type is written on the wire. */
const char *field_type_meaning(enum wire_type type);

#endif

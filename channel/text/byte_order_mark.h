/*
 * What stands in front of a text that a person hands in, and is no part of it.
 *
 * Notepad and others begin a UTF-8 file with U+FEFF, the byte order mark (RFC 3629 section 6); it
 * is skipped. PowerShell's > writes UTF-16, which nothing here reads: a hint says what to do.
 */
#ifndef GLASSBOX_BYTE_ORDER_MARK_H
#define GLASSBOX_BYTE_ORDER_MARK_H

#include "problem.h"

#include <stddef.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* How many bytes of it stand at the beginning: 3 or 0. CT: whether it is there. */
size_t byte_order_mark(const void *text, size_t bytes);

/* False, with a problem, if the text looks like UTF-16 of either byte order: it begins with a mark,
 * or its first two characters are of ASCII. name: the file, for messages. */
bool utf16_check(struct problem *problem, const char *name, const void *text, size_t bytes);

#endif

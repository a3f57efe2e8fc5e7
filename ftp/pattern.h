/*
 * Patterns of names, as the shell has them (POSIX XCU 2.13): * ? [a-z] [!a-z] and \ before a
 * character that means itself. A character is one of UTF-8, or a byte that is none. A dot in front
 * is matched by a dot alone.
 *
 * Time grows with the product of both lengths, whatever the pattern: it comes from strangers.
 */
#ifndef GLASSBOX_FTP_PATTERN_H
#define GLASSBOX_FTP_PATTERN_H

#include <stdbool.h>

/* Whether text holds anything of a pattern. */
bool pattern_is_one(const char *text);
/* Whether the whole name fits. */
bool pattern_matches(const char *pattern, const char *name);

#endif

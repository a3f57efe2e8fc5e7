/*
 * HTML, written so that text can never become markup.
 *
 * Markup is in the formats of these calls alone, which are literals of ours; every %s is data and
 * is escaped, whoever it comes from. Characters that are not printable, or that reorder text, go
 * the way of printable.h. Errors are the stream's: look at ferror in the end.
 */
#ifndef GLASSBOX_HTML_H
#define GLASSBOX_HTML_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Knows %s (escaped), %u, %zu and %%. The format is translated (translate.h): its holes stay in their
 * order. */
void html_put(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text, escaped: fit for an element and for an attribute in double quotes. */
void html_text(FILE *out, const char *text, size_t bytes);
/* The same for an element alone. Each control picture, for which few fonts have a letter, is marked with
 * the name of its character, which the style (.control) draws instead. */
void html_controls(FILE *out, const char *text, size_t bytes);
/* The same in quotation marks: what somebody said. */
void html_quote(FILE *out, const char *text, size_t bytes);
/* Two digits a byte, a blank between groups of so many bytes, so that lines can break; 0: none. */
void html_hex(FILE *out, const uint8_t *data, size_t bytes, unsigned group);

#endif

/*
 * Text of a stranger, made safe for a terminal and for one line.
 *
 * A terminal obeys what it prints: escape sequences move the cursor, set the title, answer as if
 * the user had typed; bidi overrides reorder what is read; invisible characters hide. Here:
 *
 *   - a tab becomes a blank;
 *   - other control characters (C0, with newline and ESC; DEL) become their pictures (U+2400...);
 *   - C1 controls, noncharacters and each byte that is not UTF-8 become U+FFFD;
 *   - bidi marks, embeddings, overrides and isolates, zero-width and other invisible characters,
 *     line and paragraph separators, tags and variation selectors are left out;
 *   - everything else stays: Cyrillic, Chinese, emoji.
 *
 * It does not protect against look-alikes (Latin a, Cyrillic a) or piled-up combining marks.
 */
#ifndef GLASSBOX_PRINTABLE_H
#define GLASSBOX_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room that is always enough for this many bytes of input: a byte becomes at most 3. */
#define PRINTABLE_SPACE(bytes) (3 * (bytes) + 1)

/* Writes at most space - 1 bytes and a 0 (space > 0); cuts between characters. Returns the length.
 * out and in may not overlap. Allocates nothing. */
size_t printable_text(char *out, size_t space, const char *in, size_t bytes);

/* Whether printable_text would leave it as it is. */
bool printable_is(const char *in, size_t bytes);

/* Terminal columns that a text which printable_text made takes up. */
size_t printable_width(const char *text);

/* Blanks behind it that fill a place of so many columns: printf("%s%*s|", text,
 * printable_pad(text, 12), ""). %-12s counts bytes, which is right for ASCII alone. */
int printable_pad(const char *text, int columns);

#endif

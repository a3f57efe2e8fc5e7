/*
 * The sentences of the libraries, known again by their shape; see translate.h.
 *
 * A library fills the holes of its sentence itself, and a recording keeps only what came out. So the
 * text is held against every format that a library has: where one fits, what stands in its holes is
 * filled into the translation.
 */
#include "translate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY_HOLES 8

static const char *const library_texts[] = {
#include "library_texts.inc"
};

/* A hole of a format: "%s", "%.3g", "%Zd"; 0: none begins here. "%%" is none. */
static size_t hole_bytes(const char *at)
{
    if (at[0] != '%' || at[1] == '%')
        return 0;
    size_t bytes = 1 + strspn(at + 1, "-+ #0123456789.*hlzjtZ");
    return at[bytes] ? bytes + 1 : 0;
}

struct filling {
    const char *text;
    size_t bytes;
};

/* Whether the text is the format with something in its holes, and what. */
static bool matches(struct filling *holes, const char *format, const char *text)
{
    size_t hole = hole_bytes(format);
    if (!hole && *format == '\0')
        return *text == '\0';
    if (!hole) {
        bool doubled = format[0] == '%';
        return *format == *text && matches(holes, format + 1 + doubled, text + 1);
    }
    size_t left = strlen(text);
    for (size_t bytes = 0; bytes <= left; bytes++)
        if (matches(holes + 1, format + hole, text + bytes)) {
            *holes = (struct filling){text, bytes};
            return true;
        }
    return false;
}

static size_t count_holes(const char *format)
{
    size_t count = 0;
    for (; *format; format++)
        count += hole_bytes(format) > 0;
    return count;
}

/* What stands in a hole: a sentence of the list, in which another one stands, is translated, too. */
static const char *filling_text(char out[TRANSLATE_LIBRARY_BYTES], const struct filling *hole)
{
    snprintf(out, TRANSLATE_LIBRARY_BYTES, "%.*s", (int)hole->bytes, hole->text);
    for (size_t i = 0; i < sizeof(library_texts) / sizeof(library_texts[0]); i++)
        if (strcmp(library_texts[i], out) == 0)
            return translate(out);
    return out;
}

/* The format, its holes filled in, in their order or by number ("%2$s"). */
static void fill(char *out, size_t space, const char *format, const struct filling *holes,
                 size_t count)
{
    size_t used = 0, next = 0;
    for (; *format && used + 1 < space; format++) {
        size_t digits = format[0] == '%' ? strspn(format + 1, "0123456789") : 0;
        bool numbered = digits > 0 && format[1 + digits] == '$';
        size_t hole = numbered ? digits + 1 + hole_bytes(format + digits + 1) : hole_bytes(format);
        if (hole > 0) {
            const size_t number = numbered ? strtoul(format + 1, NULL, 10) - 1 : next++;
            char text[TRANSLATE_LIBRARY_BYTES];
            int bytes = snprintf(out + used, space - used, "%s",
                                 number < count ? filling_text(text, &holes[number]) : "");
            used += (size_t)bytes;
            format += hole - 1;
        } else {
            out[used++] = *format;
            format += format[0] == '%';
        }
    }
    out[used < space ? used : space - 1] = '\0';
}

const char *translate_library(char out[TRANSLATE_LIBRARY_BYTES], const char *text)
{
    const char *exact = translate(text);
    struct filling holes[LIBRARY_HOLES] = {{NULL, 0}};
    if (exact != text || !translate_is_on() || *text == ' ') /* a row of a table is no sentence */
        return exact;
    for (size_t i = 0; i < sizeof(library_texts) / sizeof(library_texts[0]); i++) {
        const char *format = library_texts[i];
        size_t count = count_holes(format);
        if (count == 0 || count > LIBRARY_HOLES || !matches(holes, format, text))
            continue;
        fill(out, TRANSLATE_LIBRARY_BYTES, translate(format), holes, count);
        return out;
    }
    return text;
}

const char *translate_parts(char out[TRANSLATE_LIBRARY_BYTES], const char *text)
{
    char part[TRANSLATE_LIBRARY_BYTES], words[TRANSLATE_LIBRARY_BYTES];
    size_t used = 0;
    out[0] = '\0';
    while (*text && used < TRANSLATE_LIBRARY_BYTES) {
        const char *end = strstr(text, ": ");
        size_t bytes = end ? (size_t)(end - text) : strlen(text);
        snprintf(part, sizeof(part), "%.*s", (int)bytes, text);
        used += (size_t)snprintf(out + used, TRANSLATE_LIBRARY_BYTES - used, "%s%s",
                                 translate_library(words, part), end ? ": " : "");
        text += bytes + (end ? 2 : 0);
    }
    return out;
}

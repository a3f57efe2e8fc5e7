/*
 * HTML: see html.h.
 */
#include "html.h"

#include "printable.h"
#include "utf8.h"

#include <stdarg.h>
#include <string.h>

static void put_letter(FILE *out, char letter)
{
    static const char letters[] = "&<>\"'";
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    const char *found = strchr(letters, letter);
    if (found)
        fputs(names[found - letters], out);
    else
        putc(letter, out);
}

/* Character by character, so that any length needs no memory. */
void html_text(FILE *out, const char *text, size_t bytes)
{
    while (bytes > 0) {
        char clean[PRINTABLE_SPACE(UTF8_MAX_BYTES)];
        size_t used;
        (void)utf8_decode(text, bytes, &used);
        printable_text(clean, sizeof(clean), text, used);
        for (const char *at = clean; *at; at++)
            put_letter(out, *at);
        text += used;
        bytes -= used;
    }
}

void html_hex(FILE *out, const uint8_t *data, size_t bytes, unsigned group)
{
    for (size_t i = 0; i < bytes; i++)
        fprintf(out, group > 0 && i > 0 && i % group == 0 ? " %02x" : "%02x", data[i]);
}

static const char *put_place(FILE *out, const char *at, va_list *list)
{
    const char *text;
    switch (*at) {
    case 's':
        text = va_arg(*list, const char *);
        html_text(out, text, strlen(text));
        break;
    case 'u':
        fprintf(out, "%u", va_arg(*list, unsigned));
        break;
    case 'z':
        fprintf(out, "%zu", va_arg(*list, size_t));
        at++;
        break;
    default:
        putc(*at, out);
    }
    return at;
}

void html_put(FILE *out, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    for (const char *at = format; *at; at++)
        if (*at == '%')
            at = put_place(out, at + 1, &list);
        else
            putc(*at, out);
    va_end(list);
}

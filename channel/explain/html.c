/*
 * HTML: see html.h.
 */
#include "html.h"

#include "printable.h"
#include "translate.h"
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

/* One character of a text, clean; how many bytes of it that was. */
static size_t take_clean(char clean[PRINTABLE_SPACE(UTF8_MAX_BYTES)], const char *text,
                         size_t bytes)
{
    size_t used;
    (void)utf8_decode(text, bytes, &used);
    printable_text(clean, PRINTABLE_SPACE(UTF8_MAX_BYTES), text, used);
    return used;
}

/* Character by character, so that any length needs no memory. */
void html_text(FILE *out, const char *text, size_t bytes)
{
    while (bytes > 0) {
        char clean[PRINTABLE_SPACE(UTF8_MAX_BYTES)];
        size_t used = take_clean(clean, text, bytes);
        for (const char *at = clean; *at; at++)
            put_letter(out, *at);
        text += used;
        bytes -= used;
    }
}

/* Of the characters that have a picture, U+2400 and those behind it. */
static const char *control_name(const char *picture)
{
    static const char *const names[] = {
        "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "HT",  "LF",  "VT",
        "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB",
        "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US",  "SP",  "DEL"};
    size_t used;
    const uint32_t character = utf8_decode(picture, strlen(picture), &used);
    const bool there = character >= 0x2400 && character < 0x2400 + sizeof(names) / sizeof(names[0]);
    return there ? names[character - 0x2400] : NULL;
}

void html_controls(FILE *out, const char *text, size_t bytes)
{
    while (bytes > 0) {
        char clean[PRINTABLE_SPACE(UTF8_MAX_BYTES)];
        const size_t used = take_clean(clean, text, bytes);
        const char *name = clean[0] ? control_name(clean) : NULL;
        if (name)
            fprintf(out, "<span class=\"control\" data-name=\"%s\">%s</span>", name, clean);
        else
            html_text(out, text, used);
        text += used;
        bytes -= used;
    }
}

void html_quote(FILE *out, const char *text, size_t bytes)
{
    fputs("<q>", out);
    html_controls(out, text, bytes);
    fputs("</q>", out);
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
    for (const char *at = translate(format); *at; at++)
        if (*at == '%')
            at = put_place(out, at + 1, &list);
        else
            putc(*at, out);
    va_end(list);
}

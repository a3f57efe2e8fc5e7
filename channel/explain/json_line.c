/* Lines of JSON; see json_line.h. */
#include "json_line.h"

#include "hexadecimal.h"
#include "sym_memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SMALLEST ((size_t)4096)

/* realloc would leave a copy of a secret behind. */
static bool grow(struct json_line *line, size_t wanted)
{
    size_t space = line->space ? line->space : SMALLEST;
    char *data;
    while (space < wanted)
        space *= 2;
    data = malloc(space);
    if (!data) {
        line->failed = true;
        return false;
    }
    if (line->bytes > 0)
        memcpy(data, line->data, line->bytes);
    if (line->data)
        sym_wipe(line->data, line->bytes);
    free(line->data);
    line->data = data;
    line->space = space;
    return true;
}

/* Room for this many bytes behind the end; NULL without memory. */
static char *room(struct json_line *line, size_t bytes)
{
    if (line->failed || (line->bytes + bytes > line->space && !grow(line, line->bytes + bytes)))
        return NULL;
    return line->data + line->bytes;
}

static void put(struct json_line *line, const char *text, size_t bytes)
{
    char *out = room(line, bytes);
    if (!out)
        return;
    memcpy(out, text, bytes);
    line->bytes += bytes;
}

/* RFC 8259 7. At most two bytes for one. */
static void put_text(struct json_line *line, const char *text)
{
    char *out = room(line, 2 * strlen(text) + 2), *at = out;
    if (!out)
        return;
    *at++ = '"';
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            *at++ = '\\';
        *at++ = (*text >= 0x20 && *text < 0x7f) ? *text : '?';
    }
    *at++ = '"';
    line->bytes += (size_t)(at - out);
}

static void put_hex(struct json_line *line, const uint8_t *data, size_t bytes)
{
    char *out = room(line, 2 * bytes + 2);
    if (!out)
        return;
    *out = '"';
    *hex_write(out + 1, data, bytes) = '"';
    line->bytes += 2 * bytes + 2;
}

static void put_argument(struct json_line *line, char what, va_list *arguments)
{
    char digits[24];
    const char *text;
    const uint8_t *data;
    switch (what) {
    case 's':
        text = va_arg(*arguments, const char *);
        if (text)
            put_text(line, text);
        else
            put(line, "null", 4);
        break;
    case 'u':
        put(line, digits,
            (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, va_arg(*arguments, uint64_t)));
        break;
    case 'b':
        text = va_arg(*arguments, int) ? "true" : "false";
        put(line, text, strlen(text));
        break;
    default:
        data = va_arg(*arguments, const uint8_t *);
        put_hex(line, data, va_arg(*arguments, size_t));
    }
}

void json_line_put(struct json_line *line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    while (*format) {
        size_t plain = strcspn(format, "%'");
        put(line, format, plain);
        format += plain;
        if (*format == '\'')
            put(line, "\"", 1);
        else if (*format == '%')
            put_argument(line, *++format, &arguments);
        format += *format != '\0';
    }
    va_end(arguments);
}

void json_line_clear(struct json_line *line)
{
    line->bytes = 0;
    line->failed = false;
}

void json_line_free(struct json_line *line)
{
    if (line->data)
        sym_wipe(line->data, line->space);
    free(line->data);
    *line = (struct json_line){0};
}

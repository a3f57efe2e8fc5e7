/* One line of JSON; see json_line.h. */
#include "json_line.h"

#include "hexadecimal.h"
#include "sym_memory.h"

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

static void begin(struct json_line *line, const char *name)
{
    if (line->comma)
        put(line, ",", 1);
    if (name) {
        put_text(line, name);
        put(line, ":", 1);
    }
    line->comma = true;
}

void json_line_open(struct json_line *line, const char *name)
{
    begin(line, name);
    put(line, "{", 1);
    line->comma = false;
}

void json_line_open_list(struct json_line *line, const char *name)
{
    begin(line, name);
    put(line, "[", 1);
    line->comma = false;
}

void json_line_close(struct json_line *line)
{
    put(line, "}", 1);
    line->comma = true;
}

void json_line_close_list(struct json_line *line)
{
    put(line, "]", 1);
    line->comma = true;
}

void json_line_end(struct json_line *line)
{
    put(line, "\n", 1);
    line->comma = false;
}

void json_line_text(struct json_line *line, const char *name, const char *text)
{
    begin(line, name);
    if (text)
        put_text(line, text);
    else
        put(line, "null", 4);
}

void json_line_number(struct json_line *line, const char *name, uint64_t number)
{
    char digits[24];
    int bytes = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);
    begin(line, name);
    put(line, digits, (size_t)bytes);
}

void json_line_bool(struct json_line *line, const char *name, bool value)
{
    begin(line, name);
    put(line, value ? "true" : "false", value ? 4 : 5);
}

void json_line_hex(struct json_line *line, const char *name, const uint8_t *data, size_t bytes)
{
    char *out;
    begin(line, name);
    out = room(line, 2 * bytes + 2);
    if (!out)
        return;
    *out = '"';
    *hex_write(out + 1, data, bytes) = '"';
    line->bytes += 2 * bytes + 2;
}

void json_line_clear(struct json_line *line)
{
    line->bytes = 0;
    line->comma = line->failed = false;
}

void json_line_free(struct json_line *line)
{
    if (line->data)
        sym_wipe(line->data, line->space);
    free(line->data);
    *line = (struct json_line){0};
}

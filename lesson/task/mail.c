/*
 * Bodies of mails; see mail.h.
 */
#include "mail.h"

#include "base64.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HEADER "content-transfer-encoding:"

/* Behind this line. */
static char *next_line(char *at)
{
    at += strcspn(at, "\n");
    return at + (*at == '\n');
}

/* The body under a header of which this is a line: behind the first empty line. */
static char *find_body(char *at)
{
    while (*at != '\0' && *at != '\n' && strncmp(at, "\r\n", 2) != 0)
        at = next_line(at);
    return next_line(at);
}

static bool says_base64(const char *line)
{
    if (strncasecmp(line, HEADER, strlen(HEADER)) != 0)
        return false;
    line += strlen(HEADER);
    line += strspn(line, " \t\"");
    return strncasecmp(line, "base64", strlen("base64")) == 0;
}

/* Where the letters of a body end: at an empty line, behind the =, or at the -- of a boundary. */
static const char *find_end(const char *body)
{
    const char *at = body;
    for (bool filled = false; *at != '\0'; at++) {
        bool letter = isalnum((unsigned char)*at) || *at == '+' || *at == '/';
        filled = filled || *at == '=';
        if ((letter && filled) || (!letter && *at != '=' && !isspace((unsigned char)*at)) ||
            strncmp(at, "\n\n", 2) == 0 || strncmp(at, "\n\r\n", 3) == 0)
            break;
    }
    return at;
}

/* The decoded body, with blanks for bytes that end a text; NULL: it stays as it is. */
static char *decode(const char *body, const char *end, size_t *bytes)
{
    size_t length = 0;
    char *letters = malloc((size_t)(end - body) + 1);
    if (!letters)
        return NULL;
    for (const char *at = body; at < end; at++)
        if (!isspace((unsigned char)*at))
            letters[length++] = *at;
    char *data = malloc(BASE64_DATA_BYTES(length) + 1);
    bool done = data && length > 0 &&
                base64_decode((uint8_t *)data, bytes, letters, length, BASE64_PADDED);
    free(letters);
    if (!done) {
        free(data);
        return NULL;
    }
    for (size_t i = 0; i < *bytes; i++)
        data[i] = data[i] == '\0' ? ' ' : data[i];
    return data;
}

char *mail_decode(char *text)
{
    char *out = text, *kept = text; /* from kept on, nothing is copied yet */
    for (char *at = text; *at != '\0';) {
        if (!says_base64(at)) {
            at = next_line(at);
            continue;
        }
        size_t bytes;
        char *body = find_body(at);
        const char *end = find_end(body);
        char *data = decode(body, end, &bytes);
        at = body;
        if (!data)
            continue;
        memmove(out, kept, (size_t)(body - kept));
        out += body - kept;
        memcpy(out, data, bytes);
        out += bytes;
        *out++ = '\n'; /* in place of the letters' last end of line */
        kept = at = (char *)end;
        free(data);
    }
    memmove(out, kept, strlen(kept) + 1);
    return text;
}

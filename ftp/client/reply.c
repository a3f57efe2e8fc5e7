/* Replies: a line at a time, until the last line of the reply. */
#include "reply.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void reply_clear(struct reply *reply)
{
    reply->code = 0;
    reply->bytes = 0;
    buffer_free(&reply->line);
    if (reply->text)
        reply->text[0] = '\0';
}

void reply_free(struct reply *reply)
{
    free(reply->text);
    buffer_free(&reply->line);
    *reply = (struct reply){0};
}

/* The text grows by a line. */
static bool add_text(struct reply *reply, const char *text, size_t bytes, bool first)
{
    size_t total = reply->bytes + !first + bytes;
    char *more = total > REPLY_MAX ? NULL : realloc(reply->text, total + 1);
    if (!more)
        return false;
    reply->text = more;
    if (!first)
        more[reply->bytes++] = '\n';
    memcpy(more + reply->bytes, text, bytes);
    reply->bytes = total;
    more[total] = '\0';
    return true;
}

/* "123" in front of a blank, a minus or the end of the line; 0 if it is not there. */
static int code_of(const char *line, size_t bytes)
{
    if (bytes < 3 || line[0] < '1' || line[0] > '6' || !isdigit((unsigned char)line[1]) ||
        !isdigit((unsigned char)line[2]) || (bytes > 3 && line[3] != ' ' && line[3] != '-'))
        return 0;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
}

static enum reply_state take_line(struct reply *reply)
{
    const char *line = (const char *)buffer_front(&reply->line);
    size_t bytes = buffer_bytes(&reply->line);
    int code = code_of(line, bytes);
    bool first = reply->code == 0, has_code = code != 0 && (first || code == reply->code);
    bool last = has_code && (bytes == 3 || line[3] == ' ');
    size_t skip = !has_code ? 0 : bytes > 3 ? 4 : 3;
    if (first && code == 0)
        return REPLY_WRONG;
    reply->code = first ? code : reply->code;
    if (!add_text(reply, line + skip, bytes - skip, first))
        return REPLY_WRONG;
    buffer_free(&reply->line);
    return last ? REPLY_COMPLETE : REPLY_MORE;
}

/* Takes its end off the line if there is one. */
static bool ends_line(struct reply *reply)
{
    size_t bytes = buffer_bytes(&reply->line);
    const uint8_t *line = buffer_front(&reply->line);
    bool cr = bytes > 1 && line[bytes - 2] == '\r';
    if (line[bytes - 1] != '\n')
        return false;
    if (!reply->first_seen)
        reply->bare_lf = !cr;
    reply->first_seen = true;
    if (!cr && !reply->bare_lf)
        return false;
    reply->line.end -= cr ? 2 : 1;
    return true;
}

enum reply_state reply_take(struct reply *reply, const void *data, size_t bytes, size_t *used)
{
    const char *from = data;
    for (size_t i = 0; i < bytes; i++) {
        enum reply_state state;
        *used = i + 1;
        if (buffer_bytes(&reply->line) > REPLY_MAX || !buffer_append(&reply->line, from + i, 1))
            return REPLY_WRONG;
        if (!ends_line(reply))
            continue;
        state = take_line(reply);
        if (state != REPLY_MORE)
            return state;
    }
    *used = bytes;
    return REPLY_MORE;
}

char *reply_quoted(const struct reply *reply)
{
    const char *at = reply->text ? strchr(reply->text, '"') : NULL;
    char *path = at ? malloc(strlen(at) + 1) : NULL;
    size_t bytes = 0;
    if (!path)
        return NULL;
    for (at++; *at && (*at != '"' || at[1] == '"'); at++) {
        at += *at == '"';
        path[bytes++] = *at;
    }
    path[bytes] = '\0';
    if (*at == '"')
        return path;
    free(path);
    return NULL;
}

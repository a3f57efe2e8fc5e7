/*
 * What a session says: replies of one line or several (RFC 959 4.2), ending in CRLF. A name in them
 * can't end a line: in plain FTP, where clients take a lone LF for an end, no command can bring one
 * in (session_input.c); in private only CRLF ends a line, and a CR travels as CR NUL.
 */
#include "session.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define REPLY_BYTES (2 * VIEW_PATH_BYTES + 512)
#define IAC         0xFF

size_t reply_escape(char *out, const char *text, size_t bytes, bool telnet)
{
    size_t used = 0;
    for (size_t i = 0; i < bytes; i++) {
        out[used++] = text[i];
        if (text[i] == '\r')
            out[used++] = '\0';
        else if (telnet && (uint8_t)text[i] == IAC)
            out[used++] = text[i];
    }
    return used;
}

static void add_line(struct session *session, const char *text)
{
    char line[2 * REPLY_BYTES + 2];
    bool plain = session->control && !uv_channel_engine(session->control);
    size_t bytes = reply_escape(line, text, strlen(text), plain);
    memcpy(line + bytes, "\r\n", 2);
    if (!buffer_append(&session->reply, line, bytes + 2))
        session->quitting = true; /* a client that waits for a lost line would wait for ever */
}

/* The whole reply at once: one write, and in private one record. */
static void send_reply(struct session *session)
{
    struct buffer *reply = &session->reply;
    if (session->control) {
        /* A connection that takes nothing is broken: its end comes by `closed`. */
        bool sent = buffer_bytes(reply) > 0 &&
                    uv_channel_send(session->control, buffer_front(reply), buffer_bytes(reply));
        (void)sent;
        uv_channel_flush(session->control);
    }
    buffer_free(reply);
}

void reply(struct session *session, int code, const char *format, ...)
{
    char text[REPLY_BYTES];
    int head = snprintf(text, sizeof(text), "%03d ", code);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + head, sizeof(text) - (size_t)head, format, arguments);
    va_end(arguments);
    session->last_reply = code;
    add_line(session, text);
    send_reply(session);
}

void reply_begin(struct session *session, int code, const char *text)
{
    char line[REPLY_BYTES];
    snprintf(line, sizeof(line), "%03d-%s", code, text);
    session->last_reply = code;
    add_line(session, line);
}

void reply_line(struct session *session, const char *format, ...)
{
    char text[REPLY_BYTES] = " ";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text + 1, sizeof(text) - 1, format, arguments);
    va_end(arguments);
    add_line(session, text);
}

void reply_end(struct session *session, const char *text)
{
    reply(session, session->last_reply, "%s", text);
}

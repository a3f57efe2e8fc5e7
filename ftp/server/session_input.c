/*
 * What a session hears: bytes become lines, lines become commands.
 *
 * Inside the mechanism a line ends in CR LF and in nothing else; CR NUL is a CR (RFC 2640 3.1), a
 * lone LF is an LF: names may hold both. In plain FTP a lone LF ends a line too, as people and old
 * scripts send it (RFC 959 5.3.1 lets no LF into an argument), and the line is a telnet stream (RFC
 * 854): IAC IAC is a byte 0xFF, other telnet commands (those around ABOR, RFC 959 4.1.3) are taken
 * out, and an IAC before anything else is taken for a byte of a name, as many clients do not know
 * it.
 *
 * Commands queue where they are: the LF of a line that must wait is not taken, and its connection
 * is asked again. One line is run in a turn of the loop, and the next when its reply has left, so
 * that whoever sends many at once holds up nobody else, and what waits to leave is one reply.
 */
#include "commands.h"

#include <string.h>

#define LINE_BYTES ((size_t)8192) /* a path twice as long as the system takes */
#define IAC        0xFF
#define IAC_FIRST  0xF0 /* the telnet commands, RFC 854 */
#define IAC_WILL   0xFB /* from here on with an option behind them */

static void keep(struct session *session, uint8_t byte)
{
    if (buffer_bytes(&session->input) >= LINE_BYTES)
        session->too_long = true;
    else if (!buffer_append(&session->input, &byte, 1))
        session->too_long = true;
}

/* RFC 959 5.3.1 */
static bool ends_line(const struct session *session, uint8_t byte)
{
    bool alone = session->reading == READ_TEXT && !session->secure;
    return byte == '\n' && (alone || session->reading == READ_CR);
}

static void read_text(struct session *session, uint8_t byte)
{
    if (byte == '\r')
        session->reading = READ_CR;
    else if (byte == IAC && !session->secure)
        session->reading = READ_IAC;
    else
        keep(session, byte);
}

/* False: only what came before it is read, and it is text. */
static bool read_byte(struct session *session, uint8_t byte)
{
    enum reading before = session->reading;
    session->reading = READ_TEXT;
    switch (before) {
    case READ_TEXT:
        read_text(session, byte);
        break;
    case READ_CR:
        keep(session, '\r');
        return byte == '\0';
    case READ_IAC:
        if (byte >= IAC_WILL && byte < IAC)
            session->reading = READ_IAC_OPTION;
        else if (byte == IAC || byte < IAC_FIRST)
            keep(session, IAC);
        return byte >= IAC_FIRST;
    case READ_IAC_OPTION:
        break;
    }
    return true;
}

/* The line is there but for its LF. False: it must wait. */
static bool run_line(struct session *session)
{
    char line[LINE_BYTES + 1];
    size_t bytes = buffer_bytes(&session->input);
    if (bytes > 0)
        memcpy(line, buffer_front(&session->input), bytes);
    line[bytes] = '\0';
    if (!command_may_run(session, line))
        return false;
    bool too_long = session->too_long;
    session->reading = READ_TEXT;
    session->too_long = false;
    session->input.secret = true; /* it may have been a password */
    buffer_consume(&session->input, bytes);
    if (too_long)
        reply(session, 500, "That line is too long");
    else
        command_run(session, line, bytes);
    if (!session->task)
        password_over(session); /* PASS was no command, after all */
    explicit_bzero(line, sizeof(line));
    return true;
}

size_t session_read(struct session *session, const uint8_t *data, size_t bytes)
{
    if (session->quitting)
        return bytes;
    if (session->securing)
        return 0;
    if (uv_channel_unsent(session->control) > 0) {
        uv_channel_flush(session->control); /* `drained` asks again */
        return 0;
    }
    size_t used = 0;
    while (used < bytes && !ends_line(session, data[used]))
        used += read_byte(session, data[used]);
    return used + (used < bytes && run_line(session));
}

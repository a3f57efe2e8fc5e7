/*
 * What a session hears: bytes become lines, lines become commands.
 *
 * Inside the mechanism a line ends in CR LF and in nothing else; CR NUL is a CR (RFC 2640 3.1), a
 * lone LF is an LF: names may hold both. In plain FTP a lone LF ends a line too, as people and old
 * scripts send it (RFC 959 5.3.1 lets no LF into an argument), and the line is a telnet stream (RFC
 * 854): IAC IAC is a byte 0xFF, other telnet commands (those around ABOR, RFC 959 4.1.3) are taken
 * out, and an IAC before anything else is taken for a byte of a name, as many clients do not know
 * of this.
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
        session->line_late = true;
    else if (!buffer_append(&session->input, &byte, 1))
        session->line_late = true;
}

static void read_text(struct session *session, uint8_t byte)
{
    if (byte == '\r')
        session->reading = READ_CR;
    else if (byte == '\n' && !session->secure)
        session->line_ready = true;
    else if (byte == IAC && !session->secure)
        session->reading = READ_IAC;
    else
        keep(session, byte);
}

static void read_byte(struct session *session, uint8_t byte)
{
    enum reading before = session->reading;
    session->reading = READ_TEXT;
    switch (before) {
    case READ_TEXT:
        read_text(session, byte);
        break;
    case READ_CR:
        if (byte == '\n') {
            session->line_ready = true;
            break;
        }
        keep(session, '\r');
        if (byte != '\0')
            read_text(session, byte);
        break;
    case READ_IAC:
        if (byte >= IAC_WILL && byte < IAC) {
            session->reading = READ_IAC_OPTION;
        } else if (byte < IAC_FIRST) {
            keep(session, IAC);
            read_text(session, byte);
        } else if (byte == IAC) {
            keep(session, IAC);
        }
        break;
    case READ_IAC_OPTION:
        break;
    }
}

/* Runs the line that is ready; false: it must wait. */
static bool run_line(struct session *session)
{
    char line[LINE_BYTES + 1];
    size_t bytes = buffer_bytes(&session->input);
    if (bytes > 0)
        memcpy(line, buffer_front(&session->input), bytes);
    line[bytes] = '\0';
    if (session_is_busy(session) && !command_may_run(session, line))
        return false;
    bool late = session->line_late;
    session->line_ready = session->line_late = false;
    session->input.secret = true; /* it may have been a password */
    buffer_consume(&session->input, bytes);
    if (late)
        say(session, 500, "That line is too long");
    else
        command_run(session, line, bytes);
    explicit_bzero(line, sizeof(line));
    return true;
}

size_t session_read(struct session *session, const uint8_t *data, size_t bytes)
{
    size_t used = 0;
    for (;;) {
        if (session->ended || session->securing || session->quitting)
            return session->quitting ? bytes : used;
        if (session->line_ready && !run_line(session))
            return used;
        if (used == bytes)
            return used;
        if (!session->ended && !session->securing && !session->line_ready)
            read_byte(session, data[used++]);
    }
}

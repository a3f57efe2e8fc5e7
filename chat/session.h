/*
 * One client of the chat server, from its knock at the rendezvous to its goodbye.
 *
 *     KNOCKING --------> MOVING ----------> TALKING
 *       handshake on       the port is        in the room, on the new port
 *       the rendezvous     named; waiting
 *                          for the client
 */
#ifndef GLASSBOX_CHAT_SESSION_H
#define GLASSBOX_CHAT_SESSION_H

#include "chat_line.h"
#include "server.h"
#include "uv_address.h"
#include "uv_handover.h"

enum session_state { SESSION_KNOCKING, SESSION_MOVING, SESSION_TALKING };

struct session {
    struct room_member member; /* first: the member's address is the session's */
    struct server *server;
    struct session *next, **link;
    struct place place;
    enum session_state state;
    struct uv_channel *rendezvous; /* the connection to the rendezvous, NULL once it is closed */
    struct uv_channel *talk;       /* on the new port */
    struct uv_handover *handover;
    bool quitting; /* has asked for the end */
    bool skipping; /* the rest of a line that was too long is thrown away */
    char *part;    /* the beginning of a line whose end has not come, or NULL */
    size_t part_bytes;
    unsigned number; /* anna is 1, anna(2) is 2 */
    uint8_t digest[FINGERPRINT_BYTES];
    char address[UV_ADDRESS_BYTES];
    char name[CHAT_NAME_BYTES]; /* "" before it is known */
};

/* A connection is waiting at the listener. */
void session_accept(struct server *server, uv_stream_t *listener);

/* Ends it: tells the client and the others, and frees. */
void session_end(struct session *session, enum channel_error code, const char *reason);

/* allowed.csv has changed. */
void session_recheck(struct session *session);
/* Once a second: whether its client has stopped reading, or has not come in in time. */
void session_check_time(struct session *session);
/* Ends a session that has not come in (places.h). */
void session_make_room(struct place *place);
/* There is space in the room again (room_new). */
void session_resume(struct room_member *member);

/* --- session_lines.c: what clients say ------------------------------------------------------- */
/* Takes whole lines, keeps a part of one. Returns how many bytes were used: fewer than all when the
 * room has no space. */
size_t session_read_lines(struct session *session, const char *data, size_t bytes);
/* A line of the server's, with the time in front, to everybody or to one. */
void session_say(struct session *session, enum chat_word word, const char *a, const char *b);
void session_tell(struct session *session, enum chat_word word, const char *a, const char *b,
                  const char *c);

#endif

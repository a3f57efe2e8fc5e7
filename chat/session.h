/*
 * One client of the chat server, from the rendezvous to its goodbye.
 *
 *     ARRIVING --------> MOVING ----------> TALKING
 *       handshake on       the port is        in the room, on the new port
 *       the rendezvous     named; waiting
 *                          for the client
 */
#ifndef GLASSBOX_CHAT_SESSION_H
#define GLASSBOX_CHAT_SESSION_H

#include "chat_line.h"
#include "server.h"

enum session_state { SESSION_ARRIVING, SESSION_MOVING, SESSION_TALKING };

struct session {
    struct server_client client; /* first: the frame gives its address */
    struct room_member member;
    struct chat_server *server;
    enum session_state state;
    struct uv_channel *talk; /* on the new port */
    struct uv_handover *handover;
    bool quitting; /* has asked for the end */
    bool skipping; /* the rest of a line that was too long is thrown away */
    char *part;    /* the beginning of a line whose end has not come, or NULL */
    size_t part_bytes;
    unsigned number;              /* anna is 1, anna(2) is 2 */
    char name[CHAT_NAME_BYTES];   /* "" before it is known */
    struct announce_guest guest;  /* of the announcer */
    char listed[CHAT_NAME_BYTES]; /* `who` goes on behind this name; "": none is under way */
};

/* What the frame asks for: see server_loop.h. */
bool session_begin(struct server_client *client, uv_tcp_t *tcp);
void session_turn_away(struct server *server, uv_tcp_t *tcp, const char *address, const char *why);
void session_judged(struct server_client *client, const struct rsa_key *key,
                    const struct allow_entry *entry);
void session_enter(struct server_client *client, const struct allow_entry *entry);
void session_rendezvous_closed(struct server_client *client, struct uv_channel *channel,
                               enum channel_error error);
void session_recheck(struct server_client *client, const struct allow_entry *entry);
void session_check_time(struct server_client *client);
void session_end(struct server_client *client, enum channel_error code, const char *why);

struct session *session_of(const struct room_member *member);
/* There is space in the room again (room_new). */
void session_resume(struct room_member *member);

/* --- session_lines.c: what clients say ------------------------------------------------------- */
/* An answer to `who` that was too long to be given at once goes on. */
void session_list_more(struct session *session);
/* Takes whole lines, keeps a part of one. Returns how many bytes were used: fewer than all when the
 * room has no space. */
size_t session_read_lines(struct session *session, const char *data, size_t bytes);
/* A line of the server's, with the time in front, to everybody or to one. */
void session_announce(void *server, enum chat_word word, const char *a, const char *b);
void session_tell(struct session *session, enum chat_word word, const char *a, const char *b,
                  const char *c);

#endif

/*
 * One client of the FTP server, from the greeting to the goodbye: its connection, its login, its
 * settings, and what it is at work on.
 *
 * Commands come one after the other. While one is at work (a task on a worker thread, a transfer)
 * the next waits, except for those that may be said at any time (STAT, NOOP, ABOR). Everything here
 * runs on the loop's thread; a task alone runs elsewhere, on copies of its own.
 *
 * A session that has ended stays in memory until its timer is closed and its tasks are back, so
 * code that called something looks at `ended` before it goes on.
 */
#ifndef GLASSBOX_FTP_SESSION_H
#define GLASSBOX_FTP_SESSION_H

#include "buffer.h"
#include "jail.h"
#include "server.h"

struct task;
struct transfer;
struct data_port;

enum login { LOGIN_NONE, LOGIN_NAMED, LOGIN_DONE }; /* named: a password is awaited */

/* How lines are put together again from bytes. */
enum reading { READ_TEXT, READ_CR, READ_IAC, READ_IAC_OPTION };

struct session {
    struct server_client client; /* first: the frame gives its address */
    struct ftp_server *server;
    unsigned long id;
    uv_timer_t timer;    /* silence; a pause after a wrong password */
    unsigned references; /* tasks and transfers that will come back */
    bool ended, timer_closed;

    struct uv_channel *control; /* NULL during the handshake */
    struct sockaddr_storage peer;
    time_t since;
    uint64_t last_active; /* uv_now */

    /* lines */
    struct buffer input; /* the line as far as it has come */
    enum reading reading;
    bool too_long;       /* it is too long: the rest is thrown away */
    bool securing;       /* the 234 is on its way; the rest belongs to the channel */
    bool quitting;       /* the last words are on their way */
    bool pausing;        /* after a wrong password */
    struct buffer reply; /* being made */
    int last_reply;      /* for the log */

    /* who */
    enum login login;
    bool secure, admin, read_only, anonymous, sized, private_data;
    unsigned failed_logins;
    struct session *next_asker;
    bool asks;                        /* it is one of the server's askers */
    char key[FINGERPRINT_TEXT_BYTES]; /* of the peer, "" in plain FTP */
    char name[KEY_NAME_BYTES];
    struct account *account;
    int root; /* the folder that is "/" to the user; -1 before the login */
    char *cwd;

    /* settings */
    bool ascii, epsv_alone; /* EPSV ALL was said */
    unsigned hidden_facts;  /* of MLST and MLSD (facts.h) */
    uint64_t restart;
    char *rename_from, *copy_from;
    unsigned generation; /* of the keys that carried the last transfer request */
    bool generation_used;

    /* at work */
    struct task *task;
    struct transfer *transfer;
    struct data_port *port; /* plain: what PASV or PORT has prepared */
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
void session_end_client(struct server_client *client, enum channel_error code, const char *why);

/* Says the reply if there is one (421), ends everything, and lets go. Once only. */
void session_end(struct session *session, enum channel_error code, const char *reply,
                 const char *reason);
/* What the session was at work on is done: the next command. */
void session_next(struct session *session);
/* Its pause is over, and nothing will start the timer again: an ended session waits for this. */
void session_close_timer(struct session *session);
/* For tasks and transfers. */
void session_hold(struct session *session);
void session_release(struct session *session);
/* Whether commands must wait. */
bool session_is_busy(const struct session *session);
/* An event of this session for the log. */
struct log_entry session_log_entry(const struct session *session, const char *event);
void session_log(const struct session *session, enum log_kind kind, const char *event,
                 const char *outcome, const char *detail);

/* --- session_reply.c: what it says (RFC 959 4.2) ----------------------------------------------- */
void reply(struct session *session, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Several lines: CODE-TEXT, lines that begin with a blank, CODE TEXT. */
void reply_begin(struct session *session, int code, const char *text);
void reply_line(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void reply_end(struct session *session, const char *text);
/* The rules for names on the wire: CR becomes CR NUL (RFC 2640 3.1). Returns the size; out holds
 * twice the bytes. telnet: byte 0xFF is doubled (RFC 854). */
size_t reply_escape(char *out, const char *text, size_t bytes, bool telnet);

/* --- session_input.c: what it hears ----------------------------------------------------------- */
/* Takes bytes up to the end of a line, and runs it; returns how many were used. */
size_t session_read(struct session *session, const uint8_t *data, size_t bytes);

#endif

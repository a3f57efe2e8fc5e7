/*
 * The FTP client: one session with one server, and the program around it.
 *
 * Everything that can fail answers false and leaves the reason in client->problem, which the shell
 * prints; the first reason sticks until the next request.
 */
#ifndef GLASSBOX_FTP_CLIENT_H
#define GLASSBOX_FTP_CLIENT_H

#include "client_connection.h"
#include "client_options.h"
#include "identity.h"
#include "key_stock.h"
#include "passphrase.h"
#include "progress.h"
#include "reply.h"

/* What FEAT has promised (RFC 2389). */
struct features {
    bool mlst, size, mdtm, mfmt, hash, utf8;
    bool tar; /* SITE TGET and TPUT: it is our server, whose mechanism FEAT names */
};

/* A name and a password, for further connections. */
struct login {
    char user[256];
    char password_secret[PASSPHRASE_BYTES];
};

struct client {
    struct client_options options;
    struct identity identity; /* not with --plain */
    struct trust trust;
    struct key_stock *stock;    /* NULL: pairs are made when they are needed */
    bool interactive;           /* a person sits at a terminal */
    const struct client *first; /* of a further connection: its identity and login are used */
    struct login login;         /* kept if there may be further connections */
    enum progress_talk talk;
    char *previous; /* the folder that the shell's last cd left, or NULL */

    struct client_connection *control; /* NULL: not connected */
    struct reply reply;                /* the last one */
    struct features features;
    bool logging_in;
    /* Fresh keys: what the keys in use have carried. */
    bool request_is_new, keys_used, keys_carried_transfer;
    bool keys_untold;   /* -v has not named them yet */
    mode_t mask;        /* umask(2) */
    uint16_t data_port; /* of the last transfer */
    bool classic;       /* EPSV was of no use here, and PASV is */
    bool stopped;       /* this request was, by Ctrl-C */
    uint64_t left_out;  /* of this request: each has been said, see control_left_out */

    struct problem problem;
    int status; /* enum console_status, of a connection that failed */
};

/* Reads the home and our key; connects, logs in. False: it has been said, and client->status is
 * what the program ends with. */
bool client_open(struct client *client, const struct client_options *options);
/* A further connection with the same login, asking and telling nobody. `first` must outlive it. */
bool client_open_too(struct client *client, const struct client *first);
/* What the options ask to look at, in all connections that the program makes; explain_end it after the
 * last. False: it has been said. */
bool client_begin(struct explain **explain, struct client_options *options, const char *program);
/* For how long the peer may be silent. */
static inline int client_timeout_ms(const struct client *client)
{
    return (int)client->options.seconds * 1000;
}
/* Says QUIT if it can, and frees. Fine on a {0}. */
void client_close(struct client *client);

/* The programs. */
int client_connect_main(int argc, char **argv);
int client_get_main(int argc, char **argv);
int client_put_main(int argc, char **argv);

#endif

/*
 * `ftp server`: the frame of all servers (server_loop.h), with files.
 */
#ifndef GLASSBOX_FTP_SERVER_H
#define GLASSBOX_FTP_SERVER_H

#include "account.h"
#include "server_log.h"
#include "server_loop.h"

#define FTP_PORT 2121

struct ftp_options {
    struct server_options server;
    const char *directory;      /* DIR */
    const char *public_address; /* what PASV tells clients, NULL: the connection's own */
    const char *users;          /* NULL: of the home */
    const char *log_directory;  /* NULL: none */
    bool shared, allow_plain, anonymous;
    unsigned long idle_seconds;
};

struct session;

struct ftp_server {
    struct server base; /* first: the frame gives its address */
    struct ftp_options options;
    struct server_log log;
    struct accounts *accounts;
    struct session *askers; /* who is at a password, or waits to be: password_turn */
    unsigned long last_id;
    int folder; /* DIR */
    char users_path[HOME_PATH_BYTES];
    char pending_path[HOME_PATH_BYTES];
};

/* The programs. */
int server_main(int argc, char **argv);
int passwd_main(int argc, char **argv);

#endif

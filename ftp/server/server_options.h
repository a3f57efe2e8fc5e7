/*
 * The command line of `ftp server`.
 */
#ifndef GLASSBOX_FTP_SERVER_OPTIONS_H
#define GLASSBOX_FTP_SERVER_OPTIONS_H

#include "server_start.h"

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

/* Exits on wrong usage. */
void server_options_read(struct ftp_options *options, int argc, char **argv);

#endif

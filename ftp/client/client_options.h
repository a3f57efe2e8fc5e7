/*
 * The command lines of `ftp connect`, `ftp get` and `ftp put`.
 */
#ifndef GLASSBOX_FTP_CLIENT_OPTIONS_H
#define GLASSBOX_FTP_CLIENT_OPTIONS_H

#include "channel.h"
#include "explain.h"
#include "home.h"
#include "home_option.h"
#include "lesson_seed.h"
#include "trust.h"

#define FTP_PORT       2121 /* of our server */
#define FTP_PLAIN_PORT 21   /* of everybody else's */

/* Which transfers are checked when they are over: see client_transfer.h. */
enum verify { VERIFY_USUALLY, VERIFY_ALWAYS, VERIFY_NEVER };

/* What every connection needs. */
struct client_options {
    struct home_options home;
    struct channel_suite suite;
    struct dh_group *group; /* of --group, in dh */
    struct trust_options trust;
    const char *key;  /* our own, its name in the home */
    const char *name; /* that we would like, or NULL */
    const char *host; /* of the connection */
    uint16_t port;    /* 0: the usual one */
    bool plain, active;
    const char *user; /* of plain FTP; NULL: asked for */
    const char *password_file;
    unsigned seconds; /* of silence that are allowed */
    enum verify verify;
    unsigned parallel; /* connections for the files of a folder */
    bool verbose;
    struct explain_options explain;
    const struct channel_trace *trace; /* NULL: nobody listens */
    struct seed_number seed_given;
    struct lesson_seed lesson, *seed; /* of --seed, in the first options; NULL: none */
};

uint16_t client_port(const struct client_options *options);

struct connect_options {
    struct client_options client;
    const char **commands; /* of -c, NULL at the end; NULL: none */
};

struct once_options {
    struct client_options client;
    bool recursive, keep, resume, newer, remove;
    const char *output; /* get: the local name */
    char **arguments;   /* NULL at the end */
    size_t count;
};

/* These exit on wrong usage. */
void connect_options_read(struct connect_options *options, int argc, char **argv);
void get_options_read(struct once_options *options, int argc, char **argv);
void put_options_read(struct once_options *options, int argc, char **argv);

#endif

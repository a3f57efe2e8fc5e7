/*
 * The command line of `ftp server`.
 */
#ifndef GLASSBOX_FTP_SERVER_OPTIONS_H
#define GLASSBOX_FTP_SERVER_OPTIONS_H

#include "channel.h"
#include "explain.h"
#include "home.h"
#include "home_option.h"
#include "lesson_seed.h"
#include "places.h"

#define FTP_PORT 2121

struct server_options {
    struct home_options home;
    const char *directory; /* DIR */
    uint16_t port;
    const char *bind;           /* NULL: everywhere, or loopback in the textbook suite */
    uint16_t low, high;         /* of --ports; 0: random ones */
    const char *public_address; /* what PASV tells clients, NULL: the connection's own */
    const char *key;            /* its name in the home */
    const char *allowed;        /* NULL: of the home */
    const char *users;          /* NULL: of the home */
    const char *log, *log_directory;
    struct channel_suite suite;
    struct explain_options explain;
    struct seed_number seed;
    size_t stock;
    bool shared, allow_plain, anonymous;
    struct places_limits places;
    unsigned long idle_seconds;
};

/* Exits on wrong usage. */
void server_options_read(struct server_options *options, int argc, char **argv);

#endif

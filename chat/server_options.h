/*
 * The command line of `chat server`.
 */
#ifndef GLASSBOX_CHAT_SERVER_OPTIONS_H
#define GLASSBOX_CHAT_SERVER_OPTIONS_H

#include "channel.h"
#include "explain.h"
#include "home.h"
#include "home_option.h"
#include "lesson_seed.h"
#include "places.h"

struct server_options {
    struct home_options home;
    uint16_t port;
    const char *bind;    /* NULL: everywhere, or loopback in the textbook suite */
    uint16_t low, high;  /* of --ports; 0: random ones */
    const char *key;     /* its name in the home */
    const char *allowed; /* NULL: of the home */
    const char *log;     /* NULL: none */
    struct channel_suite suite;
    struct explain_options explain;
    struct seed_number seed;
    size_t stock;
    struct places_limits places;
};

/* Exits on wrong usage. */
void server_options_read(struct server_options *options, int argc, char **argv);

#endif

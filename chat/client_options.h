/*
 * The command line of `chat connect`.
 */
#ifndef GLASSBOX_CHAT_CLIENT_OPTIONS_H
#define GLASSBOX_CHAT_CLIENT_OPTIONS_H

#include "channel.h"
#include "explain.h"
#include "home.h"
#include "home_option.h"
#include "lesson_seed.h"
#include "trust.h"

struct client_options {
    struct home_options home;
    const char *host;
    uint16_t port;
    const char *key; /* its name in the home */
    struct trust_options trust;
    struct channel_suite suite;
    struct explain_options explain;
    struct seed_number seed;
    unsigned linger; /* seconds to go on listening after the end of the input */
};

/* Exits on wrong usage. */
void client_options_read(struct client_options *options, int argc, char **argv);

#endif

/*
 * The command line of `chat connect`.
 */
#ifndef GLASSBOX_CHAT_CLIENT_OPTIONS_H
#define GLASSBOX_CHAT_CLIENT_OPTIONS_H

#include "channel.h"
#include "fingerprint.h"
#include "home.h"

struct client_options {
    struct home_options home;
    const char *host;
    uint16_t port;
    const char *key;     /* its name in the home */
    bool accept_new;     /* an unknown server's key is taken as it comes */
    bool has_server_key; /* or must have this fingerprint */
    uint8_t server_key[FINGERPRINT_BYTES];
    struct channel_suite suite;
    unsigned linger; /* seconds to go on listening after the end of the input */
};

/* Exits on wrong usage. */
void client_options_read(struct client_options *options, int argc, char **argv);

#endif

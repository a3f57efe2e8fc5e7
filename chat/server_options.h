/*
 * The command line of `chat server`.
 */
#ifndef GLASSBOX_CHAT_SERVER_OPTIONS_H
#define GLASSBOX_CHAT_SERVER_OPTIONS_H

#include "server_start.h"

/* Exits on wrong usage. */
void server_options_read(struct server_options *options, int argc, char **argv);

#endif

/*
 * --suite modern|textbook[:CIPHER], the same for server and client.
 */
#ifndef GLASSBOX_SUITE_OPTION_H
#define GLASSBOX_SUITE_OPTION_H

#include "channel.h"

#include <argp.h>

/* An argp child; its input is a struct channel_suite, modern when zeroed. */
extern const struct argp suite_argp;

/* Says on the screen what the textbook suite is, if it is the one. */
void suite_warn(struct channel_suite suite);

#endif

/*
 * --suite modern|textbook[:CIPHER], the same for server and client.
 */
#ifndef GLASSBOX_SUITE_OPTION_H
#define GLASSBOX_SUITE_OPTION_H

#include "channel.h"
#include "key_family.h"

#include <argp.h>

/* An argp child; its input is a struct channel_suite, modern when zeroed. */
extern const struct argp suite_argp;

/* --suite of keytool: for which suites a key is. Wrong usage if it is none. */
void suite_read_family(enum key_family *family, const char *text, const struct argp_state *state);

/* Says on the screen what the textbook suite is, if it is the one. */
void suite_warn(struct channel_suite suite);

#endif

/*
 * --suite modern|textbook[:CIPHER], the same for server and client.
 */
#ifndef GLASSBOX_SUITE_OPTION_H
#define GLASSBOX_SUITE_OPTION_H

#include "channel.h"
#include "key_family.h"
#include "option_table.h"

/* For a struct channel_suite, modern when zeroed. */
extern const struct option_table suite_table;

/* --suite of keytool: for which suites a key is; the field is an enum key_family. */
option_read suite_read_family;

/* Says on the screen what the textbook suite is, if it is the one. */
void suite_warn(struct channel_suite suite);

#endif

/*
 * --suite modern|modern:x25519|modern:rsa|dh[:CIPHER]|textbook[:CIPHER], the same for server and
 * client; and a client's --group.
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

/* For a struct dh_group *, NULL where it is not given; the caller frees it. */
extern const struct option_table group_table;
/* Wrong usage: a group, and a suite that has none. */
void suite_check_group(struct channel_suite suite, const struct dh_group *group,
                       const struct argp_state *state);

/* Says on the screen that it is for learning only, if it is. */
void suite_warn(struct channel_suite suite);
/* And that a numeric address is not this machine's alone. */
void suite_warn_of_peer(struct channel_suite suite, const char *address);

#endif

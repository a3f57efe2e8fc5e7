/*
 * The options of every command that uses the home: --home, --allow-published, and where the
 * passphrase of a protected key comes from.
 *
 *     GROUP(struct gen_options, home, home_table),   // of a table; a struct home_options
 */
#ifndef GLASSBOX_HOME_OPTION_H
#define GLASSBOX_HOME_OPTION_H

#include "home.h"
#include "key_access.h"
#include "option_table.h"

/* Set it to {0} first. */
struct home_options {
    const char *directory; /* NULL: not given */
    struct key_access access;
};
extern const struct option_table home_table;

/* Ends the program over the value of an option: a usage error, with the problem's hint. */
void option_refuse(const struct argp_state *state, const char *what, const struct problem *problem)
    __attribute__((noreturn));

/* The value of an option that is the name of a key; the field is a const char *. */
option_read key_name_read;
/* The number of a descriptor for a struct passphrase_source. */
option_read passphrase_read_source;

#endif

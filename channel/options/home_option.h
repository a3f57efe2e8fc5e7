/*
 * The options of every command that uses the home: --home, --allow-published, and where the
 * passphrase of a protected key comes from.
 *
 *     static const struct argp_child children[] = {{&home_argp, 0, NULL, 0}, {0}};
 *     case ARGP_KEY_INIT: state->child_inputs[0] = &options->home;   // a struct home_options
 */
#ifndef GLASSBOX_HOME_OPTION_H
#define GLASSBOX_HOME_OPTION_H

#include "home.h"
#include "key_access.h"

#include <argp.h>

/* Set it to {0} first. */
struct home_options {
    const char *directory; /* NULL: not given */
    struct key_access access;
};
extern const struct argp home_argp;

/* The value of an option that is a name; wrong usage if it is none. option: "--key". */
const char *key_name_option(const struct argp_state *state, const char *option, const char *text);

#endif

/*
 * Where the allow-list is: --home and --allowed, the same on all commands that read or change it.
 */
#ifndef GLASSBOX_KEYTOOL_ALLOW_PLACE_H
#define GLASSBOX_KEYTOOL_ALLOW_PLACE_H

#include "allow_list.h"
#include "home.h"
#include "home_option.h"

struct allow_place {
    struct home_options home;
    const char *allowed; /* of --allowed; NULL: allowed.csv of the home */
};
extern const struct option_table allow_place_table; /* for a struct allow_place */

bool allow_place_find(struct home *home, char path[HOME_PATH_BYTES],
                      const struct allow_place *place, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

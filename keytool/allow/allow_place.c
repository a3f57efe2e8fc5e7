/*
 * Where the allow-list is; see allow_place.h.
 */
#include "allow_place.h"
#include "home_option.h"
#include "option_table.h"

static const struct option_row rows[] = {TEXT(struct allow_place, allowed, "allowed", 0, "FILE",
                                              "The allow-list (default: allowed.csv of the home)"),
                                         GROUP(struct allow_place, home, home_table),
                                         {0}};

const struct option_table allow_place_table = {.rows = rows};

bool allow_place_find(struct home *home, char path[HOME_PATH_BYTES],
                      const struct allow_place *place, struct problem *problem)
{
    return home_find(home, place->home.directory, problem) &&
           home_path_or(path, place->allowed, home, HOME_ALLOWED, problem);
}

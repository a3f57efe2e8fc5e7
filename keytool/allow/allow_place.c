/*
 * Where the allow-list is; see allow_place.h.
 */
#include "allow_place.h"
#include "home_option.h"

enum { OPTION_ALLOWED = 0x2000 };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct allow_place *place = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &place->home;
        return 0;
    case OPTION_ALLOWED:
        place->allowed = argument;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp allow_place_argp = {
    .options = (const struct argp_option[]){{"allowed", OPTION_ALLOWED, "FILE", 0,
                                             "The allow-list (default: allowed.csv of the home)",
                                             0},
                                            {0}},
    .parser = parse,
    .children = (const struct argp_child[]){{&home_argp, 0, NULL, 0}, {0}},
};

bool allow_place_find(struct home *home, char path[HOME_PATH_BYTES],
                      const struct allow_place *place, struct problem *problem)
{
    return home_find(home, place->home.directory, problem) &&
           home_path_or(path, place->allowed, home, HOME_ALLOWED, problem);
}

/*
 * --login-grace, --max-startups, --max-clients and --max-per-ip, the same for all servers.
 */
#ifndef GLASSBOX_PLACES_OPTION_H
#define GLASSBOX_PLACES_OPTION_H

#include "places.h"

#include <argp.h>

/* An argp child; its input is a struct places_limits. */
extern const struct argp places_argp;

#endif

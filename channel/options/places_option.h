/*
 * --login-grace, --max-startups, --max-clients and --max-per-ip, the same for all servers.
 */
#ifndef GLASSBOX_PLACES_OPTION_H
#define GLASSBOX_PLACES_OPTION_H

#include "option_table.h"
#include "places.h"

/* For a struct places_limits. */
extern const struct option_table places_table;

#endif

/*
 * The home: the one folder where a user's keys and lists live.
 *
 * --home DIR, else GLASSBOX_HOME, else $XDG_CONFIG_HOME/glassbox, else ~/.config/glassbox (XDG Base
 * Directory Specification; a relative XDG_CONFIG_HOME is ignored, as it asks). What lies inside is
 * described in docs/formats.md. Folders are made 0700, when something is first written.
 */
#ifndef GLASSBOX_HOME_H
#define GLASSBOX_HOME_H

#include "problem.h"

#define HOME_DIRECTORY_BYTES 3584 /* with the 0 at the end */
#define HOME_NAME_BYTES      512
#define HOME_PATH_BYTES      (HOME_DIRECTORY_BYTES + HOME_NAME_BYTES) /* 4096 = PATH_MAX */

/* The files of a home. */
#define HOME_KEYS          "keys"
#define HOME_ALLOWED       "allowed.csv"
#define HOME_PENDING       "pending.csv"
#define HOME_KNOWN_SERVERS "known_servers.csv"
#define HOME_KNOWN_CLIENTS "known_clients.csv"

struct home {
    char directory[HOME_DIRECTORY_BYTES];
    bool is_default; /* ~/.config/glassbox: every terminal of the user finds it without --home */
};

/* Finds the home; it need not exist yet. directory: of --home, or NULL. Fails if there is no HOME
 * in the environment either, or if the path is too long. */
bool home_find(struct home *home, const char *directory, struct problem *problem)
    __attribute__((warn_unused_result));

/* Whether it is there, for who only reads it. The default home need not be: nothing was kept yet. */
bool home_is_there(const struct home *home, struct problem *problem)
    __attribute__((warn_unused_result));

/* DIRECTORY/NAME. Cut beyond HOME_NAME_BYTES, which no name of ours reaches. */
void home_path(char path[HOME_PATH_BYTES], const struct home *home, const char *name);

/* path if it is not NULL (an option such as --allowed FILE), else home_path of name. Fails if path
 * is too long. */
bool home_path_or(char out[HOME_PATH_BYTES], const char *path, const struct home *home,
                  const char *name, struct problem *problem) __attribute__((warn_unused_result));

/* Makes the home, its missing parents, and the folder `inside` it (NULL: none), each 0700. Folders
 * that are there already keep their permissions. */
bool home_make(const struct home *home, const char *inside, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

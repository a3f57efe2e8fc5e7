/*
 * Paths inside a folder that travels: which are let in, and how they are opened.
 *
 * A path is a name, or names with single slashes between, TREE_DEPTH_MAX at most; never absolute,
 * no name is empty, "." or "..", or one of ours (partial_file.h), no byte is 0. A link stays in the
 * folder if its target is relative, has its ".." only in front, and no more of them than there are
 * folders above it: then no link can lead out through another one either.
 */
#ifndef GLASSBOX_FTP_TAR_PATH_H
#define GLASSBOX_FTP_TAR_PATH_H

#include "problem.h"

#include <stdbool.h>

bool tar_path_is_safe(const char *path);
/* Whether the target of a symbolic link at this (safe) path stays in the folder. */
bool tar_link_stays(const char *path, const char *target);

/* A tree whose folders are opened one after the other. {.top = FOLDER, .folder = -1} at first. */
struct tar_place {
    int top;    /* the caller's */
    int folder; /* the last one, -1: none; most often the next is the same, or lies in it */
    char *path; /* of it, below the top */
};

/* The folder of a path without "." and "..", "" being the top. The descriptor stays the place's, and
 * is valid until the next call; -1 and errno. Links on the way are not followed (ELOOP, ENOTDIR);
 * folders that are missing are made if `make`. */
int tar_place_open(struct tar_place *place, const char *path, bool make);
/* The same for the folder that a path lies in; *name is the path's last name, inside path. */
int tar_place_parent(struct tar_place *place, const char *path, bool make, const char **name);
void tar_place_close(struct tar_place *place);

#endif

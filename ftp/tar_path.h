/*
 * Paths inside a folder that travels as tar: which are let in, and how they are opened.
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

/* The folder that a safe path lies in, below `folder`: a new descriptor, or -1 with errno. Links on
 * the way are not followed (ELOOP, ENOTDIR); folders that are missing are made if `make`. *name is
 * the path's last name, inside path. */
int tar_open_parent(int folder, const char *path, bool make, const char **name);

#endif

/*
 * Lists of names: those of a folder, and the folders that the front of a pattern stands for.
 */
#ifndef GLASSBOX_FTP_LISTING_NAMES_H
#define GLASSBOX_FTP_LISTING_NAMES_H

#include "jail.h"

#include <dirent.h>

struct names {
    char **all;
    size_t count;
};

/* Adds a copy; false: no memory. */
bool names_add(struct names *names, const char *name);
void names_free(struct names *names);

/* The next names of a folder, without "." and "..", without names of ours; with a pattern what
 * fits. Those that come at once are sorted: NAMES_AT_ONCE, fewer at the end. False and errno. */
#define NAMES_AT_ONCE ((size_t)20000)
bool names_read(struct names *names, DIR *entries, const char *pattern);
/* A stream of its own on a folder's descriptor, which stays the caller's. NULL and errno. */
DIR *names_open(int folder);

/* The folders in which the last part of the pattern is to be looked for, as the client would say
 * them: "" or ending in a slash. root, cwd: as in jail.h. False and errno; E2BIG: those folders,
 * and all on the way to them, take more than NAMES_PATTERN_BYTES: short patterns with ".." in them
 * stand for more folders than there are. */
#define NAMES_PATTERN_BYTES ((size_t)8 << 20)
bool names_expand(struct names *folders, int root, const char *cwd, const char *pattern);

#endif

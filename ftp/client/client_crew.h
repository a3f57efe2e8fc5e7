/*
 * Several files at a time: connections of one login that take files off one list.
 *
 * One connection walks over the tree and hands the files in; it moves some itself whenever the list
 * is full, and with --parallel 1 it moves them all. A file that fails is named and left out. So is
 * the file of a further connection that broke; the others go on.
 */
#ifndef GLASSBOX_FTP_CLIENT_CREW_H
#define GLASSBOX_FTP_CLIENT_CREW_H

#include "client_remote.h"
#include "client_transfer.h"

struct crew;

struct crew_count {
    uint64_t files, skipped; /* moved, and not newer */
};

/* Both stay the caller's; remote is used by this thread alone. NULL: no memory. */
struct crew *crew_new(struct remote *remote, const struct transfer *how);

/* A file: its path below both folders, the descriptor of our folder that it lies in (the caller's),
 * and what a listing said of it, or NULL. False: nothing can go on. */
bool crew_move(struct crew *crew, const char *path, int folder, const struct entry *facts);

/* Waits until all is done, closes the further connections, and frees. What they left out is counted
 * at the first. False: it did not come to its end. */
bool crew_finish(struct crew *crew, struct crew_count *count);

#endif

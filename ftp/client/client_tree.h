/*
 * Whole folders with any server: a walk over the tree, and each file a transfer of its own.
 *
 * What cannot be moved is said and left out, and the rest goes on: what cannot be read, has
 * vanished, is no file, or is a link that leads out of the folder. Links that stay in it are made
 * here; no server can be asked to make one, so they are left out there.
 */
#ifndef GLASSBOX_FTP_CLIENT_TREE_H
#define GLASSBOX_FTP_CLIENT_TREE_H

#include "client_transfer.h"

/* folder: a descriptor of ours, and its name to people. Adds up in the request's left_out. */
bool tree_get(struct client *client, const char *remote, int folder, const char *shown,
              const struct transfer *how);
bool tree_put(struct client *client, int folder, const char *shown, const char *remote,
              const struct transfer *how);

#endif

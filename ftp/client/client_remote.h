/*
 * A folder of the server and what is in it: where a walk over a tree stands.
 *
 * Names are given one at a time behind CWD, never as paths: LIST of a path with blanks, brackets or
 * a dash means something else to each server, and a line may not be longer than a few thousand
 * bytes (a path may).
 */
#ifndef GLASSBOX_FTP_CLIENT_REMOTE_H
#define GLASSBOX_FTP_CLIENT_REMOTE_H

#include "client.h"
#include "entry.h"

struct remote {
    struct client *client;
    char *home; /* where we were; remote_close goes back there */
    char *base; /* the folder, from the server's top */
    char *at;   /* where we are: a path below base, "" for itself; NULL: unknown */
};

/* Goes to the folder, "" being the one where we are. With `make` it is made if it is not there. */
bool remote_open(struct remote *remote, struct client *client, const char *path, bool make);
/* The same place for another connection of the same login. */
bool remote_open_too(struct remote *remote, struct client *client, const struct remote *first);
/* Goes back to where we were, and frees. Fine on a {0}. */
void remote_close(struct remote *remote);

/* Goes to a folder below. */
bool remote_go(struct remote *remote, const char *path);
/* The same; if the last folder of the path is not there, it is made. */
bool remote_go_make(struct remote *remote, const char *path);
/* What is in the folder where we are: by MLSD, else by LIST. */
bool remote_list(struct remote *remote, struct listing *listing);

/* Removes what is there under that name, in the folder `path`, with all that is in it. What cannot
 * be removed is left out, and said. */
bool remote_remove(struct remote *remote, const char *path, const struct entry *entry);

/* FOLDER/NAME, or NAME if the folder is "": a new string. */
char *remote_join(const char *folder, const char *name);

#endif

/*
 * A folder of the server and what is in it: where a walk over a tree stands.
 *
 * Names are given one at a time behind CWD, never as paths: LIST of a path with blanks, brackets or
 * a dash means something else to each server, and a line may not be longer than a few thousand
 * bytes (a path may).
 *
 * A walk goes from folder to folder by a list of those that are still to be seen:
 *
 *     remote_add(remote, "", &(struct entry){0});
 *     while ((folder = remote_next(remote)))
 *         ... remote_go(remote, folder->path), remote_list, remote_add for each folder in it ...
 *     for (; (folder = remote->seen); remote_forget(remote))
 *         ... once more, the inner ones first ...
 */
#ifndef GLASSBOX_FTP_CLIENT_REMOTE_H
#define GLASSBOX_FTP_CLIENT_REMOTE_H

#include "client.h"
#include "entry.h"

/* A folder of a walk. */
struct remote_folder {
    struct remote_folder *next;
    struct entry facts; /* of a listing, without strings */
    char path[];        /* below the base */
};

struct remote {
    struct client *client;
    const char *shown; /* the base to people, in front of what is left out; borrowed */
    char *home;        /* where we were; remote_close goes back there */
    char *base;        /* the folder, from the server's top */
    char *at;          /* where we are: a path below base, "" for itself; NULL: unknown */
    struct remote_folder *pending, *seen; /* the last one first */
    size_t bytes;                         /* of both */
};

/* Goes to the folder, "" being the one where we are. With `make` it is made if it is not there. */
bool remote_open(struct remote *remote, struct client *client, const char *shown, const char *path,
                 bool make);
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

/* To be seen, before those that came earlier. One that is too much is left out. False: no memory. */
bool remote_add(struct remote *remote, const char *path, const struct entry *facts);
/* The next one, which is the first of `seen` from now on. NULL: there is none. */
const struct remote_folder *remote_next(struct remote *remote);
/* Frees the first of `seen`. */
void remote_forget(struct remote *remote);

/* Removes what is there under that name, in the folder `path`, with all that is in it. What cannot
 * be removed is left out, and said. No walk is under way. */
bool remote_remove(struct remote *remote, const char *path, const struct entry *entry);

#endif

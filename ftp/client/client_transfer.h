/*
 * Files and whole folders, from and to the server.
 *
 * A download is written under a name of its own beside the target (.NAME.ftp-part), and takes the
 * target's name when it is complete and verified; one that was interrupted stays there to be
 * continued. What had the target's name before is untouched until then.
 *
 * Verified means compared by HASH (SHA-256 of what stands on both disks), if the server has it. One
 * check is cheaper: a large file that came in one piece through a modern channel, where each byte
 * and the end are authenticated, must only not have changed while it was read.
 */
#ifndef GLASSBOX_FTP_CLIENT_TRANSFER_H
#define GLASSBOX_FTP_CLIENT_TRANSFER_H

#include "client.h"
#include "entry.h"

struct transfer {
    bool put;    /* from here to the server; otherwise from there */
    bool folder; /* with all that is in it */
    bool resume; /* go on where an interrupted one ended */
    bool keep;   /* time stamps and modes */
    bool newer;  /* only what differs in size or is older there; keeps times, to compare later */
    bool remove; /* of folders: what is not on this side goes on the other */
};

/* A file of ours: `folder` is a descriptor, or AT_FDCWD. */
struct local_file {
    int folder;
    const char *name;
    const char *shown; /* to people */
};

/* A file or a folder. facts: what a listing said of a file of the server just now; NULL: the server
 * is asked. */
bool transfer(struct client *client, const char *local, const char *remote,
              const struct entry *facts, const struct transfer *how);

/* A file. *skipped (may be NULL): there was nothing newer to be moved. */
bool transfer_file(struct client *client, const struct local_file *local, const char *remote,
                   const struct entry *facts, const struct transfer *how, bool *skipped);

/* The name that a download has while it is not complete, beside its own: a new string. */
char *transfer_partial_name(const char *local);

/* A folder; one of ours is made. With our server it is one tar stream (docs/ftp.md, section 4). With
 * any other, or where files are chosen or several move at a time, it is a walk: what cannot be moved
 * is said and left out, and the rest goes on. That is what cannot be read, has vanished, is no file,
 * or is a link that leads out of the folder. Links that stay in it are made here; no server can be
 * asked to make one. */
bool transfer_folder(struct client *client, const char *local, const char *remote,
                     const struct transfer *how);
/* The walk; `folder` is ours, with its name to people. */
bool transfer_tree(struct client *client, int folder, const char *shown, const char *remote,
                   const struct transfer *how);

/* The server's SHA-256 of a file against that of ours. False: they differ, or it cannot be said. */
bool transfer_verify(struct client *client, const char *remote, int file, const char *local);
/* The server's SHA-256 in hex. */
#define TRANSFER_HASH_TEXT (2 * 32 + 1)
bool transfer_hash(struct client *client, char text[TRANSFER_HASH_TEXT], const char *remote);

#endif

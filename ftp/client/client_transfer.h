/*
 * Files from and to the server.
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

/* facts: what a listing said of it just now; NULL: the server is asked. *skipped (may be NULL):
 * there was nothing newer to be moved. */
bool transfer_get(struct client *client, const char *remote, const struct local_file *local,
                  const struct entry *facts, const struct transfer *how, bool *skipped);
bool transfer_put(struct client *client, const struct local_file *local, const char *remote,
                  const struct transfer *how, bool *skipped);

/* The name that a download has while it is not complete, beside its own: a new string. */
char *transfer_part(const char *local);

/* Whole folders. `local` is made. With our server each is one tar stream (docs/ftp.md, section 4);
 * with any other, or where files are chosen or several move at a time, a walk (client_tree.h). */
bool folder_get(struct client *client, const char *remote, const char *local,
                const struct transfer *how);
bool folder_put(struct client *client, const char *local, const char *remote,
                const struct transfer *how);

/* How a transfer of so many bytes is verified; pieced: it was put together from two. */
enum transfer_check { CHECK_NOTHING, CHECK_FACTS, CHECK_HASH };
#define TRANSFER_HASH_ALWAYS ((uint64_t)16 << 20) /* takes no longer than the request's keys */
enum transfer_check transfer_check(const struct client *client, uint64_t bytes, bool pieced);
/* The server's SHA-256 of a file against that of ours. False: they differ, or it cannot be said. */
bool transfer_verify(struct client *client, const char *remote, int file, const char *local);
/* The server's SHA-256 in hex. */
#define TRANSFER_HASH_TEXT (2 * 32 + 1)
bool transfer_hash(struct client *client, char text[TRANSFER_HASH_TEXT], const char *remote);

#endif

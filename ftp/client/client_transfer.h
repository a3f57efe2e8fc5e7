/*
 * Files from and to the server.
 *
 * A download is written under a name of its own beside the target (.NAME.ftp-part), and takes the
 * target's name when it is complete and verified; one that was interrupted stays there to be
 * continued. What had the target's name before is untouched until then.
 *
 * Verified: through a channel each byte and the end of the file are authenticated, so a file that
 * came in one piece is what the server read. One that was put together from two transfers, or came
 * in the clear, is compared by HASH if the server has it; --verify compares every one.
 */
#ifndef GLASSBOX_FTP_CLIENT_TRANSFER_H
#define GLASSBOX_FTP_CLIENT_TRANSFER_H

#include "client.h"

struct transfer {
    bool resume; /* go on where an interrupted one ended */
    bool keep;   /* time stamps and modes */
};

/* `local` is the file's name to be. */
bool transfer_get(struct client *client, const char *remote, const char *local,
                  const struct transfer *how);
bool transfer_put(struct client *client, const char *local, const char *remote,
                  const struct transfer *how);

/* Whole folders, each as one tar stream (docs/ftp.md, section 4). The folder `local` is made. */
bool folder_get(struct client *client, const char *remote, const char *local, bool keep);
bool folder_put(struct client *client, const char *local, const char *remote);

/* The server's SHA-256 of a file against that of ours. False: they differ, or it cannot be said. */
bool transfer_verify(struct client *client, const char *remote, int file, const char *local);
/* The server's SHA-256 in hex. */
#define TRANSFER_HASH_TEXT (2 * 32 + 1)
bool transfer_hash(struct client *client, char text[TRANSFER_HASH_TEXT], const char *remote);

#endif

/*
 * Files from and to the server.
 *
 * A download is written under a name of its own beside the target (.NAME.ftp-part), and takes the
 * target's name when it is complete and verified; one that was interrupted stays there to be
 * continued. What had the target's name before is untouched until then.
 *
 * Verified means compared by HASH (SHA-256 of what stands on both disks), if the server has it. One
 * check is cheaper: a large file that came in one piece through a modern channel, where each byte
 * and the end are authenticated, must only not have changed under the hands of whoever read it.
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

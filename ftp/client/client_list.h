/*
 * The server's folders: lists of names with their facts, single files, and names by pattern.
 */
#ifndef GLASSBOX_FTP_CLIENT_LIST_H
#define GLASSBOX_FTP_CLIENT_LIST_H

#include "client.h"
#include "entry.h"

/* What is in a folder ("": the working one): by MLSD, or NLST where that is missing, then without
 * facts. A line that cannot be read, or whose name would leave the folder, is passed over and said,
 * and counts as left out. */
bool list_folder(struct client *client, const char *path, struct listing *listing);
/* The working folder by LIST, of which most kinds are known (entry_read_ls): without times. */
bool list_lines(struct client *client, struct listing *listing);
/* The text of LIST, CR LF as newlines; the caller frees it. */
bool list_text(struct client *client, const char *path, char **text);
/* The facts of one file or folder: by MLST, or SIZE and MDTM. */
bool list_one(struct client *client, const char *path, struct entry *entry);

/* All that fits a pattern (pattern.h, a name at a time); names are whole paths. */
bool list_matching(struct client *client, const char *pattern, struct listing *listing);

#endif

/*
 * Listings as a stream: LIST (as ls -l), NLST (names), MLSD (facts, RFC 3659 7), sorted by name.
 * One line a file, ending in CR LF. A CR in a name becomes CR NUL (RFC 2640 3.1), an LF stays: a
 * name cannot forge a line for those who read lines as the RFC has them. LIST is for people and old
 * clients: there both become '?'. Names of ours are not shown.
 *
 * LIST, NLST and STAT take [-FLAGS...] [--] [PATH], where PATH may be a pattern; MLSD takes a
 * folder as it is. docs/ftp.md 7 has the rules.
 */
#ifndef GLASSBOX_FTP_LISTING_H
#define GLASSBOX_FTP_LISTING_H

#include "stream.h"

enum listing_form { LISTING_LS, LISTING_NAMES, LISTING_FACTS };

/* Of task->argument, seen from task->cwd; task->path becomes what it means. NULL: see the reply. */
struct stream *stream_listing(struct task *task, enum listing_form form);
/* Whether it is of a folder, and not of what has a name or fits a pattern. */
bool listing_is_of_folder(const struct stream *stream);

#endif

/*
 * Listings as a stream: LIST (as ls -l), NLST (names), MLSD (facts, RFC 3659 7), sorted by name.
 * One line a file, ending in CR LF. A CR in a name becomes CR NUL (RFC 2640 3.1), an LF stays: a
 * name cannot forge a line for those who read lines as the RFC has them. LIST is for eyes and for
 * old clients: there both become '?'. Names of ours are not shown.
 */
#ifndef GLASSBOX_FTP_LISTING_H
#define GLASSBOX_FTP_LISTING_H

#include "request.h"

enum listing_form { LISTING_LS, LISTING_NAMES, LISTING_FACTS };

/* Of a folder; of a file (not with facts) its one line. NULL with the task's reply set. */
struct request *request_listing(struct task *task, const char *path, enum listing_form form);

#endif

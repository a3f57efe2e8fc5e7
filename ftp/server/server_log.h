/*
 * The server's log: one line an action, key=value, nobody can forge one (event_log.h). All of it
 * goes to the screen and to --log FILE; with --log-dir DIR each kind also goes to a file of its own
 * there: connections.log, authorization.log, files.log.
 *
 * What only the person at the server can know (a broken allowed.csv, a failed write) comes from the
 * admission and goes to the first.
 */
#ifndef GLASSBOX_FTP_SERVER_LOG_H
#define GLASSBOX_FTP_SERVER_LOG_H

#include "event_log.h"

enum log_kind { LOG_CONNECTIONS, LOG_AUTHORIZATION, LOG_FILES, LOG_KINDS };

struct server_log {
    struct event_log *all;
    struct event_log *kinds[LOG_KINDS]; /* NULL without --log-dir */
};

/* What happened; what is NULL or "" is left out. */
struct log_entry {
    const char *event;
    unsigned long connection; /* 0: none */
    const char *ip, *name, *key, *keys;
    const char *command, *path, *outcome, *detail;
    const char *bytes, *seconds;
    bool stranger; /* about somebody who has not logged in: so many lines, and no more */
};

bool server_log_open(struct server_log *log, const char *file, const char *directory,
                     struct problem *problem) __attribute__((warn_unused_result));
/* Those by kind: `all` is the frame's own (struct server). */
void server_log_close(struct server_log *log);
/* SIGHUP: likewise. */
void server_log_reopen(struct server_log *log);
void server_log_write(struct server_log *log, enum log_kind kind, const struct log_entry *entry);

#endif

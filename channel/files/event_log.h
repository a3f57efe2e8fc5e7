/*
 * The log of a server: one line an event, and nobody can forge one.
 *
 *     2026-02-03T04:05:06Z refused address=127.0.0.1 fingerprint=SHA256:... \
 *         reason="not in allowed.csv"
 *
 * Time (RFC 3339, UTC), event, then key=value pairs. A value that is not plain is put in double
 * quotes, with \" \\ \n \r \t and \u{HEX} inside for what could break the line, command a terminal,
 * or hide. Each line is one write(2) to a file opened for appending, so lines of several threads or
 * programs do not mix. The screen gets the same with the local time of day in front. Never a secret
 * in a value.
 */
#ifndef GLASSBOX_EVENT_LOG_H
#define GLASSBOX_EVENT_LOG_H

#include "problem.h"

#include <stdio.h>

#define EVENT_LOG_LINE_BYTES  4096 /* longer values are cut, with an ellipsis */
#define EVENT_LOG_VALUE_BYTES 1024

struct event_log;

/* path: the file, created 0600; NULL for none. screen: a stream (usually stderr), NULL for none.
 * warn: told when the file cannot be written any more, and when it can again; NULL: nobody is. */
bool event_log_open(struct event_log **log, const char *path, FILE *screen,
                    void (*warn)(const char *text), struct problem *problem)
    __attribute__((warn_unused_result));
void event_log_close(struct event_log *log); /* NULL is fine */

/* Opens the file again by its name (SIGHUP, after logrotate); on failure the old one stays. */
bool event_log_reopen(struct event_log *log, struct problem *problem)
    __attribute__((warn_unused_result));

/* Writes one event: event_log_write(log, "joined", "name", name, "address", address, NULL).
 * event and keys: our own words, a-z 0-9 _ -. A pair whose value is NULL is left out. log may be
 * NULL. A line that can't be written (disk full) is counted; that is said through warn, once, and the
 * next line that can be is preceded by `log-gap lines=N`, as the end of the log is. Any thread. */
void event_log_write(struct event_log *log, const char *event, ...) __attribute__((sentinel));

/* --- lines about strangers (log_bound.h); one thread ----------------------------------------- */
/* Whether one more line about a stranger at this address may be written. Every line about somebody
 * who has not logged in asks here first. */
bool event_log_stranger(struct event_log *log, const char *address);
/* Once a second: tells what was not written. */
void event_log_tick(struct event_log *log);

#endif

/*
 * How a file is described: facts (RFC 3659 7.5), a line as of ls -l, times (RFC 3659 2.3).
 */
#ifndef GLASSBOX_FTP_FACTS_H
#define GLASSBOX_FTP_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

#define FACTS_BYTES      256
#define FACTS_TIME_BYTES 15 /* YYYYMMDDHHMMSS and the 0 at the end */

/* "type=file;size=5;modify=...;" with its blank at the end, as it stands in front of the name.
 * hidden: a set of facts that are not told, by facts_choose; 0: all are. Under --seed without
 * `unique`, which is a number that the file system gives, and all folders are of SEED_CLOCK. */
void facts_text(char out[FACTS_BYTES], const struct stat *status, unsigned hidden, bool read_only,
                bool seeded);
/* The list of OPTS MLST (RFC 3659 7.9): "size;type;". False: that is none, and nothing changes. */
bool facts_choose(unsigned *hidden, const char *list);
/* The names of the facts that are told: "type;size;"; all: of all, with a star behind those. */
void facts_names(char out[FACTS_BYTES], unsigned hidden, bool all);
/* "-rw-r--r--   1 ftp      ftp             5 Feb 03 04:05 ", likewise; times in UTC. */
void facts_ls(char out[FACTS_BYTES], const struct stat *status, time_t now);

void facts_time(char out[FACTS_TIME_BYTES], time_t when);
/* Reads the first 14 digits of text; false: no such time. */
bool facts_time_parse(time_t *when, const char *text);

#endif

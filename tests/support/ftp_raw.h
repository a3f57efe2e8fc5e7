/*
 * A raw FTP client for tests: says exactly what it is told, hears exactly what comes. Plain or,
 * after ftp_raw_auth, inside AUTH GLASSBOX. Every wait ends after FTP_RAW_SECONDS, which only a
 * failing test reaches; then the code is 0.
 */
#ifndef GLASSBOX_TESTS_FTP_RAW_H
#define GLASSBOX_TESTS_FTP_RAW_H

#include "rsa_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FTP_RAW_SECONDS 30

struct ftp_raw;

/* Connects and takes the greeting. */
struct ftp_raw *ftp_raw_new(uint16_t port);
void ftp_raw_free(struct ftp_raw *raw);
/* The same without a FIN: what the server says from now on fails. */
void ftp_raw_reset(struct ftp_raw *raw);
/* USER anna, PASS secret. */
struct ftp_raw *ftp_raw_login(uint16_t port);

/* Bytes as they are. */
void ftp_raw_send(struct ftp_raw *raw, const void *data, size_t bytes);
/* The next reply, its lines together: its code; 0: the line has ended, or time is up. */
int ftp_raw_reply(struct ftp_raw *raw);
/* A line and CRLF, and the reply. */
int ftp_raw(struct ftp_raw *raw, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The text of the last reply, as it came; ftp_raw_code: its code (the greeting's at first). */
const char *ftp_raw_text(const struct ftp_raw *raw);
int ftp_raw_code(const struct ftp_raw *raw);

/* EPSV, and a connection to that port; -1: no. */
int ftp_raw_open(struct ftp_raw *raw);
/* All that comes until the end, a 0 behind it; to be freed. bytes may be NULL. */
char *ftp_raw_slurp(int data, size_t *bytes);
/* A whole request: the data that came (to be freed), NULL if refused; the reply is the last one. */
char *ftp_raw_get(struct ftp_raw *raw, size_t *bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The reply's code at the end. */
int ftp_raw_put(struct ftp_raw *raw, const void *data, size_t bytes, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* AUTH GLASSBOX with this pair, and the handshake of this suite ("modern"); false: it failed. */
bool ftp_raw_auth(struct ftp_raw *raw, const struct rsa_key *pair, const char *suite);
/* Before ftp_raw_auth: what happens in its middle: our key is judged, but not proven. */
void ftp_raw_midway(struct ftp_raw *raw, void (*midway)(void));
void ftp_raw_rekey(struct ftp_raw *raw);
/* Follows the port that came with the last 150, reads to the end; true: a proper end. */
bool ftp_raw_follow(struct ftp_raw *raw, size_t *bytes);
/* The same for an upload. */
bool ftp_raw_follow_and_send(struct ftp_raw *raw, const void *data, size_t bytes);

#endif

/*
 * FTP servers of others, for our client to talk to: each with its own settings, on a free port of
 * 127.0.0.1, as whoever runs the test.
 */
#ifndef GLASSBOX_TESTS_FTP_STRANGER_H
#define GLASSBOX_TESTS_FTP_STRANGER_H

#include "ftp_script.h"

struct ftp_stranger {
    const char *name, *user;
    const char *const *needs; /* files that must be there, NULL at the end */
    /* Starts it on the scene's port for anna's folder; its data ports are the nine behind. */
    struct process *(*start)(const struct ftp_scene *scene);
};

/* LIST alone: no MLSD, MFMT, HASH. */
extern const struct ftp_stranger ftp_vsftpd;
/* MLSD, MFMT, no HASH; no links in lists, as it follows them. */
extern const struct ftp_stranger ftp_pyftpdlib;

/* A script (ftp_script.h) that must end with status 0; skips the test where there is no such
 * server. In it `v OPTIONS` is ftp connect, logged in; `$L` are the options and $U the URL, ending
 * in /, for ftp get and put; $S is the folder that is served. */
void ftp_stranger_check(const struct ftp_stranger *stranger, const char *script);

#endif

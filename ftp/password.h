/*
 * A password from the person at the terminal, with echo off; echo comes back on every path, also
 * when a signal ends or stops the program. Never from the command line or the environment.
 */
#ifndef GLASSBOX_FTP_PASSWORD_H
#define GLASSBOX_FTP_PASSWORD_H

#include "problem.h"

#include <stddef.h>

#define PASSWORD_BYTES 512

/* Asks on /dev/tty. CT: no; the caller wipes it. */
bool password_ask(char password_secret[PASSWORD_BYTES], const char *prompt, struct problem *problem)
    __attribute__((warn_unused_result));
/* The first line of a file. */
bool password_read(char password_secret[PASSWORD_BYTES], const char *path, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

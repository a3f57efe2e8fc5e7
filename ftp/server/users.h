/*
 * Users of plain FTP: a CSV of name and password, the password as crypt(3) keeps it (yescrypt where
 * the system has it). Made by `ftp passwd NAME`. It exists for the lesson: these passwords travel
 * in the clear.
 */
#ifndef GLASSBOX_FTP_USERS_H
#define GLASSBOX_FTP_USERS_H

#include "problem.h"

#define USERS_FILE "ftp_users.csv" /* in the home */

/* Whether that is the password of this name. Takes as long for an unknown name. Blocks on purpose.
 * CT: no; whether the name is there does not show. */
bool users_check(const char *path, const char *name, const char *password, struct problem *problem);

/* Sets it, or adds the row. The file is 0600. */
bool users_set(const char *path, const char *name, const char *password, struct problem *problem)
    __attribute__((warn_unused_result));

#endif

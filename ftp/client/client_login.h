/*
 * The login: by key through a channel (docs/ftp.md, section 1), by name and password with --plain.
 */
#ifndef GLASSBOX_FTP_CLIENT_LOGIN_H
#define GLASSBOX_FTP_CLIENT_LOGIN_H

#include "client.h"

/* USER, PASS, FEAT and what must be said before the first request. The problem says why not. */
bool login(struct client *client);

#endif

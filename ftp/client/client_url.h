/*
 * URLs of files: ftp://[USER@]HOST[:PORT]/PATH (RFC 1738 3.2, RFC 3986), bytes as %XX. The path is
 * the one behind the first slash, so it begins where the login ends up; //PATH begins at the top.
 */
#ifndef GLASSBOX_FTP_CLIENT_URL_H
#define GLASSBOX_FTP_CLIENT_URL_H

#include "problem.h"

#include <stdint.h>

struct url {
    char *user;    /* NULL: none */
    char *host;    /* without the brackets of an IPv6 address */
    uint16_t port; /* 0: none */
    char *path;
};

/* A password in it is refused: others can see command lines. */
bool url_read(struct url *url, const char *text, struct problem *problem);
/* Whether they go through one connection. */
bool url_same_server(const struct url *a, const struct url *b);
void url_free(struct url *url);

#endif

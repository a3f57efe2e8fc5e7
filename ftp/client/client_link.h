/*
 * One connection of the client, plain or through a channel, used the same way: control and data
 * connections are both links. Calls block, at most for the time that the peer may be silent, and
 * end at Ctrl-C (interrupt.h). After a failure the link says why, and can only be dropped.
 */
#ifndef GLASSBOX_FTP_CLIENT_LINK_H
#define GLASSBOX_FTP_CLIENT_LINK_H

#include "secure_socket.h"

struct link;

/* Take over what they are given; NULL without memory, and it is closed. */
struct link *link_plain(int fd, int timeout_ms);
struct link *link_secure(struct secure_socket *socket, int timeout_ms);
/* Gives up the connection of a plain link from which nothing is left to be used, and frees it; -1
 * if something is. */
int link_release(struct link *link);

/* What has come, waiting for the first byte of it: the number of bytes at *data, valid until the
 * next call; 0 at the proper end; -1 after a failure. Then say how many were used. */
ssize_t link_peek(struct link *link, const uint8_t **data);
void link_used(struct link *link, size_t bytes);

/* Room for *space bytes, then how many were put there, which are sent. NULL, false: a failure. */
uint8_t *link_room(struct link *link, size_t *space);
bool link_filled(struct link *link, size_t bytes);
bool link_send(struct link *link, const void *data, size_t bytes);

/* The proper end of what we send, waiting until it has left; frees. False: it did not. */
bool link_end(struct link *link);
/* Hangs up without a word, and frees. NULL is fine. */
void link_drop(struct link *link);

const char *link_failure(const struct link *link);
int link_fd(const struct link *link);
/* NULL of a plain link. */
struct secure_socket *link_socket(const struct link *link);
/* The ticket of the port that the server has named meanwhile, which the caller frees; or NULL. */
struct channel_ticket *link_take_ticket(struct link *link);

#endif

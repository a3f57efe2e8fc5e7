/*
 * One connection of the client, plain or through a channel, used the same way: control and data
 * connections are both of this kind. Calls block, at most for the time that the peer may be silent, and
 * end at Ctrl-C (interrupt.h). After a failure it says why, and can only be dropped.
 */
#ifndef GLASSBOX_FTP_CLIENT_CONNECTION_H
#define GLASSBOX_FTP_CLIENT_CONNECTION_H

#include "secure_socket.h"

struct client_connection;

/* Take over what they are given; NULL without memory, and it is closed. */
struct client_connection *client_connection_plain(int fd, int timeout_ms);
struct client_connection *client_connection_secure(struct secure_socket *socket, int timeout_ms);
/* Gives up the descriptor of a plain connection from which nothing is left to be used, and frees it; -1
 * if something is. */
int client_connection_release(struct client_connection *connection);

/* What has come, waiting for the first byte of it: the number of bytes at *data, valid until the
 * next call; 0 at the proper end; -1 after a failure. Then say how many were used. */
ssize_t client_connection_peek(struct client_connection *connection, const uint8_t **data);
void client_connection_used(struct client_connection *connection, size_t bytes);

/* Room for *space bytes, then how many were put there, which are sent. NULL, false: a failure. */
uint8_t *client_connection_room(struct client_connection *connection, size_t *space);
bool client_connection_filled(struct client_connection *connection, size_t bytes);
bool client_connection_send(struct client_connection *connection, const void *data, size_t bytes);

/* The proper end of what we send, waiting until it has left; frees. False: it did not. */
bool client_connection_end(struct client_connection *connection);
/* Hangs up without a word, and frees. NULL is fine. */
void client_connection_drop(struct client_connection *connection);

const char *client_connection_failure(const struct client_connection *connection);
int client_connection_fd(const struct client_connection *connection);
/* NULL of a plain connection. */
struct secure_socket *client_connection_socket(const struct client_connection *connection);

#endif

/*
 * The control connection: commands out, replies in, and fresh keys for each request.
 *
 * A request is what the person asked for: one line of the shell. Its first command goes under keys
 * that no other request has used, and so does every transfer (docs/ftp.md, section 2). The keys of
 * the handshake, under which only the login went, are those of the first request.
 */
#ifndef GLASSBOX_FTP_CLIENT_CONTROL_H
#define GLASSBOX_FTP_CLIENT_CONTROL_H

#include "client.h"

/* Connects; with encryption says AUTH GLASSBOX and shakes hands. False: it has been said, and
 * client->status is set. */
bool control_open(struct client *client);

/* The next request begins: what is sent from now on goes under fresh keys, problems are new. */
void control_new_request(struct client *client);

/* Says that FOLDER/PATH ("": the other alone) is not done; the rest goes on. */
void control_left_out(struct client *client, const char *folder, const char *path, const char *why);
/* The same with the problem for a reason, which is told and forgotten. False, and the problem
 * stays: the connection is gone, or Ctrl-C has ended it. */
bool control_go_on(struct client *client, const char *folder, const char *path);
/* At the end of a request: false, with the problem, if something was left out. */
bool control_all_done(struct client *client);

/* Sends "COMMAND PATH", or the command alone if the path is NULL, and waits for its reply, whose
 * code comes back; 0: there is none, see the problem. A path that begins like an option, for which
 * many servers take it, gets "./" in front. In the channel, names may hold any byte but 0: CR is
 * sent as CR NUL (RFC 2640 3.1). In plain FTP a line with CR or LF is not sent: a server may see
 * two. */
int control_command(struct client *client, const char *command, const char *path);
/* The two halves. control_send of a transfer command sees to it that its keys are fresh. */
bool control_send(struct client *client, const char *command, const char *path);
int control_reply(struct client *client);
/* Lines of the login, up to NULL, in one packet; a control_reply for each is due. */
bool control_send_all(struct client *client, const char *const lines[]);

/* control_command, and a problem unless the reply is a 2xx. */
bool control_do(struct client *client, const char *command, const char *path);
/* The last reply as a problem: "WHAT: the server says: 550 ..."; no reply has left one already.
 * Always false. */
bool control_refused(struct client *client, const char *what);

#endif

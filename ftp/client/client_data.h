/*
 * Data connections, which come with the command that needs them: through the hand-over of the
 * channel (docs/ftp.md, section 3), or with --plain by EPSV, PASV, EPRT or PORT (RFC 959, 2428).
 */
#ifndef GLASSBOX_FTP_CLIENT_DATA_H
#define GLASSBOX_FTP_CLIENT_DATA_H

#include "client.h"
#include "progress.h"

/* Sends the command (control_send) and opens its data connection. `offset` is where the file begins
 * (RFC 3659 5), 0 for all of it. NULL: the problem says why. */
struct client_connection *data_open(struct client *client, uint64_t offset, const char *command,
                                    const char *path);

/* After the last byte in either direction: ends the connection and reads the final reply. False:
 * the transfer failed. */
bool data_end(struct client *client, struct client_connection *data);
/* After a failure in the middle: hangs up, and reads the final reply if there is still one. The
 * problem gets the connection's reason. Always false. */
bool data_fail(struct client *client, struct client_connection *data);
/* After either: progress_end; the problem says how far it came if Ctrl-C ended it. Returns done. */
bool data_tell(struct client *client, struct progress *progress, bool done);

#endif

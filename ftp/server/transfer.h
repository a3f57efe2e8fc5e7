/*
 * A transfer: one stream on its way through a data connection, while commands go on being heard.
 *
 *     CONNECTING ------> FLOWING --------> FINISHING -------> gone
 *       the hand-over,     chunk by chunk     the last work
 *       or PASV, PORT                         with the file
 *
 * In the mechanism the data connection is made by the channel's hand-over; in plain FTP it is what
 * PASV or PORT has prepared. Each chunk is moved when the one before has left: a slow reader holds
 * up nobody, and costs one chunk of memory.
 */
#ifndef GLASSBOX_FTP_TRANSFER_H
#define GLASSBOX_FTP_TRANSFER_H

#include "commands.h"
#include "stream.h"

/* Takes the stream over. The replies (150; 226 or what went wrong) and the log follow. */
void transfer_start(struct session *session, const struct command *command, const char *path,
                    struct stream *stream);

/* Ends it with this reply; the data connection is cut. */
void transfer_cut(struct transfer *transfer, int code, const char *text);
/* The same at the client's wish: ABOR's own reply follows. */
void transfer_abort(struct transfer *transfer);
/* Without a reply: the session ends. */
void transfer_abandon(struct transfer *transfer);

/* Between its 150 and its end: the client knows that the last reply comes later. */
bool transfer_is_under_way(const struct transfer *transfer);
/* For STAT and the clock. */
const char *transfer_verb(const struct transfer *transfer);
const char *transfer_path(const struct transfer *transfer);
uint64_t transfer_bytes(const struct transfer *transfer);
uint64_t transfer_last_progress(const struct transfer *transfer); /* uv_now */

#endif

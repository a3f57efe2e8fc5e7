/*
 * The inside of a transfer, for the two files that make it up: transfer.c (its life: connection,
 * end, replies) and transfer_flow.c (its bytes).
 */
#ifndef GLASSBOX_FTP_TRANSFER_INSIDE_H
#define GLASSBOX_FTP_TRANSFER_INSIDE_H

#include "transfer.h"
#include "uv_handover.h"

enum transfer_state { CONNECTING, FLOWING, FINISHING, GONE };

struct transfer {
    struct session *session;
    const struct command *command;
    struct stream *stream;
    char *path;
    enum transfer_state state;
    struct uv_handover *handover;
    struct uv_channel *connection;
    uv_work_t work;
    bool working;        /* a worker has the stream */
    bool at_end;         /* a download: all has been read */
    bool hung_up;        /* a download: the client has, before anything was sent */
    bool complete;       /* the proper end has come */
    bool begun;          /* 150 has been said */
    bool aborted;        /* an ABOR waits for its reply */
    uint8_t *chunk;      /* a download's, when a worker reads */
    const uint8_t *data; /* an upload's, when a worker writes */
    size_t data_bytes, taken;
    ssize_t got;
    bool written;
    uint64_t bytes, started, last_progress;
    int code;
    char text[STREAM_TEXT_BYTES];
};

/* --- transfer.c --- */
/* The last work with the file: now, or when the worker that has it is back. */
void transfer_finish(struct transfer *transfer);
/* transfer_cut for the stream's own error. */
void transfer_fail(struct transfer *transfer);

/* --- transfer_flow.c --- */
/* Here is the data connection. */
extern const struct uv_channel_handlers transfer_handlers;
void transfer_flow(struct transfer *transfer, struct uv_channel *connection);

#endif

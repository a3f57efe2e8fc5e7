/*
 * What flows through a data connection, from or to where: a file, a listing, a folder as tar. Made
 * by a task (task.h), moved by a transfer (transfer.h). All four functions may block and run on a
 * worker thread, one at a time; those of a `quick` stream also run on the loop's thread.
 */
#ifndef GLASSBOX_FTP_REQUEST_H
#define GLASSBOX_FTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define STREAM_CHUNK_BYTES ((size_t)256 * 1024 - 1) /* one record: CHANNEL_DATA_MAX */
#define STREAM_TEXT_BYTES  512

struct stream;

struct stream_kind {
    bool is_upload;
    /* Downloads: fills `to`; 0: the end, -1: an error. */
    ssize_t (*read)(struct stream *stream, uint8_t *to, size_t space);
    /* Uploads: takes all of it; false: an error. */
    bool (*write)(struct stream *stream, const uint8_t *data, size_t bytes);
    /* Uploads: the data has ended, or (complete false) the connection was cut. False: an error. */
    bool (*finish)(struct stream *stream, bool complete);
    void (*free)(struct stream *stream);
};

struct stream {
    const struct stream_kind *kind;
    bool quick; /* it lies in memory: a chunk takes no time to speak of */
    int code;   /* of the error; 0: none yet */
    char text[STREAM_TEXT_BYTES];
    char opening[STREAM_TEXT_BYTES]; /* what 150 says */
};

/* Notes the first error; false, or -1. */
bool stream_fail(struct stream *stream, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool stream_errno(struct stream *stream, const char *what);

/* Whether a file lies in memory (tmpfs). */
bool stream_is_quick(int descriptor);

/* --- what there is ---------------------------------------------------------------------------- */
/* Each from a worker; NULL with the task's reply set. An upload that has none yet goes on in the
 * next slice of the task. */
struct task;
struct stream *stream_file(struct task *task, const char *path);                /* RETR */
struct stream *stream_upload(struct task *task, const char *path, bool append); /* STOR, APPE */
struct stream *stream_tar_out(struct task *task, const char *path);
struct stream *stream_tar_in(struct task *task, const char *path);

#endif

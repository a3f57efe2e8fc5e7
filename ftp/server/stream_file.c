/*
 * Files on their way: RETR reads one; STOR, STOU and APPE write one under a name of ours, which
 * takes its own name when it is complete. In TYPE A lines end in CR LF on the way and in LF here
 * (RFC 959 3.1.1.1).
 */
#include "stream.h"

#include "partial_upload.h"
#include "printable.h"
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* --- all streams ----------------------------------------------------------------------------- */
bool stream_fail(struct stream *stream, int code, const char *format, ...)
{
    char text[STREAM_TEXT_BYTES];
    va_list arguments;
    if (stream->code)
        return false;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    /* It may hold a name of a stranger's. */
    printable_text(stream->text, sizeof(stream->text), text, strlen(text));
    stream->code = code;
    return false;
}

bool stream_errno(struct stream *stream, const char *what)
{
    int error = errno;
    return stream_fail(stream, errno_code(error), "%s: %s", what, errno_words(error));
}

bool stream_is_quick(int descriptor)
{
    struct statfs status;
    return fstatfs(descriptor, &status) == 0 && (unsigned long)status.f_type == TMPFS_MAGIC;
}

/* --- downloads -------------------------------------------------------------------------------- */
struct download {
    struct stream stream; /* first */
    int file;
    bool ascii, cr; /* cr: the last byte was one */
    off_t at, end;  /* a file that grows faster than it leaves would have no end of its own */
};

static ssize_t read_file(struct download *download, uint8_t *to, size_t space)
{
    uint64_t left = (uint64_t)(download->end - download->at);
    ssize_t got = pread(download->file, to, left < space ? (size_t)left : space, download->at);
    if (got < 0) {
        stream_errno(&download->stream, "The file cannot be read");
        return -1;
    }
    download->at += got;
    return got;
}

/* In place, from the end: the bytes stand at the back of `to`, and every LF there becomes CR LF,
 * unless it is the end of one already. bytes <= space / 2, so what is written never overtakes what
 * is still to be read. */
static size_t spread_lines(struct download *download, uint8_t *to, size_t space, size_t bytes)
{
    size_t out = 0;
    const uint8_t *in = to + space - bytes;
    for (size_t i = 0; i < bytes; i++) {
        if (in[i] == '\n' && !download->cr)
            to[out++] = '\r';
        download->cr = in[i] == '\r';
        to[out++] = in[i];
    }
    return out;
}

static ssize_t read_download(struct stream *stream, uint8_t *to, size_t space)
{
    struct download *download = (struct download *)stream;
    if (!download->ascii)
        return read_file(download, to, space);
    size_t half = space / 2;
    ssize_t got = read_file(download, to + space - half, half);
    if (got <= 0)
        return got;
    memmove(to + space - got, to + space - half, (size_t)got);
    return (ssize_t)spread_lines(download, to, space, (size_t)got);
}

static void free_download(struct stream *stream)
{
    struct download *download = (struct download *)stream;
    close(download->file);
    free(download);
}

static const struct stream_kind download_kind = {.read = read_download, .free = free_download};

/* A regular file, and not beyond its end (RFC 3659 5: REST needs TYPE I here). */
static bool judge_file(struct task *task, int file, struct stat *status)
{
    if (fstat(file, status) != 0)
        return task_errno(task, task->path);
    if (!S_ISREG(status->st_mode))
        return task_reply(task, 550, "That is not a file");
    if (task->restart > 0 && task->ascii)
        return task_reply(task, 554, "REST works with TYPE I");
    if (task->restart > (uint64_t)status->st_size)
        return task_reply(task, 554, "REST lies behind the end: the file has %lld bytes",
                          (long long)status->st_size);
    return true;
}

struct stream *stream_file(struct task *task, const char *path)
{
    struct stat status;
    /* O_NONBLOCK: a fifo in the folder must not hold us up. */
    int file = jail_open(task->root, path, O_RDONLY | O_NONBLOCK, 0);
    if (file < 0) {
        task_errno(task, path);
        return NULL;
    }
    struct download *download = judge_file(task, file, &status) ? calloc(1, sizeof(*download))
                                                                : NULL;
    if (!download) {
        if (!task->code)
            task_reply(task, 451, "No memory");
        close(file);
        return NULL;
    }
    posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    download->stream.kind = &download_kind;
    download->stream.quick = stream_is_quick(file);
    download->file = file;
    download->ascii = task->ascii;
    download->at = (off_t)task->restart;
    download->end = status.st_size;
    snprintf(download->stream.opening, sizeof(download->stream.opening),
             "Here it comes: %lld bytes", (long long)status.st_size - (long long)task->restart);
    return &download->stream;
}

/* --- uploads ---------------------------------------------------------------------------------- */
struct upload {
    struct stream stream; /* first */
    struct partial_upload partial;
    bool ascii, cr; /* cr: the last byte was a CR, of which we don't know yet */
};

static bool write_all(struct upload *upload, const uint8_t *data, size_t bytes)
{
    return partial_upload_write(&upload->partial, data, bytes) ||
           stream_errno(&upload->stream, "The file cannot be written");
}

/* CR LF becomes LF; a CR before anything else stays. */
static bool write_lines(struct upload *upload, const uint8_t *data, size_t bytes)
{
    uint8_t *text = malloc(bytes + 1);
    size_t used = 0;
    if (!text)
        return stream_fail(&upload->stream, 451, "No memory");
    for (size_t i = 0; i < bytes; i++) {
        if (upload->cr && data[i] != '\n')
            text[used++] = '\r';
        upload->cr = data[i] == '\r';
        if (!upload->cr)
            text[used++] = data[i];
    }
    bool written = write_all(upload, text, used);
    free(text);
    return written;
}

static bool write_upload(struct stream *stream, const uint8_t *data, size_t bytes)
{
    struct upload *upload = (struct upload *)stream;
    return upload->ascii ? write_lines(upload, data, bytes) : write_all(upload, data, bytes);
}

static bool finish_upload(struct stream *stream, bool complete)
{
    struct upload *upload = (struct upload *)stream;
    if (complete && upload->cr && !write_all(upload, (const uint8_t *)"\r", 1))
        complete = false;
    if (complete && partial_upload_complete(&upload->partial))
        return true;
    if (complete)
        stream_errno(stream, "The file cannot take its name");
    /* Cut: it can be continued. No place for it: nothing is half-kept. */
    if (stream->code || upload->partial.size == 0 || !partial_upload_settle(&upload->partial))
        partial_upload_remove(&upload->partial);
    return false;
}

static void free_upload(struct stream *stream)
{
    struct upload *upload = (struct upload *)stream;
    partial_upload_close(&upload->partial);
    free(upload);
}

static const struct stream_kind upload_kind = {
    .is_upload = true, .write = write_upload, .finish = finish_upload, .free = free_upload};

/* Between slices: the session has ended, or the beginning cannot be copied. Nothing is kept. */
static void abandon_upload(void *state)
{
    struct upload *upload = state;
    if (!upload)
        return;
    partial_upload_remove(&upload->partial);
    free_upload(&upload->stream);
}

static bool begin_upload(struct task *task, const char *path, bool append)
{
    struct upload *upload = calloc(1, sizeof(*upload));
    if (!upload)
        return task_reply(task, 451, "No memory");
    if (!partial_upload_open(&upload->partial, task, path, append)) {
        free(upload);
        return false;
    }
    task->state = upload;
    task->free_state = abandon_upload;
    return true;
}

struct stream *stream_upload(struct task *task, const char *path, bool append)
{
    if (!task->state && !begin_upload(task, path, append))
        return NULL;
    struct upload *upload = task->state;
    if (upload->partial.whole >= 0) {
        if (!partial_upload_begin(&upload->partial))
            task_errno(task, path);
        if (task->code || upload->partial.whole >= 0)
            return NULL;
    }
    task->state = NULL; /* transferred */
    upload->stream.kind = &upload_kind;
    upload->stream.quick = stream_is_quick(upload->partial.file);
    upload->ascii = task->ascii;
    snprintf(upload->stream.opening, sizeof(upload->stream.opening), "Send it%s",
             upload->partial.size > 0 ? ", from where it ended" : "");
    return &upload->stream;
}

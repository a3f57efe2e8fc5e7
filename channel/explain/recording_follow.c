/*
 * A recording that is still being written; see recording_follow.h.
 */
#include "recording_follow.h"

#include "recording_parse.h"
#include "sym_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_BYTES ((size_t)256 * 1024)
#define HEAD_BYTES ((size_t)64 * 1024) /* the first line is not longer */

struct recording_follow {
    const char *path;
    int descriptor; /* -1: not there yet */
    struct recording *recording;
    size_t number; /* of lines read */
    off_t whole;   /* bytes of them */
    char *rest;    /* what was read behind them */
    size_t bytes, space;
};

struct recording_follow *recording_follow_new(const char *path)
{
    struct recording_follow *follow = calloc(1, sizeof(*follow));
    if (!follow)
        return NULL;
    follow->path = path;
    follow->descriptor = -1;
    follow->recording = calloc(1, sizeof(*follow->recording));
    if (follow->recording)
        return follow;
    free(follow);
    return NULL;
}

void recording_follow_free(struct recording_follow *follow)
{
    if (!follow)
        return;
    if (follow->descriptor >= 0)
        close(follow->descriptor);
    if (follow->rest)
        sym_wipe(follow->rest, follow->space);
    free(follow->rest);
    recording_free(follow->recording);
    free(follow);
}

void recording_follow_end(struct recording_follow *follow)
{
    follow->recording->cut = follow->bytes > 0;
}

bool recording_follow_has_begun(const struct recording_follow *follow)
{
    return follow->number > 0;
}

const struct recording *recording_follow_recording(const struct recording_follow *follow)
{
    return follow->recording;
}

static bool not_one(const struct recording_follow *follow, struct problem *problem)
{
    problem_set(problem, "%s: this is not a recording", follow->path);
    return problem_hint(problem, "name a file that --record writes, or will write");
}

/* A file that is not there yet has its folder, at least. */
static bool can_come(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    const bool there = folder && access(folder, F_OK) == 0;
    free(folder);
    return there;
}

/* Opens it, if it is there by now. */
static bool open_file(struct recording_follow *follow, struct problem *problem)
{
    struct stat status;
    if (follow->descriptor >= 0)
        return true;
    follow->descriptor = open(follow->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (follow->descriptor < 0)
        return (errno == ENOENT && can_come(follow->path)) ||
               problem_errno(problem, "cannot read %s", follow->path);
    return (fstat(follow->descriptor, &status) == 0 && S_ISREG(status.st_mode)) ||
           not_one(follow, problem);
}

/* The recorder cuts a file behind its last whole line when the disk is full. */
static bool look_at_size(struct recording_follow *follow, struct problem *problem)
{
    struct stat status;
    if (fstat(follow->descriptor, &status) != 0)
        return problem_errno(problem, "cannot read %s", follow->path);
    if (status.st_size < follow->whole) {
        problem_set(problem, "%s has become shorter while it was followed", follow->path);
        return problem_hint(problem, "begin again: chat page --follow %s", follow->path);
    }
    if (status.st_size > (off_t)RECORDING_MAX_BYTES)
        return problem_set(problem, "%s is larger than %zu bytes: what follows is not shown",
                           follow->path, RECORDING_MAX_BYTES);
    if (status.st_size < follow->whole + (off_t)follow->bytes)
        follow->bytes = (size_t)(status.st_size - follow->whole);
    return true;
}

static bool make_room(struct recording_follow *follow)
{
    const size_t wanted = follow->bytes + READ_BYTES;
    char *room;
    if (wanted <= follow->space)
        return true;
    room = malloc(2 * wanted);
    if (!room)
        return false;
    if (follow->rest) {
        memcpy(room, follow->rest, follow->bytes);
        sym_wipe(follow->rest, follow->space);
    }
    free(follow->rest);
    follow->rest = room;
    follow->space = 2 * wanted;
    return true;
}

/* *more: something was there. */
static bool read_more(struct recording_follow *follow, bool *more, struct problem *problem)
{
    ssize_t bytes;
    if (!make_room(follow))
        return problem_memory(problem);
    do
        bytes = pread(follow->descriptor, follow->rest + follow->bytes, READ_BYTES,
                      follow->whole + (off_t)follow->bytes);
    while (bytes < 0 && errno == EINTR);
    if (bytes < 0)
        return problem_errno(problem, "cannot read %s", follow->path);
    follow->bytes += (size_t)bytes;
    *more = bytes > 0;
    return true;
}

static bool take_lines(struct recording_follow *follow, struct problem *problem)
{
    const char *at = follow->rest, *end = follow->rest + follow->bytes, *newline;
    bool good = true;
    while (good && at < end && (newline = memchr(at, '\n', (size_t)(end - at)))) {
        good = recording_take_line(follow->recording, follow->path, ++follow->number, at,
                                   (size_t)(newline - at), problem);
        at = newline + 1;
    }
    follow->whole += at - follow->rest;
    follow->bytes = (size_t)(end - at);
    memmove(follow->rest, at, follow->bytes);
    return good;
}

bool recording_follow_read(struct recording_follow *follow, struct problem *problem)
{
    bool more = true;
    if (!open_file(follow, problem))
        return false;
    if (follow->descriptor < 0)
        return true;
    if (!look_at_size(follow, problem))
        return false;
    while (more) {
        if (!read_more(follow, &more, problem))
            return false;
        if (follow->number == 0 && follow->bytes > 0 && follow->rest[0] != '{')
            return not_one(follow, problem);
        if (!take_lines(follow, problem))
            return false;
        if (follow->number == 0 && follow->bytes > HEAD_BYTES)
            return not_one(follow, problem);
    }
    return true;
}

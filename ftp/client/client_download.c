/* A file from the server: into .NAME.ftp-part, verified, then renamed. */
#include "client_control.h"
#include "client_data.h"
#include "client_list.h"
#include "client_transfer.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOLE_BYTES ((size_t)4096) /* zeros that are worth a hole */

struct download {
    struct client *client;
    const char *remote, *local;
    const struct transfer *how;
    struct entry facts; /* as far as the server tells them */
    char *part;         /* where it is written */
    int file;
    off_t from, at; /* where this transfer began, and how far it is */
    struct progress progress;
};

/* --- the part -----------------------------------------------------------------------------------
 */
static char *part_name(const char *local)
{
    const char *name = path_name(local);
    char *part;
    if (asprintf(&part, "%.*s.%s.ftp-part", (int)(name - local), local, name) < 0)
        return NULL;
    return part;
}

/* reget of a file that some other program left behind half: a copy of it is continued. */
static bool copy_target(struct download *download)
{
    int whole = open(download->local, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* it may be a FIFO */
    struct stat status;
    ssize_t copied = 0;
    if (whole < 0)
        return errno == ENOENT || problem_errno(&download->client->problem, "%s", download->local);
    if (fstat(whole, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(whole);
        return true;
    }
    while ((copied = copy_file_range(whole, NULL, download->file, NULL, (size_t)1 << 30, 0)) > 0)
        download->from += copied;
    close(whole);
    return copied == 0 || problem_errno(&download->client->problem, "%s", download->local);
}

/* Two clients at once would write into each other's part: the second is sent away. A link in its
 * place is not followed. */
static bool open_part(struct download *download)
{
    struct problem *problem = &download->client->problem;
    struct stat status;
    download->part = part_name(download->local);
    if (!download->part)
        return problem_memory(problem);
    download->file = open(download->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (download->file < 0 || fstat(download->file, &status) != 0)
        return problem_errno(problem, "%s", download->part);
    if (flock(download->file, LOCK_EX | LOCK_NB) != 0)
        return problem_set(problem, "%s: is being fetched by another program", download->local);
    if (!download->how->resume)
        return ftruncate(download->file, 0) == 0 || problem_errno(problem, "%s", download->part);
    download->from = status.st_size;
    return download->from > 0 || copy_target(download);
}

/* --- the contents -------------------------------------------------------------------------------
 */
static bool is_zero(const uint8_t *data, size_t bytes)
{
    return bytes >= HOLE_BYTES && data[0] == 0 && memcmp(data, data + 1, bytes - 1) == 0;
}

static bool write_all(int file, const uint8_t *data, size_t bytes, off_t at)
{
    while (bytes > 0) {
        ssize_t written = pwrite(file, data, bytes, at);
        if (written < 0 && errno != EINTR)
            return false;
        data += written > 0 ? written : 0;
        at += written > 0 ? written : 0;
        bytes -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Until the sender's end. */
static bool receive(struct download *download, struct link *data)
{
    struct client *client = download->client;
    const uint8_t *fresh;
    ssize_t bytes;
    while ((bytes = link_peek(data, &fresh)) > 0) {
        if (!is_zero(fresh, (size_t)bytes) &&
            !write_all(download->file, fresh, (size_t)bytes, download->at))
            break;
        link_used(data, (size_t)bytes);
        download->at += bytes;
        progress_add(&download->progress, (uint64_t)bytes);
    }
    if (bytes > 0)
        problem_errno(&client->problem, "%s", download->part);
    /* A hole at the end is made here, also behind a cut. */
    if (ftruncate(download->file, download->at) != 0)
        bytes = problem_errno(&client->problem, "%s", download->part) - 1;
    return bytes == 0 ? data_end(client, data) : data_fail(client, data);
}

static bool fetch(struct download *download)
{
    struct client *client = download->client;
    struct link *data = data_open(client, (uint64_t)download->from, "RETR %s%s",
                                  CONTROL_PATH(download->remote));
    bool done;
    if (!data)
        return false;
    download->at = download->from;
    progress_begin(&download->progress, download->remote,
                   download->facts.has_size ? download->facts.size : 0, (uint64_t)download->from);
    done = receive(download, data);
    if (done && client->options.plain && download->facts.has_size &&
        (uint64_t)download->at < download->facts.size) /* nothing else tells an end from a cut */
        done = problem_set(&client->problem, "%s: it ended too early", download->remote);
    progress_end(&download->progress, done, client->data_port);
    return done;
}

/* --- the end ------------------------------------------------------------------------------------
 */

/* Size and time are what they were before: nobody wrote to it while the server read. */
static bool has_same_facts(struct download *download)
{
    const struct entry *before = &download->facts;
    struct entry now;
    if (!list_one(download->client, download->remote, &now))
        return false;
    bool same = now.has_size == before->has_size && now.size == before->size &&
                now.has_time == before->has_time && now.modified == before->modified;
    entry_free(&now);
    return same || problem_set(&download->client->problem, "%s: was changed while it was fetched",
                               download->remote);
}

/* See client_transfer.h. */
static bool verify(struct download *download)
{
    struct client *client = download->client;
    enum transfer_check check = transfer_check(client, (uint64_t)download->at, download->from > 0);
    if (check == CHECK_NOTHING || (check == CHECK_FACTS && has_same_facts(download)) ||
        (check == CHECK_HASH &&
         transfer_verify(client, download->remote, download->file, download->local)))
        return true;
    if (client->control && client->reply.code / 100 == 2) { /* it was compared, and differs */
        problem_hint(&client->problem, "what had come was thrown away: get it again; or with "
                                       "--no-verify, if it changes all the time");
        if (ftruncate(download->file, 0) != 0)
            unlink(download->part);
    }
    return false;
}

static bool set_mode_and_time(struct download *download)
{
    const struct entry *facts = &download->facts;
    mode_t mask = umask(022), mode = 0666;
    umask(mask);
    mode &= ~mask;
    if (download->how->keep && facts->has_mode)
        mode = facts->mode & 0777;
    if (fchmod(download->file, mode) != 0)
        return problem_errno(&download->client->problem, "%s", download->part);
    if (download->how->keep && facts->has_time) {
        const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = facts->modified}};
        if (futimens(download->file, times) != 0)
            return problem_errno(&download->client->problem, "%s", download->part);
    }
    return true;
}

static bool give_name(struct download *download)
{
    return rename(download->part, download->local) == 0 ||
           problem_errno(&download->client->problem, "%s", download->local);
}

/* What came is kept, unless it is nothing. */
static void keep_part(struct download *download)
{
    struct stat status;
    if (fstat(download->file, &status) == 0 && status.st_size > 0)
        problem_hint(&download->client->problem,
                     "what came is kept: reget (get --continue) goes on");
    else
        unlink(download->part);
}

bool transfer_get(struct client *client, const char *remote, const char *local,
                  const struct transfer *how)
{
    struct download download = {
        .client = client, .remote = remote, .local = local, .how = how, .file = -1};
    bool opened, done;
    if (!entry_name_is_safe(path_name(local)))
        return problem_set(&client->problem, "'%s' is no name for a file", local);
    if (!list_one(client, remote, &download.facts))
        return false;
    if (download.facts.type == ENTRY_FOLDER || download.facts.type == ENTRY_SELF) {
        entry_free(&download.facts);
        problem_set(&client->problem, "%s: is a folder", remote);
        return problem_hint(&client->problem, "get -r fetches it with all that is in it");
    }
    opened = open_part(&download);
    done = opened && fetch(&download) && verify(&download) && set_mode_and_time(&download) &&
           give_name(&download);
    if (opened && !done)
        keep_part(&download);
    if (download.file >= 0)
        close(download.file);
    free(download.part);
    entry_free(&download.facts);
    return done;
}

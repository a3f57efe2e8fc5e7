/* A file from the server: into .NAME.ftp-part, verified, then renamed. */
#include "client_control.h"
#include "client_data.h"
#include "client_list.h"
#include "client_transfer.h"
#include "partial_file.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 * 1024)

struct download {
    struct client *client;
    const char *remote;
    const struct local_file *local;
    const struct transfer *how;
    struct entry facts; /* as far as the server tells them */
    char *part;         /* where it is written */
    int file;
    off_t from, at; /* where this transfer began, and how far it is */
    struct progress progress;
};

/* --- the part --------------------------------------------------------------------------------- */
char *transfer_part(const char *local)
{
    const char *name = path_name(local);
    char *part;
    if (asprintf(&part, "%.*s.%s.ftp-part", (int)(name - local), local, name) < 0)
        return NULL;
    return part;
}

static bool local_errno(const struct download *download)
{
    return problem_errno(&download->client->problem, "%s", download->local->shown);
}

/* reget of a file that some other program left behind half: a copy of it is continued. */
static bool copy_target(struct download *download)
{
    int whole = openat(download->local->folder, download->local->name,
                       O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* it may be a FIFO */
    struct stat status;
    uint8_t *piece = malloc(PIECE_BYTES);
    ssize_t got = piece ? 0 : -1;
    bool there = whole >= 0 && fstat(whole, &status) == 0 && S_ISREG(status.st_mode);
    while (piece && there && (got = pread(whole, piece, PIECE_BYTES, download->from)) > 0) {
        if (!partial_file_write(download->file, piece, (size_t)got, download->from))
            break;
        download->from += got;
    }
    free(piece);
    if (whole >= 0)
        close(whole);
    return (got == 0 && (whole >= 0 || errno == ENOENT) &&
            ftruncate(download->file, download->from) == 0) ||
           local_errno(download);
}

/* Two clients at once would write into one part: the second is refused. No link is followed. */
static bool open_part(struct download *download)
{
    const struct local_file *local = download->local;
    struct stat status;
    download->part = transfer_part(local->name);
    if (!download->part)
        return problem_memory(&download->client->problem);
    download->file = partial_file_open(local->folder, download->part, 0, 0600);
    if (download->file < 0 && errno == EBUSY)
        return problem_set(&download->client->problem, "%s: is being fetched by another program",
                           local->shown);
    if (download->file < 0 || fstat(download->file, &status) != 0)
        return local_errno(download);
    if (!download->how->resume)
        return ftruncate(download->file, 0) == 0 || local_errno(download);
    download->from = status.st_size;
    return download->from > 0 || copy_target(download);
}

/* --- the contents ----------------------------------------------------------------------------- */
/* Until the sender's end. */
static bool receive(struct download *download, struct client_connection *data)
{
    struct client *client = download->client;
    const uint8_t *fresh;
    ssize_t bytes;
    while ((bytes = client_connection_peek(data, &fresh)) > 0) {
        if (!partial_file_write(download->file, fresh, (size_t)bytes, download->at))
            break;
        client_connection_used(data, (size_t)bytes);
        download->at += bytes;
        progress_add(&download->progress, (uint64_t)bytes);
    }
    if (bytes > 0)
        local_errno(download);
    /* A hole at the end is made here, also behind a cut. */
    if (ftruncate(download->file, download->at) != 0)
        bytes = local_errno(download) - 1;
    return bytes == 0 ? data_end(client, data) : data_fail(client, data);
}

static bool fetch(struct download *download)
{
    struct client *client = download->client;
    struct client_connection *data = data_open(client, (uint64_t)download->from, "RETR",
                                               download->remote);
    bool done;
    if (!data)
        return false;
    download->at = download->from;
    progress_begin(&download->progress, client->talk, download->remote,
                   download->facts.has_size ? download->facts.size : 0, (uint64_t)download->from);
    done = receive(download, data);
    if (done && client->options.plain && download->facts.has_size &&
        (uint64_t)download->at < download->facts.size) /* nothing else tells an end from a cut */
        done = problem_set(&client->problem, "%s: it ended too early", download->remote);
    return data_tell(client, &download->progress, done);
}

/* --- the end ---------------------------------------------------------------------------------- */

/* Size and time are what they were before: nobody wrote to it while the server read. */
static bool has_same_facts(struct download *download)
{
    const struct entry *before = &download->facts;
    struct entry now;
    if (!list_one(download->client, download->remote, &now))
        return false;
    bool same = (!now.has_size || !before->has_size || now.size == before->size) &&
                (!now.has_time || !before->has_time || now.modified == before->modified);
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
         transfer_verify(client, download->remote, download->file, download->local->shown)))
        return true;
    if (client->control && client->reply.code / 100 == 2) { /* it was compared, and differs */
        problem_hint(&client->problem, "what had come was thrown away: get it again; or with "
                                       "--no-verify, if it changes all the time");
        if (ftruncate(download->file, 0) != 0)
            unlinkat(download->local->folder, download->part, 0);
    }
    return false;
}

static bool set_mode_and_time(struct download *download)
{
    const struct entry *facts = &download->facts;
    const struct transfer *how = download->how;
    mode_t mode = 0666 & ~download->client->mask;
    if (how->keep && facts->has_mode)
        mode = facts->mode & 0777;
    if (fchmod(download->file, mode) != 0)
        return local_errno(download);
    if ((how->keep || how->newer) && facts->has_time) {
        const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = facts->modified}};
        if (futimens(download->file, times) != 0)
            return local_errno(download);
    }
    return true;
}

static bool give_name(struct download *download)
{
    const struct local_file *local = download->local;
    return renameat(local->folder, download->part, local->folder, local->name) == 0 ||
           local_errno(download);
}

/* What came is kept, unless it is nothing. */
static void keep_part(struct download *download)
{
    struct client *client = download->client;
    struct stat status;
    if (fstat(download->file, &status) != 0 || status.st_size == 0)
        unlinkat(download->local->folder, download->part, 0);
    else if (client->talk == PROGRESS_ALL) /* of a folder, there is another way */
        problem_hint(&client->problem, "what came is kept: reget %s (get --continue) goes on",
                     download->remote);
}

/* What we have is of the same size, and not older. */
static bool is_here(const struct download *download)
{
    const struct entry *facts = &download->facts;
    struct stat ours;
    return facts->has_size && facts->has_time &&
           fstatat(download->local->folder, download->local->name, &ours, AT_SYMLINK_NOFOLLOW) ==
               0 &&
           S_ISREG(ours.st_mode) && (uint64_t)ours.st_size == facts->size &&
           ours.st_mtim.tv_sec >= facts->modified;
}

static bool get_facts(struct download *download, const struct entry *facts)
{
    struct client *client = download->client;
    if (facts) {
        download->facts = *facts;
        download->facts.name = download->facts.target = NULL; /* theirs */
    } else if (!list_one(client, download->remote, &download->facts)) {
        return false;
    }
    if (download->facts.type != ENTRY_FOLDER && download->facts.type != ENTRY_SELF)
        return true;
    problem_set(&client->problem, "%s: is a folder", download->remote);
    return problem_hint(&client->problem, "get -r fetches it with all that is in it");
}

/* What comes takes the name of a file, and of nothing else: not of a device, a FIFO, or a link. */
static bool may_take_name(struct client *client, const struct local_file *local)
{
    struct stat status;
    if (fstatat(local->folder, local->name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))
        return true;
    problem_set(&client->problem, "%s: is there already, and no file", local->shown);
    return problem_hint(&client->problem, S_ISLNK(status.st_mode)
                                              ? "name the file that the link points to"
                                              : "give another name; the shell's cat shows a file");
}

bool transfer_get(struct client *client, const struct local_file *local, const char *remote,
                  const struct entry *facts, const struct transfer *how, bool *skipped)
{
    struct download download = {
        .client = client, .remote = remote, .local = local, .how = how, .file = -1};
    bool here = false, opened, done;
    if (!entry_name_is_safe(path_name(local->name)))
        return problem_set(&client->problem, "'%s' is no name for a file", local->name);
    if (!may_take_name(client, local))
        return false;
    done = get_facts(&download, facts);
    here = done && how->newer && is_here(&download);
    if (skipped)
        *skipped = here;
    opened = done && !here && open_part(&download);
    if (done && !here)
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

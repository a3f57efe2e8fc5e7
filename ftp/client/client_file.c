/*
 * A file, each way. What comes is written into .NAME.ftp-part, verified, and then renamed; what is
 * sent gets its name from the server when it is complete.
 */
#include "client_control.h"
#include "client_data.h"
#include "client_list.h"
#include "client_transfer.h"
#include "facts.h"
#include "partial_file.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 * 1024)
#define HASH_ALWAYS ((uint64_t)16 << 20) /* takes no longer than the request's keys */

struct move {
    struct client *client;
    const struct local_file *local;
    const char *remote;
    const struct transfer *how;
    struct entry theirs; /* as far as the server tells */
    struct stat ours;    /* of what has the name here; {0}: nothing */
    char *partial;       /* the name under which a download is written */
    int file;            /* of ours, or the partial one */
    off_t from, at;      /* where this transfer began, and how far it is */
    struct progress progress;
};

static bool local_errno(const struct move *move)
{
    return problem_errno(&move->client->problem, "%s", move->local->shown);
}

/* --- before ----------------------------------------------------------------------------------- */

/* What comes takes the name of a file, and of nothing else: not of a device, a FIFO, or a link. */
static bool may_take_name(struct move *move)
{
    const struct local_file *local = move->local;
    struct problem *problem = &move->client->problem;
    if (!entry_name_is_safe(path_name(local->name)))
        return problem_set(problem, "'%s' is not a name for a file", local->name);
    if (fstatat(local->folder, local->name, &move->ours, AT_SYMLINK_NOFOLLOW) != 0 ||
        S_ISREG(move->ours.st_mode) || S_ISDIR(move->ours.st_mode))
        return true;
    problem_set(problem, "%s already exists, and is not a file", local->shown);
    return problem_hint(problem, S_ISLNK(move->ours.st_mode)
                                     ? "name the file that the link points to"
                                     : "give another name; the shell's cat shows a file");
}

static bool look_there(struct move *move, const struct entry *facts)
{
    struct client *client = move->client;
    if (facts) {
        move->theirs = *facts;
        move->theirs.name = move->theirs.target = NULL; /* the caller's */
    } else if (!list_one(client, move->remote, &move->theirs)) {
        return false;
    }
    if (move->theirs.type != ENTRY_FOLDER && move->theirs.type != ENTRY_SELF)
        return true;
    problem_set(&client->problem, "%s: is a folder", move->remote);
    return problem_hint(&client->problem, "get -r fetches it with all that is in it");
}

/* Opens what is sent, without waiting for the other end of a FIFO. With --newer the server is asked
 * what it has. */
static bool look_here(struct move *move)
{
    struct client *client = move->client;
    const struct local_file *local = move->local;
    move->file = openat(local->folder, local->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (move->file < 0 || fstat(move->file, &move->ours) != 0)
        return local_errno(move);
    if (!S_ISREG(move->ours.st_mode)) {
        problem_set(&client->problem, "%s: no file", local->shown);
        return S_ISDIR(move->ours.st_mode) &&
               problem_hint(&client->problem, "put -r sends a folder with all that is in it");
    }
    if (move->how->newer && !list_one(client, move->remote, &move->theirs) && client->control)
        client->problem = (struct problem){0}; /* it is not there */
    return client->control || problem_set(&client->problem, "the connection is gone");
}

/* What is where it goes to is of the same size, and not older. */
static bool is_moved(const struct move *move)
{
    time_t ours = move->ours.st_mtim.tv_sec, theirs = move->theirs.modified;
    return move->theirs.has_size && move->theirs.has_time && S_ISREG(move->ours.st_mode) &&
           (uint64_t)move->ours.st_size == move->theirs.size &&
           (move->how->put ? theirs >= ours : ours >= theirs);
}

/* --- where it goes on ------------------------------------------------------------------------- */
char *transfer_partial_name(const char *local)
{
    const char *name = path_name(local);
    char *partial;
    if (asprintf(&partial, "%.*s.%s.ftp-part", (int)(name - local), local, name) < 0)
        return NULL;
    return partial;
}

/* reget of a file that some other program left behind half: a copy of it is continued. */
static bool copy_target(struct move *move)
{
    int whole = openat(move->local->folder, move->local->name,
                       O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* it may be a FIFO */
    struct stat status;
    uint8_t *piece = malloc(PIECE_BYTES);
    ssize_t got = piece ? 0 : -1;
    bool there = whole >= 0 && fstat(whole, &status) == 0 && S_ISREG(status.st_mode);
    while (piece && there && (got = pread(whole, piece, PIECE_BYTES, move->from)) > 0) {
        if (!partial_file_write(move->file, piece, (size_t)got, move->from))
            break;
        move->from += got;
    }
    free(piece);
    if (whole >= 0)
        close(whole);
    return (got == 0 && (whole >= 0 || errno == ENOENT) &&
            ftruncate(move->file, move->from) == 0) ||
           local_errno(move);
}

/* Two clients at once would write into one file: the second is refused. No link is followed. */
static bool open_partial(struct move *move)
{
    struct stat status;
    move->partial = transfer_partial_name(move->local->name);
    if (!move->partial)
        return problem_memory(&move->client->problem);
    move->file = partial_file_open(move->local->folder, move->partial, 0, 0600);
    if (move->file < 0 && errno == EBUSY)
        return problem_set(&move->client->problem, "%s: is being fetched by another program",
                           move->local->shown);
    if (move->file < 0 || fstat(move->file, &status) != 0)
        return local_errno(move);
    if (!move->how->resume)
        return ftruncate(move->file, 0) == 0 || local_errno(move);
    move->from = status.st_size;
    return move->from > 0 || copy_target(move);
}

/* What came is kept, unless it is nothing. */
static void keep_partial(struct move *move)
{
    struct client *client = move->client;
    struct stat status;
    if (fstat(move->file, &status) != 0 || status.st_size == 0)
        unlinkat(move->local->folder, move->partial, 0);
    else if (client->talk == PROGRESS_ALL) /* of a folder, there is another way */
        problem_hint(&client->problem, "what came is kept: reget %s (get --continue) goes on",
                     move->remote);
}

/* How much the server has of what is sent: docs/ftp.md, section 5; the same with other servers. */
static bool find_start(struct move *move)
{
    struct client *client = move->client;
    int code = control_command(client, "SIZE", move->remote);
    if (code != 213) /* nothing is there: from the beginning */
        return code != 0;
    move->from = (off_t)strtoll(client->reply.text, NULL, 10);
    if (move->from < 0)
        return problem_set(&client->problem, "%s: the size that the server names is negative",
                           move->remote);
    return move->from <= move->ours.st_size ||
           problem_set(&client->problem, "%s: the server's is longer than ours", move->remote);
}

/* --- the contents ----------------------------------------------------------------------------- */
/* Until the sender's end. */
static bool receive(struct move *move, struct client_connection *data)
{
    struct client *client = move->client;
    const uint8_t *fresh;
    ssize_t bytes;
    while ((bytes = client_connection_peek(data, &fresh)) > 0) {
        if (!partial_file_write(move->file, fresh, (size_t)bytes, move->at))
            break;
        client_connection_used(data, (size_t)bytes);
        move->at += bytes;
        progress_add(&move->progress, (uint64_t)bytes);
    }
    if (bytes > 0)
        local_errno(move);
    /* A hole at the end is made here, also behind a cut. */
    if (ftruncate(move->file, move->at) != 0)
        bytes = local_errno(move) - 1;
    return bytes == 0 ? data_end(client, data) : data_fail(client, data);
}

static bool send_contents(struct move *move, struct client_connection *data)
{
    struct client *client = move->client;
    for (;;) {
        size_t space, left = (size_t)(move->ours.st_size - move->at); /* whatever it grows by */
        uint8_t *room = client_connection_room(data, &space);
        ssize_t got = room ? pread(move->file, room, left < space ? left : space, move->at) : -1;
        if (room && got < 0)
            local_errno(move);
        if (got == 0 && left == 0)
            return data_end(client, data);
        if (got == 0) /* a good end would make a file of what is only its beginning */
            problem_set(&client->problem, "%s: became shorter while it was sent",
                        move->local->shown);
        if (got <= 0 || !client_connection_filled(data, (size_t)got))
            return data_fail(client, data);
        move->at += got;
        progress_add(&move->progress, (uint64_t)got);
    }
}

static bool move_contents(struct move *move)
{
    struct client *client = move->client;
    bool put = move->how->put, done;
    uint64_t total = put                     ? (uint64_t)move->ours.st_size
                     : move->theirs.has_size ? move->theirs.size
                                             : 0;
    struct client_connection *data = data_open(client, (uint64_t)move->from, put ? "STOR" : "RETR",
                                               move->remote);
    if (!data)
        return false;
    move->at = move->from;
    progress_begin(&move->progress, client->talk, put ? move->local->shown : move->remote, total,
                   (uint64_t)move->from);
    done = put ? send_contents(move, data) : receive(move, data);
    if (done && client->options.plain && (uint64_t)move->at < total)
        /* nothing else tells an end from a cut */
        done = problem_set(&client->problem, "%s: it ended too early", move->remote);
    /* 552: no room, and the server has let it go */
    if (!data_tell(client, &move->progress, done) && put && client->talk == PROGRESS_ALL &&
        client->reply.code != 552)
        problem_hint(&client->problem, "reput %s (put --continue) goes on where it ended",
                     move->local->shown);
    return done;
}

/* --- whether it is the same ------------------------------------------------------------------- */

/* Nobody wrote to it while the server read it: size and time are what they were before. */
static bool is_unchanged_there(struct move *move)
{
    const struct entry *before = &move->theirs;
    struct entry now;
    if (!list_one(move->client, move->remote, &now))
        return false;
    bool same = (!now.has_size || !before->has_size || now.size == before->size) &&
                (!now.has_time || !before->has_time || now.modified == before->modified);
    entry_free(&now);
    return same || problem_set(&move->client->problem, "%s: was changed while it was fetched",
                               move->remote);
}

/* Nor while it was sent; and the server has as many bytes as we, if it says how many. */
static bool is_unchanged_here(struct move *move)
{
    struct client *client = move->client;
    const struct stat *before = &move->ours;
    uint64_t ours = (uint64_t)before->st_size, theirs;
    struct stat now;
    if (fstat(move->file, &now) != 0)
        return local_errno(move);
    if (now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
        return problem_set(&client->problem, "%s: was changed while it was sent",
                           move->local->shown);
    if (!client->features.size || control_command(client, "SIZE", move->remote) != 213)
        return client->control != NULL;
    theirs = strtoull(client->reply.text, NULL, 10);
    return theirs == ours ||
           problem_set(&client->problem, "%s: the server has %" PRIu64 " of %" PRIu64 " bytes",
                       move->remote, theirs, ours);
}

/* See client_transfer.h. */
static bool is_same(struct move *move)
{
    struct client *client = move->client;
    const struct client_options *options = &client->options;
    bool in_one_piece = move->from == 0;
    bool vouched = !options->plain && channel_suite_is_modern(options->suite) && in_one_piece;
    bool large = (uint64_t)move->at > HASH_ALWAYS;
    if (options->verify == VERIFY_NEVER)
        return true;
    if (options->verify == VERIFY_USUALLY && (!client->features.hash || (vouched && large)))
        return move->how->put ? is_unchanged_here(move) : is_unchanged_there(move);
    if (client->interactive && large)
        console_note("%s: both sides compute its SHA-256", move->local->shown);
    return transfer_verify(client, move->remote, move->file, move->local->shown);
}

static bool verify(struct move *move)
{
    struct client *client = move->client;
    if (is_same(move))
        return true;
    if (move->how->put)
        return problem_hint(&client->problem,
                            "put it again, from the beginning; --no-verify leaves "
                            "the comparison out");
    if (client->control && client->reply.code / 100 == 2) { /* it was compared, and differs */
        problem_hint(&client->problem, "what had come was thrown away: get it again; or with "
                                       "--no-verify, if it changes all the time");
        if (ftruncate(move->file, 0) != 0)
            unlinkat(move->local->folder, move->partial, 0);
    }
    return false;
}

/* --- behind ----------------------------------------------------------------------------------- */
static bool finish_partial(struct move *move)
{
    const struct transfer *how = move->how;
    const struct entry *facts = &move->theirs;
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = facts->modified}};
    bool exact = how->keep && facts->has_mode, dated = (how->keep || how->newer) && facts->has_time;
    int folder = move->local->folder;
    return (fchmod(move->file, exact ? facts->mode & 0777 : 0666 & ~move->client->mask) == 0 &&
            (!dated || futimens(move->file, times) == 0) &&
            renameat(folder, move->partial, folder, move->local->name) == 0) ||
           local_errno(move);
}

/* The server may not know how: that is no failure, and told only where it was asked for. */
static bool keep_mode_and_time(struct move *move)
{
    struct client *client = move->client;
    const struct transfer *how = move->how;
    char command[32] = "MFMT ";
    if (!how->keep && !how->newer)
        return true;
    facts_time(command + strlen(command), move->ours.st_mtime);
    if (client->features.mfmt && control_command(client, command, move->remote) / 100 != 2 &&
        (how->keep || !client->control))
        return control_refused(client, move->remote);
    if (!how->keep)
        return true;
    if (!client->features.mfmt)
        console_note("%s: this server cannot set time stamps", move->remote);
    snprintf(command, sizeof(command), "SITE CHMOD %o", move->ours.st_mode & 0777U);
    if (control_command(client, command, move->remote) / 100 != 2)
        console_note("%s: this server does not set modes", move->remote);
    return client->control != NULL;
}

static bool get(struct move *move)
{
    if (!open_partial(move))
        return false;
    if (move_contents(move) && verify(move) && finish_partial(move))
        return true;
    keep_partial(move);
    return false;
}

static bool put(struct move *move)
{
    return (!move->how->resume || find_start(move)) && move_contents(move) && verify(move) &&
           keep_mode_and_time(move);
}

bool transfer_file(struct client *client, const struct local_file *local, const char *remote,
                   const struct entry *facts, const struct transfer *how, bool *skipped)
{
    struct move move = {.client = client, .local = local, .remote = remote, .how = how, .file = -1};
    bool done = how->put ? look_here(&move) : may_take_name(&move) && look_there(&move, facts);
    bool moved = done && how->newer && is_moved(&move);
    if (skipped)
        *skipped = moved;
    if (done && !moved)
        done = how->put ? put(&move) : get(&move);
    if (move.file >= 0)
        close(move.file);
    free(move.partial);
    entry_free(&move.theirs);
    return done;
}

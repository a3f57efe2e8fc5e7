/* A file to the server, which gives it its name when it is complete. */
#include "client_control.h"
#include "client_data.h"
#include "client_list.h"
#include "client_transfer.h"
#include "facts.h"
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct upload {
    struct client *client;
    const char *local; /* to people */
    const char *remote;
    const struct transfer *how;
    int file;
    struct stat status;
    off_t from;
    struct progress progress;
};

/* How much of it the server has: docs/ftp.md, section 5; the same with other servers. */
static bool find_start(struct upload *upload)
{
    struct client *client = upload->client;
    int code = control_command(client, "SIZE", upload->remote);
    if (code == 0)
        return false;
    if (code != 213) /* nothing is there: from the beginning */
        return true;
    upload->from = (off_t)strtoll(client->reply.text, NULL, 10);
    if (upload->from < 0)
        return problem_set(&client->problem, "%s: the size that the server names is negative",
                           upload->remote);
    if (upload->from <= upload->status.st_size)
        return true;
    return problem_set(&client->problem, "%s: the server's is longer than ours", upload->remote);
}

static bool send_contents(struct upload *upload, struct client_connection *data)
{
    off_t at = upload->from;
    for (;;) {
        size_t space, left = (size_t)(upload->status.st_size - at); /* whatever it grows by */
        uint8_t *room = client_connection_room(data, &space);
        ssize_t got = room ? pread(upload->file, room, left < space ? left : space, at) : -1;
        if (room && got < 0)
            problem_errno(&upload->client->problem, "%s", upload->local);
        if (got == 0 && left == 0)
            return data_end(upload->client, data);
        if (got == 0) /* a good end would make a file of what is only its beginning */
            problem_set(&upload->client->problem, "%s: became shorter while it was sent",
                        upload->local);
        if (got <= 0 || !client_connection_filled(data, (size_t)got))
            return data_fail(upload->client, data);
        at += got;
        progress_add(&upload->progress, (uint64_t)got);
    }
}

static bool send_file(struct upload *upload)
{
    struct client *client = upload->client;
    struct client_connection *data = data_open(client, (uint64_t)upload->from, "STOR",
                                               upload->remote);
    bool done;
    if (!data)
        return false;
    progress_begin(&upload->progress, client->talk, upload->local, (uint64_t)upload->status.st_size,
                   (uint64_t)upload->from);
    done = send_contents(upload, data);
    bool kept = client->reply.code != 552; /* no room: the server has let it go */
    if (!data_tell(client, &upload->progress, done) && client->talk == PROGRESS_ALL && kept)
        problem_hint(&client->problem, "reput %s (put --continue) goes on where it ended",
                     upload->local);
    return done;
}

/* The server may not know how: that is no failure, and told only where it was asked for. */
static bool keep_mode_and_time(struct upload *upload)
{
    struct client *client = upload->client;
    const struct transfer *how = upload->how;
    char command[32] = "MFMT ";
    if (!how->keep && !how->newer)
        return true;
    facts_time(command + strlen(command), upload->status.st_mtime);
    if (client->features.mfmt && control_command(client, command, upload->remote) / 100 != 2 &&
        (how->keep || !client->control))
        return control_refused(client, upload->remote);
    if (!how->keep)
        return true;
    if (!client->features.mfmt)
        console_note("%s: this server cannot set time stamps", upload->remote);
    snprintf(command, sizeof(command), "SITE CHMOD %o", upload->status.st_mode & 0777U);
    if (control_command(client, command, upload->remote) / 100 != 2)
        console_note("%s: this server does not set modes", upload->remote);
    return client->control != NULL;
}

/* Nobody wrote to it while it was read. */
static bool has_same_facts(struct upload *upload)
{
    const struct stat *before = &upload->status;
    struct stat now;
    if (fstat(upload->file, &now) != 0)
        return problem_errno(&upload->client->problem, "%s", upload->local);
    return (now.st_size == before->st_size && now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
            now.st_mtim.tv_nsec == before->st_mtim.tv_nsec) ||
           problem_set(&upload->client->problem, "%s: was changed while it was sent",
                       upload->local);
}

/* The server has as many bytes as we, if it says how many. */
static bool has_same_size(struct upload *upload)
{
    struct client *client = upload->client;
    uint64_t ours = (uint64_t)upload->status.st_size, theirs;
    if (!client->features.size || control_command(client, "SIZE", upload->remote) != 213)
        return client->control != NULL;
    theirs = strtoull(client->reply.text, NULL, 10);
    return theirs == ours ||
           problem_set(&client->problem, "%s: the server has %" PRIu64 " of %" PRIu64 " bytes",
                       upload->remote, theirs, ours);
}

/* See client_transfer.h. */
static bool verify(struct upload *upload)
{
    struct client *client = upload->client;
    uint64_t bytes = (uint64_t)upload->status.st_size;
    enum transfer_check check = transfer_check(client, bytes, upload->from > 0);
    return check == CHECK_NOTHING ||
           (check == CHECK_FACTS && has_same_facts(upload) && has_same_size(upload)) ||
           (check == CHECK_HASH &&
            transfer_verify(client, upload->remote, upload->file, upload->local)) ||
           problem_hint(&client->problem, "put it again, from the beginning; --no-verify leaves "
                                          "the comparison out");
}

/* What is there is of the same size, and not older. */
static bool is_there(struct upload *upload, bool *there)
{
    struct client *client = upload->client;
    struct entry theirs;
    *there = false;
    if (!list_one(client, upload->remote, &theirs)) {
        if (!client->control)
            return false;
        client->problem = (struct problem){0}; /* it is not there */
        return true;
    }
    *there = theirs.has_size && theirs.has_time &&
             theirs.size == (uint64_t)upload->status.st_size &&
             theirs.modified >= upload->status.st_mtim.tv_sec;
    entry_free(&theirs);
    return true;
}

static bool put_regular(struct upload *upload, bool *skipped)
{
    const struct transfer *how = upload->how;
    bool there = false;
    if (how->newer && !is_there(upload, &there))
        return false;
    if (skipped)
        *skipped = there;
    return there || ((!how->resume || find_start(upload)) && send_file(upload) && verify(upload) &&
                     keep_mode_and_time(upload));
}

bool transfer_put(struct client *client, const struct local_file *local, const char *remote,
                  const struct transfer *how, bool *skipped)
{
    struct upload upload = {.client = client, .local = local->shown, .remote = remote, .how = how};
    bool done;
    /* Without waiting for the other end of a FIFO. */
    upload.file = openat(local->folder, local->name, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (upload.file < 0 || fstat(upload.file, &upload.status) != 0) {
        done = problem_errno(&client->problem, "%s", local->shown);
    } else if (!S_ISREG(upload.status.st_mode)) {
        done = problem_set(&client->problem, "%s: no file", local->shown);
        if (S_ISDIR(upload.status.st_mode))
            problem_hint(&client->problem, "put -r sends a folder with all that is in it");
    } else {
        done = put_regular(&upload, skipped);
    }
    if (upload.file >= 0)
        close(upload.file);
    return done;
}

/* Whole folders. With our server: one request, one tar stream, made and unpacked on the way. */
#include "client_control.h"
#include "client_data.h"
#include "client_remote.h"
#include "client_transfer.h"
#include "client_tree.h"
#include "progress.h"
#include "tar_unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct stream {
    struct client *client;
    struct client_connection *data;
    size_t given; /* bytes that the unpacker is done with at its next call */
    struct progress progress;
};

static ssize_t give_bytes(void *context, const void **data)
{
    struct stream *stream = context;
    const uint8_t *fresh;
    ssize_t bytes;
    if (stream->given > 0)
        client_connection_used(stream->data, stream->given);
    progress_add(&stream->progress, stream->given);
    bytes = client_connection_peek(stream->data, &fresh);
    *data = fresh;
    stream->given = bytes > 0 ? (size_t)bytes : 0;
    return bytes;
}

static bool take_bytes(void *context, const void *data, size_t bytes)
{
    struct stream *stream = context;
    progress_add(&stream->progress, bytes);
    return client_connection_send(stream->data, data, bytes);
}

static void name_left_out(void *context, const char *path, const char *why)
{
    struct stream *stream = context;
    char *shown = remote_join(stream->progress.name, path);
    control_left_out(stream->client, shown ? shown : path, why);
    free(shown);
}

static bool tell(struct client *client, const struct tar_count *count)
{
    console_note("%" PRIu64 " files, %" PRIu64 " folders", count->files, count->folders);
    return control_all_done(client);
}

static int open_folder(struct client *client, const char *path, bool make)
{
    int folder;
    if (make && mkdir(path, 0777) != 0 && errno != EEXIST) {
        problem_errno(&client->problem, "%s", path);
        return -1;
    }
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        problem_errno(&client->problem, "%s", path);
    return folder;
}

/* One stream for all of it: our own server knows how, and what is there already does not matter. */
static bool as_stream(const struct client *client, const struct transfer *how)
{
    return client->features.tar && !how->newer && !how->remove && client->options.parallel == 1;
}

static bool get_stream(struct client *client, const char *remote, int folder, bool keep)
{
    struct stream stream = {.client = client};
    const struct tar_source source = {.read = give_bytes, .context = &stream};
    struct tar_count count = {0};
    bool done;
    stream.data = data_open(client, 0, "SITE TGET %s%s", CONTROL_PATH(remote));
    if (!stream.data)
        return false;
    progress_begin(&stream.progress, PROGRESS_ALL, remote, 0, 0);
    done = tar_unpack(folder, keep, &source, &count, &client->problem);
    done = done ? data_end(client, stream.data) : data_fail(client, stream.data);
    data_tell(client, &stream.progress, done);
    return done && tell(client, &count);
}

static bool put_stream(struct client *client, const char *local, int folder, const char *remote)
{
    struct stream stream = {.client = client};
    const struct tar_sink sink = {
        .write = take_bytes, .left_out = name_left_out, .context = &stream};
    struct tar_count count = {0};
    bool done;
    stream.data = data_open(client, 0, "SITE TPUT %s%s", CONTROL_PATH(remote));
    if (!stream.data)
        return false;
    progress_begin(&stream.progress, PROGRESS_ALL, local, 0, 0);
    done = tar_pack(folder, &sink, &count, &client->problem);
    done = done ? data_end(client, stream.data) : data_fail(client, stream.data);
    data_tell(client, &stream.progress, done);
    return done && tell(client, &count);
}

static bool hint_at_the_rest(struct client *client)
{
    return client->stopped &&
           problem_hint(&client->problem,
                        "what is complete stays; with -n (--newer) the same moves "
                        "only what is missing");
}

bool folder_get(struct client *client, const char *remote, const char *local,
                const struct transfer *how)
{
    int folder = open_folder(client, local, true);
    bool done;
    if (folder < 0)
        return false;
    remote = *remote ? remote : ".";
    done = as_stream(client, how) ? get_stream(client, remote, folder, how->keep)
                                  : tree_get(client, remote, folder, local, how);
    close(folder);
    return done || hint_at_the_rest(client);
}

bool folder_put(struct client *client, const char *local, const char *remote,
                const struct transfer *how)
{
    int folder = open_folder(client, local, false);
    bool done;
    if (folder < 0)
        return false;
    remote = *remote ? remote : ".";
    done = as_stream(client, how) ? put_stream(client, local, folder, remote)
                                  : tree_put(client, folder, local, remote, how);
    close(folder);
    return done || hint_at_the_rest(client);
}
